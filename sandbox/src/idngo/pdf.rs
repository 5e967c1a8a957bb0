//! A small writer of pages: text in an embedded font with Latin and Cyrillic letters, and photos.
//!
//! The fonts are TrueType, embedded whole (they are small subsets of DejaVu Sans, see `assets/PROVENANCE.md`),
//! addressed by glyph, with a map back to characters, so that text can be searched and copied (ISO 32000-1 section 9.7,
//! 9.10.3).

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use ttf_parser::Face;

use crate::http::errors::ApiError;

/// A4 in points.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 48.0;
/// Width of the column of labels.
const LABEL: f32 = 170.0;
const SIZE: f32 = 9.5;
const LINE: f32 = 14.0;
/// Height of a heading with its rule.
const HEADING: f32 = 34.0;

const REGULAR: &[u8] = include_bytes!("../../assets/DejaVuSans.report.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/DejaVuSans-Bold.report.ttf");

/// Which of the two fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Regular,
    Bold,
}

/// A font, and the glyphs that were used.
struct Font {
    name: &'static [u8],
    base: &'static [u8],
    bytes: &'static [u8],
    face: Face<'static>,
    used: BTreeMap<u16, char>,
}

impl Font {
    fn of(weight: Weight) -> Result<Self, ApiError> {
        let (name, base, bytes): (&[u8], &[u8], _) = match weight {
            Weight::Regular => (b"F1", b"KYCSBX+DejaVuSans", REGULAR),
            Weight::Bold => (b"F2", b"KYCSBX+DejaVuSans-Bold", BOLD),
        };
        let face = Face::parse(bytes, 0).map_err(|_| ApiError::internal("a font of this program cannot be read"))?;
        Ok(Self { name, base, bytes, face, used: BTreeMap::new() })
    }

    /// The glyph of a character; the font's mark of a missing one where it has none, see [`drawable`].
    fn glyph(&self, c: char) -> u16 {
        self.face.glyph_index(c).map_or(0, |glyph| glyph.0)
    }

    fn has(&self, c: char) -> bool {
        self.face.glyph_index(c).is_some()
    }

    /// Thousandths of the size.
    fn advance(&self, glyph: u16) -> f32 {
        let advance = self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0);
        f32::from(advance) * 1000.0 / f32::from(self.face.units_per_em())
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f32>() * size / 1000.0
    }

    /// The glyphs of a text, two bytes each.
    fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() * 2);
        for c in text.chars() {
            let glyph = self.glyph(c);
            self.used.insert(glyph, c);
            bytes.extend_from_slice(&glyph.to_be_bytes());
        }
        bytes
    }

    /// The text in lines of at most `width`; words that are longer are cut.
    fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut push = |word: &str| {
            let line = lines.last_mut().map(std::mem::take).unwrap_or_default();
            let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&joined, size) <= width {
                lines.pop();
                lines.push(joined);
                return;
            }
            lines.pop();
            if !line.is_empty() {
                lines.push(line);
            }
            let mut rest = String::new();
            for c in word.chars() {
                rest.push(c);
                if self.width(&rest, size) > width && rest.chars().count() > 1 {
                    rest.pop();
                    lines.push(std::mem::take(&mut rest));
                    rest.push(c);
                }
            }
            lines.push(rest);
        };
        text.split_whitespace().for_each(&mut push);
        lines
    }
}

/// The text as this program's fonts can draw it: characters that they lack, as those of Chinese and Arabic, as their
/// code points in brackets. Whether there were some.
fn drawable(font: &Font, text: &str) -> (String, bool) {
    let (mut drawn, mut missing) = (String::with_capacity(text.len()), false);
    let mut is_open = false;
    for c in text.chars() {
        let has = c.is_whitespace() || font.has(c);
        match (has, is_open) {
            (true, true) => drawn.push(']'),
            (false, false) => drawn.push('['),
            (false, true) => drawn.push(' '),
            (true, false) => {}
        }
        if has {
            drawn.push(c);
        } else {
            drawn.push_str(&format!("U+{:04X}", u32::from(c)));
        }
        (is_open, missing) = (!has, missing || !has);
    }
    if is_open {
        drawn.push(']');
    }
    (drawn, missing)
}

