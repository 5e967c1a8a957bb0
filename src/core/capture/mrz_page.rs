//! The page that belongs to an MRZ: its outline by the geometry of Doc 9303, and the outline of the frame that fits it.
//! An open booklet has the proportions of one page, so that its outline alone does not tell which page is meant.

use crate::document::{DocumentQuad, DocumentSize};
use crate::frame::Frame;
use crate::geometry::{Point, Quad};
use crate::mrz::MrzReading;
use crate::mrz::format::Format;

/// The parameters of the choice of an outline.
struct MrzPageParams {
    /// Minimum intersection over union of an outline with the page of the MRZ, for the outline to be that of the page;
    /// the same if it has the proportions of another size; and for a half of it to be the page of an open booklet.
    min_iou: f32,
    min_iou_other_size: f32,
    min_half_iou: f32,
    /// Confidence of a page without an outline: above the threshold of a capture.
    confidence: f32,
    /// Distance between two characters, millimetres (Doc 9303-3 section 4).
    pitch_mm: f32,
}

const PARAMS: MrzPageParams =
    MrzPageParams { min_iou: 0.68, min_iou_other_size: 0.93, min_half_iou: 0.6, confidence: 0.6, pitch_mm: 2.54 };

/// The place of the MRZ on a page, millimetres: the left edge of its lines, and the centre of its first line above the
/// lower edge of the page (Doc 9303 parts 4 to 6).
fn place(format: Format) -> Option<(DocumentSize, f32, f32)> {
    Some(match format {
        Format::Td3 => (DocumentSize::Id3, 6.0, 15.7),
        Format::Td2 | Format::FrenchId => (DocumentSize::Td2, 6.0, 15.7),
        Format::Td1 => (DocumentSize::Id1, 4.7, 16.6),
        _ => return None,
    })
}

/// Returns the outline of the page that has this MRZ, in the frame's pixels, clockwise from the page's upper left;
/// `None` if the reading has no position or its format no fixed place.
pub(super) fn page_of(reading: &MrzReading) -> Option<(Quad, DocumentSize)> {
    let (size, left_mm, above_mm) = place(reading.format)?;
    let (first, last) = (reading.quads.first()?, reading.quads.last()?);
    let characters = reading.lines.first()?.chars().count() as f32;
    let ends = |quad: &Quad| (quad.0[0].lerp(quad.0[3], 0.5), quad.0[1].lerp(quad.0[2], 0.5));
    let ((from, to), (below, _)) = (ends(first), ends(last));
    let length_mm = characters * PARAMS.pitch_mm;
    let across = Point::new((to.x - from.x) / length_mm, (to.y - from.y) / length_mm);
    // Square to the lines, on the side of the last line: two lines are too close to each other to measure the height.
    let mut down = Point::new(-across.y, across.x);
    if (below.x - from.x) * down.x + (below.y - from.y) * down.y < 0.0 {
        down = Point::new(-down.x, -down.y);
    }
    let (w, h) = size.millimetres();
    let at = |x: f32, y: f32| {
        let (u, v) = (x - left_mm, y - (h - above_mm));
        Point::new(from.x + across.x * u + down.x * v, from.y + across.y * u + down.y * v)
    };
    Some((Quad([at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)]), size))
}

/// Where the outline of a page comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// It is the outline of the frame.
    Outline,
    /// It is a half of that outline: the page of an open booklet.
    Half,
    /// It is where the MRZ puts it.
    Mrz,
}

/// Returns the outline of the page: that of the frame if it fits the page, the half of it that does, or else the page
/// by its MRZ.
pub(super) fn choose(
    frame: &Frame<'_>,
    outline: Option<DocumentQuad>,
    page: &Quad,
    size: DocumentSize,
) -> (DocumentQuad, Source) {
    let fit = |quad: &Quad| quad.bounds().iou(&page.bounds());
    let Some(outline) = outline else { return (by_mrz(frame, page, size), Source::Mrz) };
    // An outline of other proportions has a side that is none of the page.
    let other_size = (outline.size == DocumentSize::Id1) != (size == DocumentSize::Id1);
    if fit(&outline.quad) >= if other_size { PARAMS.min_iou_other_size } else { PARAMS.min_iou } {
        return (outline, Source::Outline);
    }
    let half = halves(&outline.quad).into_iter().max_by(|a, b| fit(a).total_cmp(&fit(b)));
    match half.filter(|half| fit(half) >= PARAMS.min_half_iou) {
        Some(quad) => {
            let fully_inside = outline.fully_inside || is_inside(frame, &quad);
            (DocumentQuad { quad, size, fully_inside, ..outline }, Source::Half)
        }
        None => (by_mrz(frame, page, size), Source::Mrz),
    }
}

fn by_mrz(frame: &Frame<'_>, page: &Quad, size: DocumentSize) -> DocumentQuad {
    DocumentQuad { quad: *page, confidence: PARAMS.confidence, size, fully_inside: is_inside(frame, page) }
}

fn is_inside(frame: &Frame<'_>, quad: &Quad) -> bool {
    let (w, h) = (frame.width() as f32, frame.height() as f32);
    let margin = 0.005 * w.min(h);
    quad.0.iter().all(|p| p.x >= margin && p.y >= margin && p.x <= w - margin && p.y <= h - margin)
}

/// The pages of an open booklet, whose fold halves the longer sides; each with a longer side first.
fn halves(spread: &Quad) -> [Quad; 2] {
    let p = &spread.0;
    let (a, b) = (p[0].lerp(p[1], 0.5), p[3].lerp(p[2], 0.5));
    [Quad([p[3], p[0], a, b]), Quad([b, a, p[1], p[2]])]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;

    #[test]
    fn takes_the_half_of_a_spread_that_has_the_mrz() {
        let pixels = vec![90u8; 720 * 1280];
        let frame = Frame::luma(&pixels, 720, 1280).unwrap();
        // An upright spread of two pages of 625 by 440 pixels; its first side is a longer one.
        let quad =
            Quad([(47.0, 1080.0), (47.0, 200.0), (672.0, 200.0), (672.0, 1080.0)].map(|(x, y)| Point::new(x, y)));
        let outline = DocumentQuad { quad, confidence: 0.8, size: DocumentSize::Id3, fully_inside: true };
        let page = Quad::from_rect(Rect { x: 50.0, y: 635.0, width: 620.0, height: 440.0 });
        let (found, source) = choose(&frame, Some(outline), &page, DocumentSize::Id3);
        assert!(source == Source::Half && found.fully_inside);
        assert_eq!(found.quad.bounds(), Rect { x: 47.0, y: 640.0, width: 625.0, height: 440.0 });
        assert!(found.quad.0[0].distance(found.quad.0[1]) > found.quad.0[1].distance(found.quad.0[2]));
        // The outline of the page itself is kept, and without one the page is where its MRZ puts it.
        let own = DocumentQuad { quad: page, ..outline };
        assert_eq!(choose(&frame, Some(own), &page, DocumentSize::Id3), (own, Source::Outline));
        let (found, source) = choose(&frame, None, &page, DocumentSize::Id3);
        assert_eq!((found.quad, source), (page, Source::Mrz));
    }
}
