//! Reads PDF417 symbols that are covered in part, compact, mirrored, inverted, bent, at any angle, without a quiet
//! zone, and several in one image.

use image::{GrayImage, Luma};
use kyc_capture::core::barcode::pdf417::Pdf417Reader;
use kyc_capture::core::frame::{Frame, LumaImage};
use kyc_specimen::pdf417::symbol;

/// Side of the images, px.
const SIDE: u32 = 1100;
/// Luma of bars and spaces.
const BAR: u8 = 25;
const SPACE: u8 = 230;
/// Modules of the stop pattern, and of a symbol character.
const STOP: usize = 18;
const CHARACTER: usize = 17;

type Rows = Vec<Vec<bool>>;

fn message() -> Vec<u8> {
    (0..230).map(|i| (i * 89 + 7) as u8).collect()
}

/// Draws a symbol whose modules are `module` px wide and whose rows are `row` px high. `place` returns the position in
/// an upright symbol, px from its centre, which is the centre of the image. `surround` is the luma outside.
fn draw(rows: &Rows, (module, row): (f32, f32), surround: u8, place: impl Fn(f32, f32) -> (f32, f32)) -> GrayImage {
    let (columns, count) = (rows[0].len() as f32, rows.len() as f32);
    GrayImage::from_fn(SIDE, SIDE, |x, y| {
        let sum: u32 = (0..4u8)
            .map(|i| {
                let (dx, dy) = (f32::from(i % 2) / 2.0 - 0.25, f32::from(i / 2) / 2.0 - 0.25);
                let half = SIDE as f32 / 2.0;
                let (u, v) = place(x as f32 + dx - half, y as f32 + dy - half);
                let (u, v) = (u / module + columns / 2.0, v / row + count / 2.0);
                if u < 0.0 || v < 0.0 || u >= columns || v >= count {
                    return u32::from(surround);
                }
                u32::from(if rows[v as usize][u as usize] { BAR } else { SPACE })
            })
            .sum();
        Luma([u8::try_from(sum / 4).unwrap_or(u8::MAX)])
    })
}

fn turned(degrees: f32) -> impl Fn(f32, f32) -> (f32, f32) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    move |x, y| (x * cos + y * sin, y * cos - x * sin)
}

fn luma(image: &GrayImage) -> LumaImage {
    Frame::luma(image.as_raw(), image.width(), image.height()).expect("a frame").to_luma()
}

/// Asserts that exactly the given number of symbols is read, each with the message.
fn assert_reads(image: &GrayImage, count: usize, what: &str) {
    let read = Pdf417Reader::new().read_all(&luma(image));
    assert_eq!(read.len(), count, "{what}");
    assert!(read.iter().all(|barcode| barcode.message.bytes == message()), "{what}");
}

#[test]
fn reads_symbols_at_any_angle() {
    for (columns, level) in [(6, 4), (14, 4)] {
        let rows = symbol(&message(), columns, level);
        for degrees in [0.0, 20.0, 40.0, 45.0, 50.0, 70.0, 135.0, 180.0, 225.0, 290.0, 315.0] {
            assert_reads(
                &draw(&rows, (3.0, 10.0), SPACE, turned(degrees)),
                1,
                &format!("{columns} columns, {degrees}°"),
            );
        }
    }
}

#[test]
fn reads_symbols_with_one_guard_pattern_covered_or_cut_off() {
    for (columns, level) in [(6, 4), (14, 4)] {
        let rows = symbol(&message(), columns, level);
        let wide = rows[0].len();
        for degrees in [0.0, 4.0, 90.0, 183.0] {
            let place = turned(degrees);
            let whole = draw(&rows, (3.0, 10.0), SPACE, &place);
            let half = SIDE as f32 / 2.0;
            let module = |x: u32, y: u32| place(x as f32 - half, y as f32 - half).0 / 3.0 + wide as f32 / 2.0;
            let modules: Vec<f32> = whole.enumerate_pixels().map(|(x, y, _)| module(x, y)).collect();
            for covered in [0..CHARACTER, 0..2 * CHARACTER - 4, wide - STOP..wide, wide - STOP - CHARACTER + 4..wide] {
                let from = if covered.start == 0 { -9.0 } else { covered.start as f32 };
                let to = if covered.end == wide { wide as f32 + 9.0 } else { covered.end as f32 };
                for shade in [SPACE, BAR] {
                    let mut image = whole.clone();
                    for (pixel, module) in image.iter_mut().zip(&modules) {
                        if (from..to).contains(module) {
                            *pixel = shade;
                        }
                    }
                    let what = format!("{columns} columns, modules {covered:?} covered by {shade}, {degrees}°");
                    assert_reads(&image, 1, &what);
                }
            }
        }
    }
}

