//! A captured still with its encoded images.

use std::rc::Rc;

use crate::date::Date;
use crate::encode::Image;
use crate::frame::{Frame, PixelFormat};
use crate::inspect::SideAnalysis;
use crate::session::Capture;

/// A still with its encoded images, best first.
pub(super) struct Still {
    pub(super) capture: Capture,
    pub(super) encoded_images: Vec<Rc<[u8]>>,
    pub(super) side: Option<SideAnalysis>,
}

/// Returns the UTC date of a time. An invalid clock gives 1970-01-01, at which nothing has expired.
pub(super) fn utc_date(now_ms: f64) -> Date {
    const EPOCH: (u16, u8, u8) = (1970, 1, 1);
    Date::from_unix_seconds((now_ms / 1000.0) as i64)
        .or_else(|| Date::new(EPOCH.0, EPOCH.1, EPOCH.2))
        .expect("the first of January 1970 is a utc_date")
}

/// Copies a frame into a reused buffer.
pub(super) fn copy_frame(slot: &mut Option<Image>, frame: &Frame<'_>) {
    let image = slot.get_or_insert_with(|| Image { data: Vec::new(), width: 0, height: 0 });
    image.data.clear();
    match frame.format() {
        PixelFormat::Rgba => image.data.extend_from_slice(frame.data()),
        PixelFormat::Luma => image.data.extend(frame.data().iter().flat_map(|v| [*v, *v, *v, 255])),
    }
    (image.width, image.height) = (frame.width() as u32, frame.height() as u32);
}
