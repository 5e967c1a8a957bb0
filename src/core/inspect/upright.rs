//! The orientation of a document, from its MRZ, portrait, barcode or lines of text.

use super::side::{BarcodeReading, OrientationSource, Rectified};
use crate::document::{DocumentQuad, MM_PER_INCH, rectify};
use crate::encode::Image;
use crate::face::Face;
use crate::frame::{Frame, LumaImage};
use crate::geometry::{Point, Quad};
use crate::mrz::MrzReading;

/// Minimum ratio of the variation across lines of text to that along them.
const MIN_TEXT_ANISOTROPY: f32 = 1.15;

/// Rectifies the document upright. Returns `None` if the outline cannot be rectified.
pub fn upright(
    frame: &Frame<'_>,
    document: &DocumentQuad,
    mrz: Option<&MrzReading>,
    face: Option<&Face>,
    barcode: Option<&BarcodeReading>,
) -> Option<Rectified> {
    let along = |quad: &Quad| {
        let p = &quad.0;
        Point::new(p[1].x + p[2].x - p[0].x - p[3].x, p[1].y + p[2].y - p[0].y - p[3].y)
    };
    // The direction from left to right of the upright document, in the image.
    let known = mrz.and_then(|zone| zone.quads.first()).map(|quad| (along(quad), OrientationSource::Mrz));
    let known = known.or_else(|| {
        face.map(|f| {
            (
                Point::new(f.keypoints[1].x - f.keypoints[0].x, f.keypoints[1].y - f.keypoints[0].y),
                OrientationSource::Portrait,
            )
        })
    });
    let known = known.or_else(|| barcode.map(|b| (along(&b.quad), OrientationSource::Barcode)));
    let (right, orientation_source) = match known {
        Some(known) => known,
        None => {
            let flat = rectify(frame, &document.quad, document.size)?;
            let lying = text_runs_along_rows(&flat.frame().ok()?.to_luma());
            let first = along(&document.quad);
            let way = if lying { first } else { Point::new(-first.y, first.x) };
            // Of both ends, the one that is up in the image, or if neither is, the left one.
            let flip = way.x < -1e-3 * way.y.abs();
            (if flip { Point::new(-way.x, -way.y) } else { way }, OrientationSource::Text)
        }
    };
    // The side that runs most nearly that way is the upper one.
    let quad = (0..4)
        .map(|by| {
            let mut corners = document.quad.0;
            corners.rotate_left(by);
            Quad(corners)
        })
        .max_by(|a, b| cosine(along(a), right).total_cmp(&cosine(along(b), right)))?;
    let image = rectify_from(frame, document, &quad)?;
    let (w, h) = document.size.millimetres();
    let longer = image.width.max(image.height) as f32;
    Some(Rectified { image, quad, size: document.size, dpi: longer / w.max(h) * MM_PER_INCH, orientation_source })
}

fn cosine(a: Point, b: Point) -> f32 {
    (a.x * b.x + a.y * b.y) / (a.x.hypot(a.y) * b.x.hypot(b.y)).max(1e-9)
}

/// The outline as a rectangle whose upper side is the first of `quad`.
pub(super) fn rectify_from(frame: &Frame<'_>, document: &DocumentQuad, quad: &Quad) -> Option<Image> {
    let p = &quad.0;
    let lies = quad.0[0] == document.quad.0[0] || quad.0[0] == document.quad.0[2];
    if lies {
        return rectify(frame, quad, document.size);
    }
    // A portrait-oriented card: rectified in landscape, then rotated.
    let lying = Quad([p[1], p[2], p[3], p[0]]);
    let image = rectify(frame, &lying, document.size)?;
    let (w, h) = (image.width as usize, image.height as usize);
    let mut data = vec![0u8; image.data.len()];
    for y in 0..h {
        for x in 0..w {
            // Its first side is the right one of the upright image.
            let to = (x * h + (h - 1 - y)) * 4;
            data[to..to + 4].copy_from_slice(&image.data[(y * w + x) * 4..][..4]);
        }
    }
    Some(Image { data, width: image.height, height: image.width })
}

/// Returns whether lines of text run along the rows: then the row sums vary and the column sums do not.
fn text_runs_along_rows(luma: &LumaImage) -> bool {
    let step = (luma.width / 240).max(1);
    let (w, h) = (luma.width / step, luma.height / step);
    if w < 16 || h < 16 {
        return true;
    }
    let at = |x: usize, y: usize| f32::from(luma.data[y * step * luma.width + x * step]);
    let (mut rows, mut columns) = (vec![0f32; h], vec![0f32; w]);
    let (mx, my) = (w / 12, h / 12);
    for (y, row) in rows.iter_mut().enumerate().take(h - 1 - my).skip(my) {
        for (x, column) in columns.iter_mut().enumerate().take(w - 1 - mx).skip(mx) {
            *row += (at(x + 1, y) - at(x, y)).abs();
            *column += (at(x, y + 1) - at(x, y)).abs();
        }
    }
    // Jumps from one row to the next, relative to what there is: a portrait is uneven too, but slowly.
    let unevenness = |sums: &[f32]| {
        let jumps: f32 = sums.windows(2).map(|s| (s[1] - s[0]).abs()).sum();
        jumps / sums.iter().sum::<f32>().max(1.0)
    };
    let inner = |sums: &[f32], margin: usize| unevenness(&sums[margin..sums.len() - 1 - margin]);
    inner(&rows, my) * MIN_TEXT_ANISOTROPY >= inner(&columns, mx)
}
