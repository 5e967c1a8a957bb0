//! Flat pages without an MRZ, drawn in millimetres.

use image::Rgb;

use crate::backgrounds::sentence;
use crate::canvas::{Canvas, Face};
use crate::page::Page;
use crate::rng::Rng;

const PX_PER_MM: f32 = 8.0;

struct Sheet {
    canvas: Canvas,
    size: (f32, f32),
    ink: Rgb<u8>,
}

impl Sheet {
    fn new(rng: &mut Rng, width: f32, height: f32) -> Self {
        let paper = rng.pick(&[[250, 250, 248], [240, 236, 226], [232, 238, 244], [255, 255, 255], [250, 244, 200]]);
        let ink = rng.pick(&[[20, 20, 22], [40, 40, 46], [20, 30, 80], [70, 60, 56]]);
        Self { canvas: Canvas::new(width, height, PX_PER_MM, Rgb(paper)), size: (width, height), ink: Rgb(ink) }
    }

    /// Draws lines from `top` down, each from `line`, until the page is full.
    fn lines(&mut self, face: Face, left: f32, top: f32, cap: f32, step: f32, mut line: impl FnMut() -> String) {
        let mut y = top + cap;
        while y < self.size.1 - 3.0 {
            self.canvas.text(face, &line(), left, y, cap, self.ink);
            y += step;
        }
    }

    /// Draws lines at a fixed pitch.
    fn fixed(&mut self, face: (Face, f32), left: f32, top: f32, cap: f32, step: f32, mut line: impl FnMut() -> String) {
        let mut y = top + cap;
        while y < self.size.1 - 3.0 {
            self.canvas.monospaced_in(face, &line(), (left, y), cap, cap * 1.06, self.ink);
            y += step;
        }
    }

    fn rule(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.canvas.rect(x, y, width, height, self.ink, 0.9);
    }

    fn page(self) -> Page {
        let (w, h) = self.size;
        Page {
            image: self.canvas.image,
            px_per_mm: PX_PER_MM,
            size_mm: (w, h),
            mrz_mm: [0.0, 0.0, w, h],
            corner_mm: 0.0,
        }
    }
}

fn sheet(rng: &mut Rng) -> Sheet {
    let (w, h) = rng.pick(&[(148.0, 210.0), (148.0, 105.0), (105.0, 148.0), (125.0, 88.0), (180.0, 120.0)]);
    Sheet::new(rng, w, h)
}

/// Returns a random cap height and line spacing, millimetres.
fn setting(rng: &mut Rng) -> (f32, f32) {
    let cap = rng.range(1.6, 3.4);
    (cap, cap * rng.range(1.4, 2.8))
}

/// Running text.
pub fn text(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (cap, step) = setting(rng);
    let face = rng.pick(&[Face::Sans, Face::Sans, Face::Bold, Face::OcrB]);
    let length = ((s.size.0 - 16.0) / cap * 1.1) as usize;
    s.lines(face, 8.0, 8.0, cap, step, || {
        let shorter = rng.below(9);
        sentence(rng, length.saturating_sub(shorter))
    });
    s.page()
}

/// Two columns of small text under a headline.
pub fn columns(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let headline = sentence(rng, 18).to_uppercase();
    s.canvas.text(Face::Bold, &headline, 8.0, 12.0, 4.2, s.ink);
    let (cap, step) = (rng.range(1.4, 2.0), rng.range(2.8, 4.2));
    let length = ((s.size.0 / 2.0 - 12.0) / cap) as usize;
    for left in [8.0, s.size.0 / 2.0 + 2.0] {
        s.lines(Face::Sans, left, 18.0, cap, step, || sentence(rng, length.saturating_sub(8)));
    }
    s.page()
}

/// Capitals, with digits among them.
pub fn capitals(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (cap, step) = setting(rng);
    let face = rng.pick(&[Face::Sans, Face::Bold, Face::OcrB]);
    let length = ((s.size.0 - 16.0) / cap * 0.85) as usize;
    let digits = rng.chance(0.5);
    let fixed = rng.chance(0.4);
    let mut line = || {
        let mut line = sentence(rng, length).to_uppercase();
        if digits {
            line = format!("{} {line}", rng.below(1_000_000));
        }
        line.chars().take(length).collect()
    };
    if fixed {
        s.fixed((face, if face == Face::OcrB { 1.0 } else { 0.8 }), 8.0, 8.0, cap, step, &mut line);
    } else {
        s.lines(face, 8.0, 8.0, cap, step, &mut line);
    }
    s.page()
}

