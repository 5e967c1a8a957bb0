//! Pseudorandom numbers that are the same on every machine: SplitMix64, and a sine that does not depend on the
//! platform's maths library.

use std::f32::consts::TAU;

/// A pseudorandom number generator.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Creates the generator of `index` under `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut rng = Self(seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
        rng.bits();
        rng
    }

    /// Returns 64 uniform bits (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Returns an integer from 0 to `n - 1`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        (((self.bits() >> 32) * n as u64) >> 32) as usize
    }

    /// Returns a number from 0 to below 1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Returns a number from `low` to `high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Returns true with probability `p`.
    pub fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// Returns one of the given values.
    ///
    /// # Panics
    /// Panics if `from` is empty.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns an approximately normal number (mean 0, standard deviation 1): a sum of four uniform ones, within ±3.5.
    pub fn normal(&mut self) -> f32 {
        let bits = self.bits();
        let sum: u64 = (0..4).map(|i| (bits >> (16 * i)) & 0xFFFF).sum();
        (sum as f32 / 65535.0 - 2.0) * 1.732
    }
}

/// Returns a uniform number for a lattice point.
pub fn hash2(x: i32, y: i32, seed: u64) -> f32 {
    let at = (u64::from(x as u32) << 32) | u64::from(y as u32);
    (mix(at ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)) >> 40) as f32 / (1u64 << 24) as f32
}

/// Returns the sine of radians to about ±0.001, identical on every machine.
pub fn wave(radians: f32) -> f32 {
    /// Adding and subtracting it rounds to an integer.
    const ROUND: f32 = 12_582_912.0;
    let turns = radians / TAU;
    let t = turns - ((turns + ROUND) - ROUND);
    let y = 8.0 * t - 16.0 * t * t.abs();
    y * (0.775 + 0.225 * y.abs())
}

/// Returns value noise, 0–1, with features of about one unit.
pub fn smooth(x: f32, y: f32, seed: u64) -> f32 {
    let (fx, fy) = (x.floor(), y.floor());
    let (ix, iy) = (fx as i32, fy as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - fx), ease(y - fy));
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let row = |j: i32| mix(hash2(ix, iy + j, seed), hash2(ix + 1, iy + j, seed), tx);
    mix(row(0), row(1), ty)
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_stream_and_values_in_range() {
        let (mut a, mut b, mut c) = (Rng::new(7, 1), Rng::new(7, 1), Rng::new(7, 2));
        assert_eq!([a.bits(), a.bits()], [b.bits(), b.bits()]);
        assert_ne!(a.bits(), c.bits());
        let mut seen = [0; 5];
        for _ in 0..5000 {
            seen[a.below(5)] += 1;
            assert!((2.0..4.0).contains(&a.range(2.0, 4.0)));
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        let square: f32 = (0..5000).map(|_| a.normal().powi(2)).sum::<f32>() / 5000.0;
        assert!((0.9..1.1).contains(&square), "{square}");
    }

    #[test]
    fn wave_approximates_sine() {
        for i in -200..200 {
            let x = i as f32 * 0.173;
            assert!((wave(x) - x.sin()).abs() < 0.002, "{x}");
        }
    }
}