/// A JPEG file and its size in pixels.
#[derive(Debug, Clone)]
pub struct Photo {
    /// The file, three components.
    pub jpeg: Vec<u8>,
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A document that is being written, top down.
pub struct Writer {
    regular: Font,
    bold: Font,
    pages: Vec<(Content, Vec<usize>)>,
    photos: Vec<Photo>,
    y: f32,
    footer: String,
    /// A heading whose section has not begun.
    heading: Option<String>,
    /// Whether the fonts lacked a character.
    missing: bool,
}

impl Writer {
    /// With this line at the foot of each page.
    ///
    /// # Errors
    /// 500 where the fonts of this program cannot be read.
    pub fn new(footer: &str) -> Result<Self, ApiError> {
        let (regular, bold) = (Font::of(Weight::Regular)?, Font::of(Weight::Bold)?);
        let (footer, missing) = drawable(&regular, footer);
        let (pages, photos) = (Vec::new(), Vec::new());
        let mut writer = Self { regular, bold, pages, photos, y: 0.0, footer, heading: None, missing };
        writer.new_page();
        Ok(writer)
    }

    fn new_page(&mut self) {
        self.pages.push((Content::new(), Vec::new()));
        self.y = PAGE.1 - MARGIN;
    }

    /// Goes down; to the next page where there is no room for `height`, with the heading that waits for it.
    fn take(&mut self, height: f32) -> f32 {
        let above = if self.heading.is_some() { HEADING } else { 0.0 };
        if self.y - height - above < MARGIN + LINE {
            self.new_page();
        }
        if let Some(heading) = self.heading.take() {
            self.draw_heading(&heading);
        }
        self.y -= height;
        self.y
    }

    /// The text as it can be drawn.
    fn drawable(&mut self, weight: Weight, text: &str) -> String {
        let font = match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        };
        let (text, missing) = drawable(font, text);
        self.missing |= missing;
        text
    }

    /// Whether the fonts lacked a character so far.
    pub fn lacks_characters(&self) -> bool {
        self.missing
    }

    fn text(&mut self, weight: Weight, size: f32, x: f32, y: f32, text: &str, grey: f32) {
        let font = match weight {
            Weight::Regular => &mut self.regular,
            Weight::Bold => &mut self.bold,
        };
        let (name, glyphs) = (font.name, font.encode(text));
        if let Some((content, _)) = self.pages.last_mut() {
            content.set_fill_rgb(grey, grey, grey);
            content.begin_text();
            content.set_font(Name(name), size);
            content.next_line(x, y);
            content.show(Str(&glyphs));
            content.end_text();
        }
    }

    /// The title.
    pub fn title(&mut self, text: &str) {
        let text = self.drawable(Weight::Bold, text);
        for line in self.bold.wrap(&text, 18.0, PAGE.0 - 2.0 * MARGIN) {
            let y = self.take(26.0);
            self.text(Weight::Bold, 18.0, MARGIN, y, &line, 0.0);
        }
        self.take(6.0);
    }

    /// The heading of a section, with a rule under it. It is drawn with what follows, on one page; without a section
    /// it is not drawn.
    pub fn heading(&mut self, text: &str) {
        self.heading = Some(self.drawable(Weight::Bold, text));
    }

    fn draw_heading(&mut self, text: &str) {
        self.y -= HEADING - 8.0;
        let y = self.y;
        self.text(Weight::Bold, 12.0, MARGIN, y, text, 0.0);
        if let Some((content, _)) = self.pages.last_mut() {
            content.set_stroke_rgb(0.7, 0.7, 0.7);
            content.move_to(MARGIN, y - 5.0).line_to(PAGE.0 - MARGIN, y - 5.0).stroke();
        }
        self.y -= 8.0;
    }