/// Groups of digits.
pub fn digits(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (cap, step) = setting(rng);
    let face = rng.pick(&[Face::Sans, Face::Bold, Face::OcrB]);
    let length = ((s.size.0 - 16.0) / cap / 1.06) as usize;
    let group = 2 + rng.below(8);
    s.fixed((face, if face == Face::OcrB { 1.0 } else { 0.85 }), 8.0, 8.0, cap, step, || {
        (0..length)
            .map(|i| if i % (group + 1) == group { ' ' } else { char::from(b'0' + rng.below(10) as u8) })
            .collect()
    });
    s.page()
}

/// A ruled table with words and numbers.
pub fn table(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (w, h) = s.size;
    let (row, column) = (rng.range(4.5, 9.0), rng.range(16.0, 40.0));
    let cap = rng.range(1.5, 2.4);
    let (mut y, mut first) = (8.0, true);
    while y + row < h - 4.0 {
        s.rule(6.0, y, w - 12.0, 0.25);
        let mut x = 6.0;
        while x + column < w - 5.0 {
            let length = (column / cap * 0.8) as usize;
            let cell = if first {
                sentence(rng, length).to_uppercase()
            } else if rng.chance(0.5) {
                format!("{}.{:02}", rng.below(99999), rng.below(100))
            } else {
                sentence(rng, length)
            };
            let cell: String = cell.chars().take(length).collect();
            let face = if first { Face::Bold } else { Face::Sans };
            s.canvas.text(face, &cell, x + 1.0, y + row * 0.5 + cap / 2.0, cap, s.ink);
            x += column;
        }
        y += row;
        first = false;
    }
    let mut x = 6.0;
    while x < w - 5.0 {
        s.rule(x, 8.0, 0.25, y - 8.0);
        x += column;
    }
    s.page()
}

/// Source code, dark on light or light on dark.
pub fn source_code(rng: &mut Rng) -> Page {
    const CODE: [&str; 16] = [
        "#include <vector>",
        "std::cout << \"result: \" << total << std::endl;",
        "template <typename T> class Stack<T>;",
        "if (left < right && right <= LIMIT) { return left >> 2; }",
        "<div class=\"row\"><span>TEXT</span></div>",
        "let map: HashMap<String, Vec<Option<u32>>> = HashMap::new();",
        "for (int i = 0; i < 1000; i++) { sum += DATA[i] << 3; }",
        "<<<<<<< HEAD",
        ">>>>>>> 4f1c2b9",
        "const MASK = 0xFF00FF00 >> 8;",
        "cat <<EOF >> /etc/hosts",
        "<table><tr><td>A1</td><td>B2</td></tr></table>",
        "fn apply<F: Fn(u8) -> u8>(f: F) -> Vec<u8> {",
        "return a << 24 | b << 16 | c << 8 | d;",
        "MOV AX, [BX+SI]   ; LOAD 0042",
        "SELECT ID, NAME FROM USERS WHERE AGE < 30",
    ];
    let mut s = sheet(rng);
    if rng.chance(0.4) {
        s.canvas.shade(|_, _, _| Rgb([30, 32, 38]));
        s.ink = Rgb([214, 218, 210]);
    }
    let cap = rng.range(1.4, 2.4);
    let face = rng.pick(&[(Face::Sans, 0.85), (Face::OcrB, 1.0), (Face::Bold, 0.78)]);
    let step = cap * rng.range(1.6, 2.4);
    let length = ((s.size.0 - 14.0) / cap / 1.06) as usize;
    s.fixed(face, 7.0, 7.0, cap, step, || {
        let indent = " ".repeat(4 * rng.below(3));
        format!("{indent}{}", rng.pick(&CODE)).chars().take(length).collect()
    });
    s.page()
}

