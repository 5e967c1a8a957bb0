//! A module of its own that decodes image files where the host has no decoder: Node, and browsers whose workers have no
//! canvas. Browsers decode files themselves, so its bytes are loaded by those alone who need them.
//!
//! One instance decodes one file: [`allocate`], write the bytes, [`decode`], read the answer, drop the instance with
//! all of its memory. Errors have a number and a text; nothing unwinds.

use std::alloc::Layout;

use kyc_core::encode;

/// The answer: status, width, height, and where its bytes lie and how many they are.
#[repr(C)]
pub struct Answer {
    /// 0: the bytes are RGBA. 1: the bytes are an error's code and its text, separated by a line feed.
    status: u32,
    width: u32,
    height: u32,
    at: *const u8,
    length: usize,
}

/// Room for a file; null where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length.max(1)) {
        // SAFETY: the layout is not of size zero.
        Ok(layout) => unsafe { std::alloc::alloc_zeroed(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// Decodes the file that was written to `at`.
///
/// # Safety
/// `at` is what [`allocate`] gave for `length`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn decode(at: *const u8, length: usize) -> *const Answer {
    // SAFETY: by the contract above the bytes are there, and nothing else uses them meanwhile.
    let bytes = unsafe { std::slice::from_raw_parts(at, length) };
    let answer = |status, width, height, bytes: Vec<u8>| {
        let bytes = bytes.leak();
        Box::into_raw(Box::new(Answer { status, width, height, at: bytes.as_ptr(), length: bytes.len() })).cast_const()
    };
    match encode::decode_scaled(bytes) {
        Ok(image) => answer(0, image.width, image.height, image.data),
        Err(error) => answer(1, 0, 0, format!("{}\n{error}", error.code()).into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_none_is_refused_by_its_code() {
        let at = allocate(4);
        // SAFETY: `at` has room for four bytes, and the answer and its bytes are leaked, so they stay.
        let text = unsafe {
            at.copy_from_nonoverlapping(b"nope".as_ptr(), 4);
            let answer = &*decode(at, 4);
            assert_eq!((answer.status, answer.width), (1, 0));
            std::slice::from_raw_parts(answer.at, answer.length)
        };
        assert!(text.starts_with(b"image_unknown_format\n"));
    }
}