    /// A label and its value.
    pub fn row(&mut self, label: &str, value: &str) {
        let (label, value) = (self.drawable(Weight::Regular, label), self.drawable(Weight::Regular, value));
        let labels = self.regular.wrap(&label, SIZE, LABEL - 8.0);
        let values = self.regular.wrap(&value, SIZE, PAGE.0 - 2.0 * MARGIN - LABEL);
        for i in 0..labels.len().max(values.len()) {
            let y = self.take(LINE);
            if let Some(line) = labels.get(i) {
                self.text(Weight::Regular, SIZE, MARGIN, y, line, 0.4);
            }
            if let Some(line) = values.get(i) {
                self.text(Weight::Regular, SIZE, MARGIN + LABEL, y, line, 0.0);
            }
        }
    }

    /// A line by itself.
    pub fn line(&mut self, text: &str) {
        let text = self.drawable(Weight::Regular, text);
        for line in self.regular.wrap(&text, SIZE, PAGE.0 - 2.0 * MARGIN) {
            let y = self.take(LINE);
            self.text(Weight::Regular, SIZE, MARGIN, y, &line, 0.0);
        }
    }

    /// A photo with its caption, at most 220 by 150 points.
    pub fn photo(&mut self, caption: &str, photo: Photo) {
        let scale = (220.0 / photo.width as f32).min(150.0 / photo.height as f32);
        let (width, height) = (photo.width as f32 * scale, photo.height as f32 * scale);
        let y = self.take(height + LINE + 10.0);
        let index = self.photos.len();
        self.photos.push(photo);
        if let Some((content, used)) = self.pages.last_mut() {
            content.save_state();
            content.transform([width, 0.0, 0.0, height, MARGIN, y + LINE]);
            content.x_object(Name(format!("I{index}").as_bytes()));
            content.restore_state();
            used.push(index);
        }
        let caption = self.drawable(Weight::Regular, caption);
        self.text(Weight::Regular, SIZE, MARGIN, y, &caption, 0.4);
    }

    /// The file.
    pub fn finish(mut self, title: &str) -> Vec<u8> {
        let count = self.pages.len();
        let footer_y = MARGIN - 16.0;
        let footers: Vec<Vec<u8>> =
            (1..=count).map(|page| self.regular.encode(&format!("{} · {page}/{count}", self.footer))).collect();
        let mut next = 0;
        let mut id = || {
            next += 1;
            Ref::new(next)
        };
        let (catalog, tree, info, fonts) = (id(), id(), id(), [[(); 5]; 2].map(|of_font| of_font.map(|()| id())));
        let photos: Vec<Ref> = self.photos.iter().map(|_| id()).collect();
        let pages: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (id(), id())).collect();

        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.document_info(info).title(TextStr(title)).producer(TextStr("kyc-sandbox"));
        pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(saturated(count));
        for (((page_id, content_id), (mut content, used)), footer) in pages.iter().zip(self.pages).zip(footers) {
            let mut page = pdf.page(*page_id);
            page.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(*content_id);
            let mut resources = page.resources();
            let mut list = resources.fonts();
            list.pair(Name(self.regular.name), fonts[0][0]).pair(Name(self.bold.name), fonts[1][0]);
            list.finish();
            let mut list = resources.x_objects();
            for index in used {
                list.pair(Name(format!("I{index}").as_bytes()), photos[index]);
            }
            list.finish();
            resources.finish();
            page.finish();
            content.set_fill_rgb(0.4, 0.4, 0.4);
            content.begin_text();
            content.set_font(Name(self.regular.name), 7.5).next_line(MARGIN, footer_y).show(Str(&footer));
            content.end_text();
            pdf.stream(*content_id, &content.finish());
        }
        for (photo, id) in self.photos.iter().zip(&photos) {
            let mut image = pdf.image_xobject(*id, &photo.jpeg);
            image.filter(Filter::DctDecode);
            image.width(photo.width.cast_signed()).height(photo.height.cast_signed());
            image.color_space().device_rgb();
            image.bits_per_component(8);
        }
        for (font, ids) in [&self.regular, &self.bold].into_iter().zip(fonts) {
            embed(&mut pdf, font, ids);
        }
        pdf.finish()
    }
}

