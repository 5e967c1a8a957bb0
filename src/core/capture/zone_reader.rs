//! Reading the machine-readable zone of a document whose outline is known: the standard says where the lines are, so they
//! are cut out at the scale of the recogniser and read. Much cheaper than looking for a zone in a whole picture.

use serde::Serialize;

use crate::core::document::{DocumentSize, find_document};
use crate::core::encode::warp;
use crate::core::error::CoreError;
use crate::core::frame::{Frame, LumaImage};
use crate::core::geometry::{Homography, Point, Quad, Rect};
use crate::core::mrz::recognise::{
    CLASSES, COLUMN_STRIDE, LineDistribution, Recogniser, STRIP_CAP_HEIGHT, STRIP_HEIGHT, STRIP_PITCH,
};
use crate::core::mrz::{Date, Format, MrzDocument, parse};

/// Cap height of OCR-B size 1, mm (Doc 9303-3 section 4.2; the strips' 15 px stand for it).
const CAP_MM: f32 = 2.4;

/// Distance of two characters, mm (10 to the inch).
const PITCH_MM: f32 = 2.54;

/// Least and largest distance of two lines, mm: cards with three lines have them closer (Doc 9303-5) than passports
/// (6.3 mm, Doc 9303-4), and the outline may be off by a few percent.
const LINE_MM: (f32, f32) = (4.5, 6.7);

/// Steps in which the distance is sought, px of the band.
const LINE_STEP: f32 = 0.8;

/// Height of the lower part of a document in which the zone lies, mm, with some to spare: the zone itself has 23.2 mm.
const BAND_MM: f32 = 27.0;

/// Pixels of the band for a millimetre, down and across: those of the recogniser's strips.
const DOWN: f32 = STRIP_CAP_HEIGHT / CAP_MM;
const ACROSS: f32 = STRIP_PITCH / PITCH_MM;

/// Least share of check digits that hold: what is read from other print has none to speak of.
const LEAST_HOLDING: f32 = 0.5;

/// By how many symbols a reading of a line may be off before it is taken for one of another layout.
const MOST_MISCOUNTED: usize = 7;

/// Two readings of one symbol that are closer than this share of the pitch are of one glyph.
const SAME_GLYPH: f32 = 0.5;

/// The layouts to try on a document of that size: lines, symbols in a line.
fn layouts(size: DocumentSize) -> &'static [(usize, usize)] {
    match size {
        DocumentSize::Id1 => &[(3, 30)],
        // TD2 and ID-3 have the same proportions.
        DocumentSize::Td2 | DocumentSize::Id3 => &[(2, 44), (2, 36)],
    }
}

/// A zone as a picture shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// Its format.
    pub format: Format,
    /// Its lines, after correction.
    pub lines: Vec<String>,
    /// 0–1: how sure the recogniser is of the least sure line (mean over its symbols).
    pub confidence: f32,
    /// The lines' corners, in the picture's pixels, from the top left clockwise.
    pub quads: Vec<Quad>,
    /// What the lines say.
    pub document: MrzDocument,
}

/// Reads the zone of a document that lies upright in a picture: its outline is found first, or it fills the picture.
#[derive(Debug, Clone)]
pub struct ZoneReader {
    recogniser: Recogniser,
}

impl ZoneReader {
    /// A reader from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        Ok(Self { recogniser: Recogniser::from_bytes(bytes)? })
    }

    /// The zone in a picture, if one is there. `today` decides centuries.
    pub fn read(&self, frame: &Frame<'_>, today: Date) -> Option<Zone> {
        let found = find_document(frame);
        let whole = whole(frame);
        // As it lies, then turned: what is upside down, or photographed sideways.
        [0, 2, 1, 3].into_iter().find_map(|turns| {
            let outline = found
                .filter(|_| turns % 2 == 0)
                .and_then(|document| self.read_in(frame, &turned(&document.quad, turns), document.size, today));
            outline.or_else(|| self.read_sizes(frame, &turned(&whole, turns), today))
        })
    }

    /// The zone of the document with this outline.
    pub fn read_in(&self, frame: &Frame<'_>, outline: &Quad, size: DocumentSize, today: Date) -> Option<Zone> {
        read(frame, outline, size, &self.recogniser, today)
    }

    /// The zone of a document that fills the picture, as a scan does.
    pub fn read_whole(&self, frame: &Frame<'_>, today: Date) -> Option<Zone> {
        self.read_sizes(frame, &whole(frame), today)
    }

    fn read_sizes(&self, frame: &Frame<'_>, outline: &Quad, today: Date) -> Option<Zone> {
        [DocumentSize::Id3, DocumentSize::Id1].into_iter().find_map(|size| self.read_in(frame, outline, size, today))
    }
}

/// The outline of a document that fills the picture.
fn whole(frame: &Frame<'_>) -> Quad {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    Quad::from_rect(Rect { x: 0.0, y: 0.0, width, height })
}

/// The same outline, named from another corner.
fn turned(quad: &Quad, turns: usize) -> Quad {
    Quad(std::array::from_fn(|i| quad.0[(i + turns) % 4]))
}