/// Payment slips, book numbers and serial numbers in OCR-B.
pub fn ocr_text(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (cap, step) = (rng.range(2.0, 2.8), rng.range(5.0, 12.0));
    let length = ((s.size.0 - 16.0) / cap / 1.06) as usize;
    let style = rng.below(4);
    s.fixed((Face::OcrB, 1.0), 8.0, 8.0, cap, step, || {
        let mut number = |n: usize| (0..n).map(|_| char::from(b'0' + rng.below(10) as u8)).collect::<String>();
        let line = match style {
            0 => format!("{}>{}+ {}>", number(13), number(27), number(9)),
            1 => format!("ISBN {}-{}-{}-{}", number(3), number(2), number(6), number(1)),
            2 => format!("CH{} {} {} {} {} {}", number(2), number(4), number(4), number(4), number(4), number(1)),
            _ => format!("SN {}-{}-{} LOT {}", number(4), number(4), number(4), number(6)),
        };
        line.chars().take(length).collect()
    });
    s.page()
}

/// A receipt.
pub fn receipt(rng: &mut Rng) -> Page {
    let mut s = Sheet::new(rng, 80.0, 170.0);
    s.canvas.text(Face::Bold, "MARKET OF ZENITH", 14.0, 10.0, 3.2, s.ink);
    let face = rng.pick(&[(Face::OcrB, 1.0), (Face::Sans, 0.85)]);
    let cap = 2.0;
    let step = rng.range(3.4, 5.0);
    s.fixed(face, 5.0, 15.0, cap, step, || {
        if rng.chance(0.12) {
            return rng.pick(&["-", "*", ""]).repeat(32);
        }
        let item: String = sentence(rng, 18).to_uppercase().chars().take(18).collect();
        format!("{item:<20}{:>6}.{:02} {}", rng.below(200), rng.below(100), rng.pick(&["A", "B", ""]))
    });
    s.page()
}

/// Rows of arrows and angle brackets.
pub fn arrows(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (cap, step) = setting(rng);
    let face = rng.pick(&[(Face::Sans, 1.0), (Face::OcrB, 1.0), (Face::Bold, 1.0)]);
    let length = ((s.size.0 - 16.0) / cap / 1.06) as usize;
    let style = rng.below(4);
    let word = sentence(rng, 12).trim().to_uppercase();
    s.fixed(face, 8.0, 8.0, cap, step, || {
        let line = match style {
            0 => "<".repeat(length),
            1 => ">".repeat(length),
            2 => "<> ".repeat(length),
            _ => format!("<<< {word} >>> ").repeat(6),
        };
        line.chars().take(length).collect()
    });
    s.page()
}

/// An empty form: boxes, rules and small labels.
pub fn form(rng: &mut Rng) -> Page {
    let mut s = sheet(rng);
    let (w, h) = s.size;
    let row = rng.range(8.0, 13.0);
    let boxes = rng.chance(0.5);
    let mut y = 10.0;
    while y + row < h - 4.0 {
        let label = sentence(rng, 10);
        s.canvas.text(Face::Sans, &label, 7.0, y, 1.5, s.ink);
        if boxes {
            let mut x = 7.0;
            while x + 5.0 < w - 6.0 {
                for (dx, dy, bw, bh) in
                    [(0.0, 1.0, 4.6, 0.2), (0.0, 6.0, 4.6, 0.2), (0.0, 1.0, 0.2, 5.0), (4.4, 1.0, 0.2, 5.0)]
                {
                    s.rule(x + dx, y + dy, bw, bh);
                }
                x += 5.2;
            }
        } else {
            s.rule(7.0, y + row * 0.55, w - 14.0, 0.25);
        }
        y += row;
    }
    s.page()
}

/// Bars of four widths with digits under them.
pub fn barcode(rng: &mut Rng) -> Page {
    let mut s = Sheet::new(rng, 120.0, 80.0);
    for block in 0..1 + rng.below(2) {
        let (top, tall, module) = (8.0 + 36.0 * block as f32, rng.range(12.0, 24.0), rng.range(0.25, 0.6));
        let mut x = 10.0;
        while x < 108.0 {
            let bar = (1 + rng.below(4)) as f32 * module;
            s.rule(x, top, bar, tall);
            x += bar + (1 + rng.below(4)) as f32 * module;
        }
        let number: String = (0..13).map(|_| char::from(b'0' + rng.below(10) as u8)).collect();
        s.canvas.monospaced(&number, 14.0, top + tall + 4.0, 2.8, 6.2, s.ink);
    }
    s.page()
}