#[test]
fn reads_compact_and_mirrored_symbols() {
    for (columns, level) in [(6, 4), (14, 4)] {
        let rows = symbol(&message(), columns, level);
        // Compact: no right row indicator, and a stop pattern of one bar.
        let compact: Rows = rows
            .iter()
            .map(|row| row[..row.len() - STOP - CHARACTER].iter().copied().chain([true]).collect())
            .collect();
        let mirrored: Rows = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        for degrees in [0.0, 5.0, 90.0, 180.0] {
            assert_reads(&draw(&compact, (3.0, 10.0), SPACE, turned(degrees)), 1, &format!("compact, {degrees}°"));
            assert_reads(&draw(&mirrored, (3.0, 10.0), SPACE, turned(degrees)), 1, &format!("mirrored, {degrees}°"));
        }
    }
}

#[test]
fn reads_inverted_symbols_and_symbols_without_a_quiet_zone() {
    let rows = symbol(&message(), 10, 5);
    for degrees in [0.0, 5.0, 90.0] {
        let mut inverted = draw(&rows, (3.0, 10.0), SPACE, turned(degrees));
        image::imageops::invert(&mut inverted);
        assert_reads(&inverted, 1, &format!("inverted, {degrees}°"));
        for surround in [BAR, 128] {
            let image = draw(&rows, (3.0, 10.0), surround, turned(degrees));
            assert_reads(&image, 1, &format!("surround {surround}, {degrees}°"));
        }
    }
    // The symbol fills the image.
    let image = draw(&rows, (3.0, 10.0), SPACE, turned(0.0));
    let (width, height) = (rows[0].len() as u32 * 3, rows.len() as u32 * 10);
    let cut =
        image::imageops::crop_imm(&image, (SIDE - width).div_ceil(2), (SIDE - height).div_ceil(2), width - 1, height);
    assert_reads(&cut.to_image(), 1, "cut to its edges");
}

#[test]
fn reads_bent_rows() {
    for (columns, level) in [(6, 4), (14, 4)] {
        let rows = symbol(&message(), columns, level);
        let half = rows[0].len() as f32 * 1.5;
        for sag in [10.0, 20.0, 30.0] {
            let bent = |x: f32, y: f32| (x, y - sag * (1.0 - (x / half) * (x / half)));
            assert_reads(&draw(&rows, (3.0, 10.0), SPACE, bent), 1, &format!("{columns} columns, {sag} px"));
        }
    }
}

#[test]
fn reads_all_symbols_of_an_image() {
    let rows = symbol(&message(), 6, 4);
    let at = |dx: f32, dy: f32| draw(&rows, (2.0, 6.0), SPACE, move |x, y| turned(3.0)(x - dx, y - dy));
    let joined = |a: &GrayImage, b: &GrayImage| {
        GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([a.get_pixel(x, y).0[0].min(b.get_pixel(x, y).0[0])]))
    };
    for (dx, dy) in [(0.0, 230.0), (0.0, 125.0), (230.0, 0.0)] {
        assert_reads(&joined(&at(dx, dy), &at(-dx, -dy)), 2, &format!("{dx} and {dy} px from the middle"));
    }
    let corners =
        joined(&joined(&at(230.0, 230.0), &at(-230.0, 230.0)), &joined(&at(230.0, -230.0), &at(-230.0, -230.0)));
    assert_reads(&corners, 4, "four");
    assert!(Pdf417Reader::new().read(&luma(&corners)).is_some());
    assert_reads(&GrayImage::from_pixel(SIDE, SIDE, Luma([SPACE])), 0, "none");
}
