//! Four numbers side by side, computed by one instruction where the machine has one (SSE of x86-64, `simd128` of wasm).
//!
//! The compiler finds such instructions in plain loops by itself, but for wasm not in all of them: written out, a depthwise
//! convolution took twice as long as by these (measured).

/// Numbers of a [`Lanes`].
pub const COUNT: usize = 4;

/// Four `f32`.
#[derive(Debug, Clone, Copy)]
pub struct Lanes(imp::Four);

impl Lanes {
    /// Four numbers.
    #[inline(always)]
    pub fn new(values: [f32; COUNT]) -> Self {
        // SAFETY: four f32 are one vector of 16 bytes, or themselves; every bit pattern is valid.
        Self(unsafe { std::mem::transmute::<[f32; COUNT], imp::Four>(values) })
    }

    /// The first four of a slice; zeros from a shorter one.
    #[inline(always)]
    pub fn first_of(values: &[f32]) -> Self {
        Self::new(values.first_chunk().copied().unwrap_or_default())
    }

    /// Four bytes as numbers.
    #[inline(always)]
    pub fn of_bytes(bytes: [u8; COUNT]) -> Self {
        Self(imp::of_bytes(bytes))
    }

    /// Four whole numbers, rounded to what `f32` holds.
    #[inline(always)]
    pub fn of_integers(integers: [i32; COUNT]) -> Self {
        Self(imp::of_integers(integers))
    }

    /// One number four times.
    #[inline(always)]
    pub fn all(value: f32) -> Self {
        Self::new([value; COUNT])
    }

    /// The four numbers.
    #[inline(always)]
    pub fn values(self) -> [f32; COUNT] {
        // SAFETY: as in `new`.
        unsafe { std::mem::transmute::<imp::Four, [f32; COUNT]>(self.0) }
    }

    /// `self + a * b`, each number for itself, rounded after each operation.
    #[inline(always)]
    #[must_use]
    pub fn plus_product(self, a: Self, b: Self) -> Self {
        Self(imp::add(self.0, imp::multiply(a.0, b.0)))
    }
}

#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{
        __m128, __m128i, _mm_add_ps, _mm_cvtepi32_ps, _mm_cvtsi32_si128, _mm_mul_ps, _mm_setzero_si128,
        _mm_unpacklo_epi8, _mm_unpacklo_epi16,
    };

    pub type Four = __m128;

    #[inline(always)]
    pub fn of_bytes(bytes: [u8; 4]) -> Four {
        // SAFETY: SSE2 is part of every x86-64.
        unsafe {
            let zero = _mm_setzero_si128();
            let words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(i32::from_le_bytes(bytes)), zero);
            _mm_cvtepi32_ps(_mm_unpacklo_epi16(words, zero))
        }
    }

    #[inline(always)]
    pub fn of_integers(integers: [i32; 4]) -> Four {
        // SAFETY: as above, and four i32 are one vector of 16 bytes.
        unsafe { _mm_cvtepi32_ps(std::mem::transmute::<[i32; 4], __m128i>(integers)) }
    }

    #[inline(always)]
    pub fn add(a: Four, b: Four) -> Four {
        // SAFETY: as above.
        unsafe { _mm_add_ps(a, b) }
    }

    #[inline(always)]
    pub fn multiply(a: Four, b: Four) -> Four {
        // SAFETY: as above.
        unsafe { _mm_mul_ps(a, b) }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32::{
        f32x4_convert_i32x4, f32x4_convert_u32x4, i32x4, u16x8_extend_low_u8x16, u32x4_extend_low_u16x8, v128,
    };

    pub type Four = v128;

    #[inline(always)]
    pub fn of_bytes(bytes: [u8; 4]) -> Four {
        let bytes = i32x4(i32::from_le_bytes(bytes), 0, 0, 0);
        f32x4_convert_u32x4(u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(bytes)))
    }

    #[inline(always)]
    pub fn of_integers(integers: [i32; 4]) -> Four {
        // SAFETY: four i32 are one vector of 16 bytes; every bit pattern is valid.
        f32x4_convert_i32x4(unsafe { std::mem::transmute::<[i32; 4], v128>(integers) })
    }

    pub use std::arch::wasm32::{f32x4_add as add, f32x4_mul as multiply};
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
mod imp {
    pub type Four = [f32; 4];

    pub fn of_bytes(bytes: [u8; 4]) -> Four {
        bytes.map(f32::from)
    }

    pub fn of_integers(integers: [i32; 4]) -> Four {
        integers.map(|i| i as f32)
    }

    pub fn add(a: Four, b: Four) -> Four {
        std::array::from_fn(|i| a[i] + b[i])
    }

    pub fn multiply(a: Four, b: Four) -> Four {
        std::array::from_fn(|i| a[i] * b[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_computed_for_itself() {
        let sum = Lanes::new([1.0, 2.0, 3.0, 4.0])
            .plus_product(Lanes::all(2.0), Lanes::first_of(&[10.0, -1.0, 0.5, 0.0, 9.0]));
        assert_eq!(sum.values(), [21.0, 0.0, 4.0, 4.0]);
        assert_eq!(Lanes::of_bytes([0, 1, 128, 255]).values(), [0.0, 1.0, 128.0, 255.0]);
        assert_eq!(
            Lanes::of_integers([0, -1, i32::MAX, i32::MIN]).values(),
            [0.0, -1.0, 2_147_483_648.0, -2_147_483_648.0]
        );
        assert_eq!(Lanes::first_of(&[1.0, 2.0]).values(), [0.0; 4]);
    }
}
