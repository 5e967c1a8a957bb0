//! Maxima, sorting and least squares. `f32::max` handles NaN, for which WebAssembly calls a function each time;
//! [`max_f32`] is one instruction.

/// Returns the larger value; the first if one is NaN.
#[inline(always)]
pub fn max_f32(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Returns the maximum, ignoring NaN; negative infinity if there is none.
pub fn fold_max(values: &[f32]) -> f32 {
    values.iter().fold(f32::NEG_INFINITY, |max, &v| max_f32(max, v))
}

/// Returns the maximum magnitude, ignoring NaN; 0 if there is none.
pub fn max_abs(values: &[f32]) -> f32 {
    // Eight at a time: a single accumulator would serialise the comparisons.
    let mut max = [0.0f32; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for (m, v) in max.iter_mut().zip(eight) {
            *m = max_f32(*m, v.abs());
        }
    }
    rest.iter().map(|v| v.abs()).chain(max).fold(0.0, max_f32)
}

/// Sorts in ascending order, NaN last. All sorting uses this: each instance of the library's sort is some kilobytes of
/// WebAssembly.
#[inline(never)]
pub fn sort(values: &mut [f32]) {
    values.sort_unstable_by(f32::total_cmp);
}

/// Sorts by a key in ascending order; stable.
pub fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> f32) {
    let mut keys: Vec<(f32, u32)> = items.iter().zip(0..).map(|(item, at)| (key(item), at)).collect();
    order(&mut keys);
    let mut old: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(keys.iter().filter_map(|&(_, at)| old[at as usize].take()));
}

#[inline(never)]
fn order(keys: &mut [(f32, u32)]) {
    keys.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

/// Fits a parabola by least squares: value, slope and half the curvature at 0; zeros if the points do not determine it.
pub fn fit_quadratic(points: &[(f64, f64)]) -> [f64; 3] {
    let mut m = [[0.0f64; 4]; 3];
    for &(x, y) in points {
        let powers = [1.0, x, x * x];
        for (row, p) in m.iter_mut().zip(powers) {
            for (cell, q) in row.iter_mut().zip(powers) {
                *cell += p * q;
            }
            row[3] += p * y;
        }
    }
    for c in 0..3 {
        let pivot = m[c];
        if pivot[c].abs() < 1e-9 {
            return [0.0; 3];
        }
        for (r, row) in m.iter_mut().enumerate() {
            if r != c {
                let factor = row[c] / pivot[c];
                for (v, p) in row.iter_mut().zip(pivot) {
                    *v -= factor * p;
                }
            }
        }
    }
    [m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_key_and_is_stable() {
        let mut items = vec![("b", 2.0f32), ("a", 1.0), ("c", 2.0), ("d", -1.0)];
        sort_by_key(&mut items, |item| item.1);
        assert_eq!(items.iter().map(|i| i.0).collect::<String>(), "dabc");
        sort_by_key(&mut items, |item| -item.1);
        assert_eq!(items.iter().map(|i| i.0).collect::<String>(), "bcad");
        let mut values = [3.0, -1.0, 2.0];
        sort(&mut values);
        assert_eq!(values, [-1.0, 2.0, 3.0]);
    }

    #[test]
    fn finds_the_maximum_at_any_position() {
        for n in 0..40 {
            for at in 0..n {
                let mut values = vec![-1.5f32; n];
                values[at] = 7.0;
                assert_eq!(fold_max(&values), 7.0);
                values[at] = -7.0;
                assert_eq!(max_abs(&values), 7.0);
            }
        }
        assert_eq!(fold_max(&[]), f32::NEG_INFINITY);
        assert_eq!(max_abs(&[f32::NAN, 2.0, f32::NAN]), 2.0);
        assert_eq!(fold_max(&[f32::NAN, -2.0]), -2.0);
    }
}
