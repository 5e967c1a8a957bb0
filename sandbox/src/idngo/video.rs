//! *Retrieve applicant Liveness*: the video that was given, or one made of the frames that were stored.
//!
//! Frames are stills that were chosen, not a recording: each is shown for [`FRAME_MS`]. They become key frames of VP8
//! in WebM, which every browser plays.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use image::imageops::{self, FilterType};
use image::{RgbImage, RgbaImage};
use kyc_capture::api::idngo::IdngoError;
use kyc_capture::api::idngo::enums::CheckType;
use kyc_capture::core::encode::{Image, decode};

use super::call::Signed;
use super::context::run;
use super::refusal::Refusal;
use super::{complete_review, webm};
use crate::http::errors::ApiError;
use crate::idngo::context::Idngo;
use crate::store::idngo::records;

/// For how long a frame is shown.
pub const FRAME_MS: u32 = 500;
/// Maximum number of pixels of the longer side.
const SIDE_MAX: u32 = 640;
/// Quality of the frames, 0–100.
const QUALITY: f32 = 80.0;

/// *Retrieve applicant Liveness*
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `parameter_missing`, `check_not_found`, `too_few_frames`.
pub async fn download(State(ctx): State<Idngo>, call: Signed) -> Result<Response, Refusal> {
    let check_id = call.required("checkId")?.to_owned();
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    let media = run(&ctx, move |c| {
        if !records::has_check(c, &applicant.applicant_id, &CheckType::FaceLiveliness, &check_id)? {
            return Err(IdngoError::CheckNotFound.into());
        }
        Ok(records::media_of_check(c, &applicant.applicant_id, &check_id)?)
    })
    .await?;
    if let Some((media, bytes)) = media.iter().find(|(media, _)| media.media_type.starts_with("video/")) {
        return Ok(file(&media.media_type, bytes.clone()));
    }
    if media.len() <= 1 {
        return Err(IdngoError::TooFewFrames.into());
    }
    let frames = media.into_iter().map(|(_, bytes)| bytes);
    let (video, _) = ctx.workers.run_long(ctx.workers.permit().await?, move || video_of(frames)).await?;
    Ok(file("video/webm", video))
}

/// A file of that type.
pub fn file(media_type: &str, bytes: Vec<u8>) -> Response {
    let media_type = HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = (HeaderName::from_static("content-disposition"), HeaderValue::from_static("attachment"));
    ([(CONTENT_TYPE, media_type), disposition], Body::from(bytes)).into_response()
}

/// A video of the frames, each fitted into the size of the first.
fn video_of(files: impl Iterator<Item = Vec<u8>>) -> Result<Vec<u8>, ApiError> {
    let mut size = None;
    let mut frames = Vec::new();
    for bytes in files {
        let image = decode(&bytes).map_err(|_| ApiError::internal("a stored frame cannot be decoded"))?;
        let (width, height) = *size.get_or_insert_with(|| fitted((image.width, image.height), (SIDE_MAX, SIDE_MAX)));
        let rgb = on_canvas(image, width, height).ok_or_else(|| ApiError::internal("a frame has no pixels"))?;
        let file = webp::Encoder::from_rgb(&rgb, width, height).encode(QUALITY);
        frames.push(key_frame(&file).ok_or_else(|| ApiError::internal("a frame cannot be encoded"))?);
    }
    let (width, height) = size.unwrap_or_default();
    Ok(webm::mux(&frames, width, height, FRAME_MS))
}

/// The largest even size of this shape inside `room`, no larger than it is.
fn fitted((width, height): (u32, u32), room: (u32, u32)) -> (u32, u32) {
    let scale = (f64::from(room.0) / f64::from(width)).min(f64::from(room.1) / f64::from(height)).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to a u32")]
    let side = |side: u32| ((f64::from(side) * scale) as u32 & !1).max(2);
    (side(width), side(height))
}

/// The image in the middle of a black canvas, as RGB.
fn on_canvas(image: Image, width: u32, height: u32) -> Option<Vec<u8>> {
    let (w, h) = fitted((image.width, image.height), (width, height));
    let pixels = RgbaImage::from_raw(image.width, image.height, image.data)?;
    let small = image::DynamicImage::ImageRgba8(imageops::resize(&pixels, w, h, FilterType::Triangle)).into_rgb8();
    let mut canvas = RgbImage::new(width, height);
    imageops::overlay(&mut canvas, &small, i64::from((width - w) / 2), i64::from((height - h) / 2));
    Some(canvas.into_raw())
}

/// The VP8 key frame of a lossy WebP file (RFC 9649 section 2.5): the content of its chunk `VP8 `.
fn key_frame(file: &[u8]) -> Option<Vec<u8>> {
    let mut chunks = file.get(12..)?;
    while let (Some(kind), Some(size)) = (chunks.get(..4), chunks.get(4..8)) {
        let size = u32::from_le_bytes(size.try_into().ok()?) as usize;
        if kind == b"VP8 " {
            return chunks.get(8..8 + size).map(<[u8]>::to_vec);
        }
        // Chunks have an even length.
        chunks = chunks.get(8 + size + size % 2..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_become_key_frames_of_one_size() {
        let image = |width: u32, height: u32, value: u8| {
            let pixels = image::RgbImage::from_fn(width, height, |x, _| image::Rgb([value, x.to_le_bytes()[0], 90]));
            let mut bytes = std::io::Cursor::new(Vec::new());
            image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
            bytes.into_inner()
        };
        let video = video_of([image(1281, 961, 10), image(200, 300, 200)].into_iter()).unwrap();
        assert_eq!(super::super::media::look(&video).unwrap().kind, super::super::media::MediaType::Webm);
        // The frame header (RFC 6386 section 9.1): a key frame, its start code, and the size.
        let starts: Vec<usize> = (0..video.len() - 7)
            .filter(|&at| video[at..at + 3] == [0x9d, 0x01, 0x2a] && video[at - 3] & 1 == 0)
            .collect();
        assert_eq!(starts.len(), 2);
        for at in starts {
            let size = [video[at + 3], video[at + 4], video[at + 5], video[at + 6]];
            assert_eq!((u16::from_le_bytes([size[0], size[1]]), u16::from_le_bytes([size[2], size[3]])), (640, 480));
        }
    }

    #[test]
    fn sizes_are_even_and_fit() {
        assert_eq!(fitted((1280, 720), (640, 640)), (640, 360));
        assert_eq!(fitted((3, 5000), (640, 640)), (2, 640));
        assert_eq!(fitted((101, 51), (640, 640)), (100, 50));
    }
}