fn read(frame: &Frame<'_>, outline: &Quad, size: DocumentSize, recogniser: &Recogniser, today: Date) -> Option<Zone> {
    layouts(size).iter().find_map(|&(lines, symbols)| {
        let size = if symbols == 36 { DocumentSize::Td2 } else { size };
        let band = Band::cut(frame, outline, size)?;
        let tops = band.lines(lines)?;
        let read: Vec<LineDistribution> = tops.iter().map(|&top| recogniser.recognise(&band.strip(top))).collect();
        // TD2 and TD3 differ by eight symbols; a reading that is off by more than a few is of the other.
        let symbols_of = |line: &LineDistribution| distinct(line).len();
        if read.iter().any(|line| symbols_of(line).abs_diff(symbols) > MOST_MISCOUNTED) {
            return None;
        }
        let texts: Vec<String> = read.iter().map(|line| fitted(line, symbols)).collect();
        let document = parse(&texts, today).ok()?;
        let holding = document.check_digits.iter().filter(|digit| digit.valid).count() as f32;
        let enough = holding >= LEAST_HOLDING * document.check_digits.len() as f32 && holding >= 2.0;
        enough.then(|| Zone {
            format: document.format,
            lines: document.lines.clone(),
            confidence: read.iter().map(confidence).fold(1.0, f32::min),
            quads: tops.iter().map(|&top| band.quad(top)).collect(),
            document,
        })
    })
}

/// The lower part of a document, upright, at the scale of the recogniser.
struct Band {
    luma: LumaImage,
    to_frame: Homography,
}

impl Band {
    fn cut(frame: &Frame<'_>, outline: &Quad, size: DocumentSize) -> Option<Self> {
        let (width, height) = size.millimetres();
        let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width, height });
        let to_frame = Homography::between(&page, outline)?;
        let top = height - BAND_MM;
        let corners = Quad::from_rect(Rect { x: 0.0, y: top, width, height: BAND_MM });
        let band = Quad(corners.0.map(|corner| to_frame.apply(corner)));
        let pixels = ((width * ACROSS).round(), (BAND_MM * DOWN).round());
        let image = warp(frame, &band, Some((pixels.0 as u32, pixels.1 as u32)))?;
        let luma = image.frame().ok()?.to_luma();
        let strip = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: pixels.0, height: pixels.1 });
        Some(Self { luma, to_frame: Homography::between(&strip, &band)? })
    }

    /// The upper edges of the strips: where rows full of strokes alternate with empty ones at the distance of lines.
    fn lines(&self, count: usize) -> Option<Vec<usize>> {
        let rows = self.luma.height;
        let energy: Vec<f32> = (0..rows)
            .map(|y| {
                let row = &self.luma.data[y * self.luma.width..(y + 1) * self.luma.width];
                row.windows(2).map(|pair| f32::from(pair[0].abs_diff(pair[1]))).sum::<f32>()
            })
            .collect();
        let mean = |from: usize, to: usize| energy[from..to].iter().sum::<f32>() / (to - from) as f32;
        let (cap, strip) = (STRIP_CAP_HEIGHT as usize, STRIP_HEIGHT);
        let mut best: Option<(f32, Vec<usize>)> = None;
        let steps = ((LINE_MM.1 - LINE_MM.0) * DOWN / LINE_STEP) as usize;
        for step in 0..=steps {
            let distance = LINE_MM.0 * DOWN + step as f32 * LINE_STEP;
            let reach = (distance * (count - 1) as f32).ceil() as usize + strip;
            for first in 0..rows.saturating_sub(reach) {
                let tops: Vec<usize> = (0..count).map(|i| first + (distance * i as f32).round() as usize).collect();
                let score: f32 = tops
                    .iter()
                    .map(|top| {
                        let text = top + (strip - cap) / 2;
                        let above = mean(*top, text);
                        let below = mean(text + cap, top + strip);
                        mean(text, text + cap) - above.max(below)
                    })
                    .fold(f32::MAX, f32::min);
                if best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, tops));
                }
            }
        }
        best.map(|(_, tops)| tops)
    }

    fn strip(&self, top: usize) -> LumaImage {
        let width = self.luma.width;
        LumaImage {
            data: self.luma.data[top * width..(top + STRIP_HEIGHT) * width].to_vec(),
            width,
            height: STRIP_HEIGHT,
        }
    }

    fn quad(&self, top: usize) -> Quad {
        let rect = Rect { x: 0.0, y: top as f32, width: self.luma.width as f32, height: STRIP_HEIGHT as f32 };
        Quad(Quad::from_rect(rect).0.map(|corner: Point| self.to_frame.apply(corner)))
    }
}

fn confidence(line: &LineDistribution) -> f32 {
    let read = line.greedy();
    read.iter().map(|symbol| symbol.confidence).sum::<f32>() / read.len().max(1) as f32
}

/// The text of a line, of exactly so many symbols: runs of fillers are what a free reading miscounts, and what may be
/// lengthened or shortened.
fn fitted(line: &LineDistribution, symbols: usize) -> String {
    debug_assert_eq!(line.log_probabilities.len(), line.columns * CLASSES);
    let mut text = distinct(line);
    while text.len() != symbols {
        let Some(longest) = longest_run(&text) else { break };
        if text.len() > symbols {
            if longest.1 < 2 {
                break;
            }
            text.remove(longest.0);
        } else {
            text.insert(longest.0, b'<');
        }
    }
    String::from_utf8(text).unwrap_or_default()
}

/// The symbols of a line, without those that are the same glyph seen twice: closer than two glyphs can be.
fn distinct(line: &LineDistribution) -> Vec<u8> {
    let mut text: Vec<u8> = Vec::new();
    let mut last = None;
    for read in line.greedy() {
        let near = last
            .is_some_and(|column| (read.column.abs_diff(column) * COLUMN_STRIDE) as f32 <= STRIP_PITCH * SAME_GLYPH);
        if near && text.last() == Some(&read.symbol) {
            continue;
        }
        text.push(read.symbol);
        last = Some(read.column);
    }
    text
}

/// Start and length of the longest run of fillers.
fn longest_run(text: &[u8]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut start = 0;
    for i in 0..=text.len() {
        if i == text.len() || text[i] != b'<' {
            if i > start && best.is_none_or(|(_, length)| i - start > length) {
                best = Some((start, i - start));
            }
            start = i + 1;
        }
    }
    best
}
