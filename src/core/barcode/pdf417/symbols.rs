//! Symbol characters: decodes the widths of four bars and four spaces to a codeword.

use super::patterns::PATTERNS;

/// Codewords per cluster.
pub const VALUES: usize = 929;
/// Modules per symbol character.
pub const MODULES: u32 = 17;

/// Widths of alternating bars and spaces, starting with a bar, in modules or any other unit.
pub type Widths = [f32; 8];

/// A recognised symbol character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Symbol {
    /// Codeword, 0–928.
    pub value: u16,
    /// Cluster, 0–2 (0, 3 and 6 in the standard): row number modulo 3.
    pub cluster: u8,
    /// Root-mean-square distance of the widths, modules.
    pub distance: f32,
    /// Distance of the next best character minus this one's, modules.
    pub margin: f32,
}

/// Table of all symbol characters, in groups with the same sums of each bar and the space that follows it.
#[derive(Debug, Clone)]
pub struct Symbols {
    groups: Vec<Group>,
}

/// Characters whose pairs of a bar and a space have the same widths.
#[derive(Debug, Clone)]
struct Group {
    /// Widths of the four pairs, modules.
    pairs: [f32; 4],
    /// Index in the table of patterns, and the sums of each space and the bar that follows it, modules.
    members: Vec<(u16, [f32; 3])>,
}

impl Symbols {
    /// Creates the table.
    pub fn new() -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (index, &pattern) in (0u16..).zip(PATTERNS) {
            let (pairs, between) = edges(&widths(pattern).map(|w| w as f32));
            match groups.iter_mut().find(|group| group.pairs == pairs) {
                Some(group) => group.members.push((index, between)),
                None => groups.push(Group { pairs, members: vec![(index, between)] }),
            }
        }
        Self { groups }
    }

    /// Returns the symbol character nearest to the widths, in one cluster or in all; `None` if they are not valid
    /// widths. Distances are between edges of the same kind, which ink spread does not change.
    pub fn nearest(&self, widths: &Widths, cluster: Option<u8>) -> Option<Symbol> {
        let total: f32 = widths.iter().sum();
        if !widths.iter().all(|w| w.is_finite() && *w >= 0.0) || total <= 0.0 || cluster.is_some_and(|c| c > 2) {
            return None;
        }
        let (pairs, between) = edges(&widths.map(|w| w / total * MODULES as f32));
        let (mut best, mut second) = ((f32::MAX, 0), f32::MAX);
        for group in &self.groups {
            let of_pairs = squares(&group.pairs, &pairs);
            if of_pairs >= second {
                continue;
            }
            for (index, member) in &group.members {
                if cluster.is_some_and(|c| usize::from(*index) / VALUES != usize::from(c)) {
                    continue;
                }
                let distance = of_pairs + squares(member, &between);
                if distance < best.0 {
                    second = best.0;
                    best = (distance, usize::from(*index));
                } else if distance < second {
                    second = distance;
                }
            }
        }
        let root = |squares: f32| (squares / 7.0).sqrt();
        Some(Symbol {
            value: (best.1 % VALUES) as u16,
            cluster: (best.1 / VALUES) as u8,
            distance: root(best.0),
            margin: root(second) - root(best.0),
        })
    }
}

impl Default for Symbols {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the sums of each bar and the next space, and of each space and the next bar.
fn edges(widths: &Widths) -> ([f32; 4], [f32; 3]) {
    (
        std::array::from_fn(|i| widths[2 * i] + widths[2 * i + 1]),
        std::array::from_fn(|i| widths[2 * i + 1] + widths[2 * i + 2]),
    )
}

/// Returns the squared distance.
fn squares<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b))
}

/// Returns the widths of a pattern, modules.
fn widths(pattern: u16) -> [u32; 8] {
    let modules = 1u32 << 16 | u32::from(pattern);
    let (mut out, mut index, mut before) = ([0; 8], 0, 1);
    for bit in (0..MODULES).rev() {
        let dark = modules >> bit & 1;
        index += usize::from(dark != before);
        before = dark;
        out[index.min(7)] += 1;
    }
    out
}

/// Returns the bar and space widths of a codeword, modules. Values above 928 and clusters above 2 wrap around.
pub fn modules_of(value: u16, cluster: u8) -> [u32; 8] {
    widths(PATTERNS[usize::from(cluster % 3) * VALUES + usize::from(value) % VALUES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_belongs_to_its_cluster() {
        for (index, &pattern) in PATTERNS.iter().enumerate() {
            let w = widths(pattern);
            assert_eq!(w.iter().sum::<u32>(), MODULES);
            assert!(w.iter().all(|w| (1..=6).contains(w)), "{index}: {w:?}");
            let cluster = (w[0] + 9 - w[2] + w[4] + 9 - w[6]) % 9;
            assert_eq!(cluster as usize, 3 * (index / VALUES), "{index}: {w:?}");
        }
        let mut sorted = PATTERNS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 3 * VALUES);
    }

    #[test]
    fn finds_every_pattern_despite_ink_spread() {
        let symbols = Symbols::new();
        for cluster in 0..3 {
            for value in 0..VALUES as u16 {
                for growth in [0.0, 0.6, -0.6] {
                    let w = modules_of(value, cluster);
                    let printed: Widths =
                        std::array::from_fn(|i| 4.0 * (w[i] as f32 + if i % 2 == 0 { growth } else { -growth }));
                    let found = symbols.nearest(&printed, None).unwrap();
                    assert_eq!((found.value, found.cluster), (value, cluster), "{growth}");
                    assert!(found.distance < 0.01 && found.margin > 0.3, "{found:?}");
                }
            }
        }
    }

    #[test]
    fn rejects_invalid_widths() {
        let symbols = Symbols::new();
        for widths in [[0.0; 8], [f32::NAN; 8], [-1.0; 8], [f32::INFINITY; 8]] {
            assert_eq!(symbols.nearest(&widths, None), None);
        }
        assert_eq!(symbols.nearest(&[1.0; 8], Some(3)), None);
    }
}