/// Writes a font: the composite font, its descendant, the descriptor, the map to characters and the file.
fn embed(pdf: &mut Pdf, font: &Font, [id, descendant, descriptor, map, file]: [Ref; 5]) {
    const IDENTITY: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    let base = Name(font.base);
    pdf.type0_font(id)
        .base_font(base)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(map);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2).base_font(base).system_info(IDENTITY).font_descriptor(descriptor);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for glyph in font.used.keys() {
        widths.consecutive(*glyph, [font.advance(*glyph)]);
    }
    widths.finish();
    cid.finish();
    let scale = 1000.0 / f32::from(font.face.units_per_em());
    let bbox = font.face.global_bounding_box();
    let [left, bottom, right, top] = [bbox.x_min, bbox.y_min, bbox.x_max, bbox.y_max].map(|v| f32::from(v) * scale);
    pdf.font_descriptor(descriptor)
        .name(base)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(f32::from(font.face.ascender()) * scale)
        .descent(f32::from(font.face.descender()) * scale)
        .cap_height(729.0)
        .stem_v(if font.name == b"F2" { 140.0 } else { 80.0 })
        .font_file2(file);
    let mut characters = UnicodeCmap::<u16>::new(Name(b"KYC-Unicode"), IDENTITY);
    for (glyph, c) in &font.used {
        characters.pair(*glyph, *c);
    }
    pdf.cmap(map, &characters.finish());
    pdf.stream(file, font.bytes).pair(Name(b"Length1"), saturated(font.bytes.len()));
}

/// A count as PDF writes it.
fn saturated(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_on_the_page_of_what_follows() {
        for rows in 0..60 {
            let mut writer = Writer::new("footer").unwrap();
            (0..rows).for_each(|_| writer.row("Label", "value"));
            writer.heading("Images");
            let photo = Photo { jpeg: Vec::new(), width: 100, height: 100 };
            let before = writer.pages.len();
            let drawn = |writer: &Writer| writer.bold.used.len();
            assert_eq!(drawn(&writer), 0, "it waits");
            writer.photo("caption", photo);
            assert!(drawn(&writer) > 0);
            let room = writer.y + HEADING + 150.0 + LINE + 10.0;
            assert!(room <= PAGE.1 - MARGIN + 0.1, "{rows} rows: heading and photo are on page {before} or the next");
        }
    }

    #[test]
    fn characters_without_a_glyph_are_replaced_by_their_code_points() {
        for weight in [Weight::Regular, Weight::Bold] {
            let font = Font::of(weight).unwrap();
            assert_eq!(drawable(&font, "Нурланов A?"), ("Нурланов A?".to_owned(), false));
            assert_eq!(drawable(&font, "a 中文 b"), ("a [U+4E2D U+6587] b".to_owned(), true));
            assert_eq!(drawable(&font, "محمد"), ("[U+0645 U+062D U+0645 U+062F]".to_owned(), true));
            assert_eq!(drawable(&font, "𠮷"), ("[U+20BB7]".to_owned(), true));
            assert!("[U+0123456789ABCDEF]".chars().all(|c| font.has(c)));
        }
    }

    #[test]
    fn text_is_wrapped_and_pages_follow() {
        let font = Font::of(Weight::Regular).unwrap();
        for text in ["Нурланов Асхат Ерланович ".repeat(20), "x".repeat(400)] {
            let lines = font.wrap(&text, SIZE, 300.0);
            assert!(lines.len() > 1 && lines.iter().all(|line| font.width(line, SIZE) <= 300.0));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            assert_eq!(lines.iter().map(|line| letters(line)).sum::<usize>(), letters(&text));
        }
        assert_eq!(font.wrap("", SIZE, 300.0), [""]);
        let mut writer = Writer::new("footer").unwrap();
        writer.title("Report");
        (0..120).for_each(|i| writer.row("Label", &format!("value {i} Ғ Қ Ң Ө Ұ Ү Һ І Ә 中")));
        let pages = writer.pages.len();
        let file = writer.finish("Report");
        assert!(pages >= 3 && file.starts_with(b"%PDF-"));
        assert_eq!(super::super::media::look(&file).unwrap().kind, super::super::media::MediaType::Pdf);
    }
}
