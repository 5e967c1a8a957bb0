//! Four `f32` computed by one instruction, if the target has one: SSE2 of x86-64, NEON of AArch64, `simd128` of
//! WebAssembly.
//!
//! Compilers vectorise plain loops, but not all of them for WebAssembly: as a plain loop, a depthwise convolution took
//! twice as long (measured).

/// Lanes of an [`F32x4`].
pub(crate) const WIDTH: usize = 4;

/// A vector of four `f32`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct F32x4(imp::Vector);

impl F32x4 {
    /// Creates a vector.
    #[inline(always)]
    pub(crate) fn new(values: [f32; WIDTH]) -> Self {
        // SAFETY: four f32 are one vector of 16 bytes, or themselves; every bit pattern is valid.
        Self(unsafe { std::mem::transmute::<[f32; WIDTH], imp::Vector>(values) })
    }

    /// Loads the first four values of a slice; zeros if it is shorter.
    #[inline(always)]
    pub(crate) fn from_slice(values: &[f32]) -> Self {
        Self::new(values.first_chunk().copied().unwrap_or_default())
    }

    /// Converts four bytes.
    #[inline(always)]
    pub(crate) fn from_u8(bytes: [u8; WIDTH]) -> Self {
        Self(imp::from_u8(bytes))
    }

    /// Converts four integers, rounded to the nearest `f32`.
    #[inline(always)]
    pub(crate) fn from_i32(integers: [i32; WIDTH]) -> Self {
        Self(imp::from_i32(integers))
    }

    /// Broadcasts a value.
    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self::new([value; WIDTH])
    }

    /// Returns the four values.
    #[inline(always)]
    pub(crate) fn to_array(self) -> [f32; WIDTH] {
        // SAFETY: as in `new`.
        unsafe { std::mem::transmute::<imp::Vector, [f32; WIDTH]>(self.0) }
    }

    /// Returns `self + a * b` per lane, rounded after each operation.
    #[inline(always)]
    #[must_use]
    pub(crate) fn add_product(self, a: Self, b: Self) -> Self {
        Self(imp::add(self.0, imp::multiply(a.0, b.0)))
    }
}

#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{
        __m128, __m128i, _mm_add_ps, _mm_cvtepi32_ps, _mm_cvtsi32_si128, _mm_mul_ps, _mm_setzero_si128,
        _mm_unpacklo_epi8, _mm_unpacklo_epi16,
    };

    pub(super) type Vector = __m128;

    #[inline(always)]
    pub(super) fn from_u8(bytes: [u8; 4]) -> Vector {
        // SAFETY: SSE2 is part of every x86-64.
        unsafe {
            let zero = _mm_setzero_si128();
            let words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(i32::from_le_bytes(bytes)), zero);
            _mm_cvtepi32_ps(_mm_unpacklo_epi16(words, zero))
        }
    }

    #[inline(always)]
    pub(super) fn from_i32(integers: [i32; 4]) -> Vector {
        // SAFETY: as above, and four i32 are one vector of 16 bytes.
        unsafe { _mm_cvtepi32_ps(std::mem::transmute::<[i32; 4], __m128i>(integers)) }
    }

    #[inline(always)]
    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { _mm_add_ps(a, b) }
    }

    #[inline(always)]
    pub(super) fn multiply(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { _mm_mul_ps(a, b) }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32::{
        f32x4_convert_i32x4, f32x4_convert_u32x4, i32x4, u16x8_extend_low_u8x16, u32x4_extend_low_u16x8, v128,
    };

    pub(crate) type Vector = v128;

    #[inline(always)]
    pub(crate) fn from_u8(bytes: [u8; 4]) -> Vector {
        let bytes = i32x4(i32::from_le_bytes(bytes), 0, 0, 0);
        f32x4_convert_u32x4(u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(bytes)))
    }

    #[inline(always)]
    pub(crate) fn from_i32(integers: [i32; 4]) -> Vector {
        // SAFETY: four i32 are one vector of 16 bytes; every bit pattern is valid.
        f32x4_convert_i32x4(unsafe { std::mem::transmute::<[i32; 4], v128>(integers) })
    }

    pub(crate) use std::arch::wasm32::{f32x4_add as add, f32x4_mul as multiply};
}

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod imp {
    use std::arch::aarch64::{
        float32x4_t, int32x4_t, vaddq_f32, vcreate_u8, vcvtq_f32_s32, vcvtq_f32_u32, vget_low_u16, vmovl_u8, vmovl_u16,
        vmulq_f32,
    };

    pub(crate) type Vector = float32x4_t;

    #[inline(always)]
    pub(crate) fn from_u8(bytes: [u8; 4]) -> Vector {
        // SAFETY: NEON is part of every aarch64 target with std.
        unsafe {
            let words = vmovl_u8(vcreate_u8(u64::from(u32::from_le_bytes(bytes))));
            vcvtq_f32_u32(vmovl_u16(vget_low_u16(words)))
        }
    }

    #[inline(always)]
    pub(crate) fn from_i32(integers: [i32; 4]) -> Vector {
        // SAFETY: as above, and four i32 are one vector of 16 bytes.
        unsafe { vcvtq_f32_s32(std::mem::transmute::<[i32; 4], int32x4_t>(integers)) }
    }

    #[inline(always)]
    pub(crate) fn add(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { vaddq_f32(a, b) }
    }

    #[inline(always)]
    pub(crate) fn multiply(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { vmulq_f32(a, b) }
    }
}

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_endian = "little"),
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod imp {
    pub(crate) type Vector = [f32; 4];

    pub(crate) fn from_u8(bytes: [u8; 4]) -> Vector {
        bytes.map(f32::from)
    }

    pub(crate) fn from_i32(integers: [i32; 4]) -> Vector {
        integers.map(|i| i as f32)
    }

    pub(crate) fn add(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|i| a[i] + b[i])
    }

    pub(crate) fn multiply(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|i| a[i] * b[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computes_lanes_independently() {
        let sum = F32x4::new([1.0, 2.0, 3.0, 4.0])
            .add_product(F32x4::splat(2.0), F32x4::from_slice(&[10.0, -1.0, 0.5, 0.0, 9.0]));
        assert_eq!(sum.to_array(), [21.0, 0.0, 4.0, 4.0]);
        assert_eq!(F32x4::from_u8([0, 1, 128, 255]).to_array(), [0.0, 1.0, 128.0, 255.0]);
        assert_eq!(
            F32x4::from_i32([0, -1, i32::MAX, i32::MIN]).to_array(),
            [0.0, -1.0, 2_147_483_648.0, -2_147_483_648.0]
        );
        assert_eq!(F32x4::from_slice(&[1.0, 2.0]).to_array(), [0.0; 4]);
    }
}