/// Rows of bars between a start and a stop pattern, stacked like PDF417, but no valid symbol.
pub fn stacked_code(rng: &mut Rng) -> Page {
    let mut s = Sheet::new(rng, 110.0, 60.0);
    let module = rng.range(0.28, 0.45);
    let tall = module * rng.range(2.0, 4.0);
    let words = ((90.0 / module) as usize / 17).saturating_sub(2);
    let rows = 5 + rng.below(16);
    for row in 0..rows {
        let y = 8.0 + row as f32 * tall;
        if y + tall > 56.0 {
            break;
        }
        let mut x = 10.0;
        let draw = |widths: &[usize], s: &mut Sheet, x: &mut f32| {
            for (i, &width) in widths.iter().enumerate() {
                let wide = width as f32 * module;
                if i % 2 == 0 {
                    s.canvas.rect(*x, y, wide, tall + 0.1, s.ink, 1.0);
                }
                *x += wide;
            }
        };
        draw(&[8, 1, 1, 1, 1, 1, 1, 3], &mut s, &mut x);
        for _ in 0..words {
            let mut widths = [1; 8];
            for _ in 0..9 {
                let i = rng.below(8);
                widths[i] += 1;
            }
            draw(&widths, &mut s, &mut x);
        }
        draw(&[7, 1, 1, 3, 1, 1, 1, 2, 1], &mut s, &mut x);
    }
    let label = sentence(rng, 20);
    s.canvas.text(Face::Sans, &label, 10.0, 5.0, 1.8, s.ink);
    s.page()
}

/// The keys of a keyboard.
pub fn keyboard(rng: &mut Rng) -> Page {
    const ROWS: [(&str, f32); 4] =
        [("1234567890-=", 0.0), ("QWERTYUIOP[]", 9.0), ("ASDFGHJKL;'", 12.0), ("<ZXCVBNM,./", 4.0)];
    let mut s = Sheet::new(rng, 180.0, 62.0);
    let dark = rng.chance(0.6);
    let (body, key, ink) = if dark {
        (Rgb([24, 24, 26]), Rgb([52, 52, 56]), Rgb([232, 232, 232]))
    } else {
        (Rgb([196, 198, 200]), Rgb([240, 240, 240]), Rgb([40, 40, 40]))
    };
    s.canvas.shade(|_, _, _| body);
    let (pitch, cap) = (rng.range(12.0, 13.6), rng.range(2.2, 4.0));
    for (row, (keys, shift)) in ROWS.iter().enumerate() {
        for (i, c) in keys.chars().enumerate() {
            let (x, y) = (4.0 + shift + i as f32 * pitch, 4.0 + row as f32 * pitch);
            s.canvas.rect(x, y, pitch * 0.88, pitch * 0.88, key, 1.0);
            s.canvas.text(Face::Sans, &c.to_string(), x + 2.4, y + 2.4 + cap, cap, ink);
        }
    }
    s.page()
}

/// A ruler in millimetres.
pub fn ruler(rng: &mut Rng) -> Page {
    let mut s = Sheet::new(rng, 200.0, 34.0);
    for mm in 0..=190 {
        let long = if mm % 10 == 0 {
            7.0
        } else if mm % 5 == 0 {
            5.0
        } else {
            3.2
        };
        s.rule(5.0 + mm as f32, 0.0, 0.22, long);
        if mm % 10 == 0 {
            s.canvas.text(Face::Sans, &(mm / 10).to_string(), 4.0 + mm as f32, 11.5, 2.6, s.ink);
        }
    }
    if rng.chance(0.5) {
        s.canvas.text(Face::Bold, "METRIC 20 CM  No. 4420", 60.0, 24.0, 3.2, s.ink);
    }
    s.page()
}
