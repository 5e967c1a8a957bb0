//! Integer inner products for convolutions with 8-bit weights: pairs of `i16` into `i32` accumulators.
//!
//! Weights are exact in 16 bits; inputs are quantised to about 15 bits, so that accumulators cannot overflow. One
//! instruction multiplies eight pairs and adds them pairwise (`i32x4.dot_i16x8_s` of WebAssembly, `pmaddwd` of x86-64),
//! twice as many as an `f32` multiplication; AArch64 uses NEON's widening multiply-accumulate, other targets plain
//! loops.

/// Output channels per block.
pub(super) const LANES: usize = 8;
/// Adjacent output positions per block.
pub(super) const PIXELS: usize = 4;

/// Weights of [`LANES`] outputs for two adjacent inputs: output 0 for both inputs, output 1 for both, …
pub(super) type PackedWeights = [i16; 2 * LANES];

/// Accumulators for [`PIXELS`] positions and [`LANES`] outputs.
pub(super) type I32Accumulators = [[i32; LANES]; PIXELS];

/// Returns the maximum input magnitude for which accumulators of `taps` products with 8-bit weights cannot overflow.
pub(super) fn input_limit(taps: usize) -> f32 {
    (i32::MAX as usize / (127 * taps.max(1))).min(i16::MAX as usize) as f32
}

/// Rounds to the nearest integers; `scale` times any value must be within the range of `i16`.
pub(super) fn quantise(values: &[f32], scale: f32, out: &mut [i16]) {
    // Adding 1.5 · 2^23 leaves the rounded integer in the lowest bits of the sum, the fastest method on every target.
    const SHIFT: f32 = 12_582_912.0;
    for (out, value) in out.iter_mut().zip(values) {
        *out = (value * scale + SHIFT).to_bits() as i16;
    }
}

/// Adds the products of `weights` with the inputs at each position to `sums`. Each position has at least two inputs per
/// entry of `weights`.
#[inline(always)]
pub(super) fn accumulate_products(weights: &[PackedWeights], places: [&[i16]; PIXELS], sums: &mut I32Accumulators) {
    let places = places.map(|place| &place[..2 * weights.len()]);
    imp::accumulate_products(weights, places, sums);
}

#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{__m128i, _mm_add_epi32, _mm_madd_epi16, _mm_set1_epi32};

    use crate::model::dot::{I32Accumulators, PIXELS, PackedWeights, pair};

    // SSE2 is part of every x86-64 target.
    #[inline(always)]
    pub(super) fn accumulate_products(weights: &[PackedWeights], places: [&[i16]; PIXELS], sums: &mut I32Accumulators) {
        // SAFETY: arrays of sixteen i16 and of eight i32 are two vectors of 16 bytes each; every bit pattern is valid.
        let mut acc: [[__m128i; 2]; PIXELS] = unsafe { std::mem::transmute::<I32Accumulators, _>(*sums) };
        let [a, b, c, d] = places.map(|place| place.chunks_exact(2));
        for ((((w, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            // SAFETY: as above.
            let [low, high] = unsafe { std::mem::transmute::<PackedWeights, [__m128i; 2]>(*w) };
            for (acc, place) in acc.iter_mut().zip([a, b, c, d]) {
                // SAFETY: SSE2 is always available.
                unsafe {
                    let x = _mm_set1_epi32(pair(place));
                    acc[0] = _mm_add_epi32(acc[0], _mm_madd_epi16(x, low));
                    acc[1] = _mm_add_epi32(acc[1], _mm_madd_epi16(x, high));
                }
            }
        }
        // SAFETY: as above.
        *sums = unsafe { std::mem::transmute::<[[__m128i; 2]; PIXELS], I32Accumulators>(acc) };
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32::{i32x4_add, i32x4_dot_i16x8, i32x4_splat, v128};

    use crate::model::dot::{I32Accumulators, PIXELS, PackedWeights, pair};

    #[inline(always)]
    pub(crate) fn accumulate_products(weights: &[PackedWeights], places: [&[i16]; PIXELS], sums: &mut I32Accumulators) {
        // SAFETY: arrays of sixteen i16 and of eight i32 are two vectors of 16 bytes each; every bit pattern is valid.
        let mut acc: [[v128; 2]; PIXELS] = unsafe { std::mem::transmute::<I32Accumulators, _>(*sums) };
        let [a, b, c, d] = places.map(|place| place.chunks_exact(2));
        for ((((w, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            // SAFETY: as above.
            let [low, high] = unsafe { std::mem::transmute::<PackedWeights, [v128; 2]>(*w) };
            for (acc, place) in acc.iter_mut().zip([a, b, c, d]) {
                let x = i32x4_splat(pair(place));
                acc[0] = i32x4_add(acc[0], i32x4_dot_i16x8(x, low));
                acc[1] = i32x4_add(acc[1], i32x4_dot_i16x8(x, high));
            }
        }
        // SAFETY: as above.
        *sums = unsafe { std::mem::transmute::<[[v128; 2]; PIXELS], I32Accumulators>(acc) };
    }
}

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod imp {
    use std::arch::aarch64::{
        int16x8_t, int32x4_t, vget_low_s16, vmlal_high_n_s16, vmlal_n_s16, vuzp1q_s16, vuzp2q_s16,
    };

    use crate::model::dot::{I32Accumulators, PIXELS, PackedWeights};

    // NEON is part of every aarch64 target with std.
    #[inline(always)]
    pub fn accumulate_products(weights: &[PackedWeights], places: [&[i16]; PIXELS], sums: &mut I32Accumulators) {
        // SAFETY: arrays of sixteen i16 and of eight i32 are two vectors of 16 bytes each; every bit pattern is valid.
        let mut acc: [[int32x4_t; 2]; PIXELS] = unsafe { std::mem::transmute::<I32Accumulators, _>(*sums) };
        let [a, b, c, d] = places.map(|place| place.chunks_exact(2));
        for ((((w, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            // SAFETY: as above.
            let [low, high] = unsafe { std::mem::transmute::<PackedWeights, [int16x8_t; 2]>(*w) };
            // SAFETY: NEON is always available. The weights of all outputs for the first and for the second input.
            let (first, second) = unsafe { (vuzp1q_s16(low, high), vuzp2q_s16(low, high)) };
            for (acc, place) in acc.iter_mut().zip([a, b, c, d]) {
                // SAFETY: NEON is always available.
                unsafe {
                    acc[0] = vmlal_n_s16(acc[0], vget_low_s16(first), place[0]);
                    acc[0] = vmlal_n_s16(acc[0], vget_low_s16(second), place[1]);
                    acc[1] = vmlal_high_n_s16(acc[1], first, place[0]);
                    acc[1] = vmlal_high_n_s16(acc[1], second, place[1]);
                }
            }
        }
        // SAFETY: as above.
        *sums = unsafe { std::mem::transmute::<[[int32x4_t; 2]; PIXELS], I32Accumulators>(acc) };
    }
}

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_endian = "little"),
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod imp {
    pub use crate::model::dot::accumulate_scalar as accumulate_products;
    use crate::model::dot::{I32Accumulators, PIXELS, PackedWeights};
    const _: fn(&[PackedWeights], [&[i16]; PIXELS], &mut I32Accumulators) = accumulate_products;
}

/// Returns two inputs as one `i32`, the first in the lower half.
#[allow(dead_code)] // NEON and scalar targets do not need it
#[inline(always)]
fn pair(inputs: &[i16]) -> i32 {
    i32::from(inputs[1]) << 16 | i32::from(inputs[0] as u16)
}

/// Scalar version of [`accumulate_products`].
#[allow(dead_code)] // only tests need it on vector targets
fn accumulate_scalar(weights: &[PackedWeights], places: [&[i16]; PIXELS], sums: &mut I32Accumulators) {
    for (sums, place) in sums.iter_mut().zip(places) {
        for (w, x) in weights.iter().zip(place.chunks_exact(2)) {
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum += i32::from(x[0]) * i32::from(w[2 * lane]) + i32::from(x[1]) * i32::from(w[2 * lane + 1]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_scalar_version() {
        let number = |i: usize, range: i32| (i as i32 * 7919 % (2 * range + 1) - range) as i16;
        for taps in [1usize, 2, 5, 37] {
            let weights: Vec<PackedWeights> =
                (0..taps).map(|t| std::array::from_fn(|i| number(16 * t + i, 127))).collect();
            let inputs: Vec<i16> = (0..2 * taps + 6).map(|i| number(i + 3, 32767)).collect();
            let places = std::array::from_fn(|p| &inputs[2 * p..]);
            let (mut fast, mut slow) = ([[3; LANES]; PIXELS], [[3; LANES]; PIXELS]);
            accumulate_products(&weights, places, &mut fast);
            accumulate_scalar(&weights, places.map(|p| &p[..2 * taps]), &mut slow);
            assert_eq!(fast, slow, "{taps}");
        }
    }

    #[test]
    fn quantises_to_the_nearest_integer() {
        let mut out = [0; 5];
        quantise(&[-1.0, -0.26, 0.0, 0.24, 1.0], 10.0, &mut out);
        assert_eq!(out, [-10, -3, 0, 2, 10]);
        assert_eq!(input_limit(4), 32767.0);
        assert!(f64::from(input_limit(4096)) * 127.0 * 4096.0 <= f64::from(i32::MAX));
    }
}
