use super::*;
use crate::geometry::Point;

/// An image of red, green, blue and white quarters, with some texture.
fn quarters(width: u32, height: u32) -> Image {
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let texture = ((x * 7 + y * 13) % 24) as u8;
            let p = match (x < width / 2, y < height / 2) {
                (true, true) => [230 - texture, 20, 20],
                (false, true) => [20, 230 - texture, 20],
                (true, false) => [20, 20, 230 - texture],
                (false, false) => [230 - texture; 3],
            };
            data.extend(p);
            data.push(255);
        }
    }
    Image { data, width, height }
}

fn file(image: &Image, options: &EncodeOptions) -> Encoded {
    encode(&image.frame().unwrap(), options).unwrap()
}

/// Returns red, green, blue or white, sampled in the middle of a quarter.
fn colour(image: &Image, right: bool, down: bool) -> char {
    let x = image.width as usize * if right { 3 } else { 1 } / 4;
    let y = image.height as usize * if down { 3 } else { 1 } / 4;
    let p = &image.data[(y * image.width as usize + x) * 4..][..3];
    match p.map_high() {
        [true, false, false] => 'r',
        [false, true, false] => 'g',
        [false, false, true] => 'b',
        [true, true, true] => 'w',
        other => panic!("{p:?} {other:?}"),
    }
}

trait MapHigh {
    fn map_high(&self) -> [bool; 3];
}

impl MapHigh for [u8] {
    fn map_high(&self) -> [bool; 3] {
        std::array::from_fn(|i| self[i] > 128)
    }
}

/// A JPEG with an EXIF orientation, a GPS tag and a comment.
fn jpeg_with_exif(image: &Image, orientation: u16) -> Vec<u8> {
    let plain = file(image, &EncodeOptions::default()).bytes;
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    tiff.extend(orientation.to_be_bytes());
    tiff.extend([0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0x26, 0, 0, 0, 0]);
    let mut app1 = b"Exif\0\0".to_vec();
    app1.extend(tiff);
    let mut out = plain[..2].to_vec();
    for (marker, body) in [(0xe1u8, app1), (0xfe, b"SECRET-COMMENT".to_vec())] {
        out.extend([0xff, marker]);
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
    }
    out.extend(&plain[2..]);
    out
}

#[test]
fn exif_orientations_1_to_8_come_out_upright() {
    // The quarters of the stored image once it is upright: top left, top right, bottom left, bottom right (EXIF 2.32,
    // tag 274).
    let cases =
        [(1, "rgbw"), (2, "grwb"), (3, "wbgr"), (4, "bwrg"), (5, "rbgw"), (6, "brwg"), (7, "wgbr"), (8, "gwrb")];
    let stored = quarters(48, 32);
    for (orientation, expected) in cases {
        let upright = decode(&jpeg_with_exif(&stored, orientation)).unwrap();
        let size = if orientation < 5 { (48, 32) } else { (32, 48) };
        assert_eq!((upright.width, upright.height), size, "orientation {orientation}");
        let seen: String = [(false, false), (true, false), (false, true), (true, true)]
            .into_iter()
            .map(|(right, down)| colour(&upright, right, down))
            .collect();
        assert_eq!(seen, expected, "orientation {orientation}");
    }
}

#[test]
fn metadata_never_passes_through() {
    let with = jpeg_with_exif(&quarters(48, 32), 1);
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|w| w == text);
    assert!(has(&with, b"Exif") && has(&with, b"SECRET-COMMENT"));
    for format in [OutputFormat::Jpeg, OutputFormat::Png] {
        let out = file(&decode(&with).unwrap(), &EncodeOptions { format, ..Default::default() }).bytes;
        for text in [&b"Exif"[..], b"SECRET", b"eXIf", b"tEXt", b"iCCP", b"ICC_PROFILE"] {
            assert!(!has(&out, text), "{format:?}");
        }
    }
}

#[test]
fn rejects_bad_files_with_typed_errors() {
    let jpeg = file(&quarters(64, 64), &EncodeOptions::default()).bytes;
    let png = file(&quarters(64, 64), &EncodeOptions { format: OutputFormat::Png, ..Default::default() }).bytes;
    let mut giant = png.clone();
    giant[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    let cases: [(&str, &[u8], &str); 8] = [
        ("nothing", b"", "image_unknown_format"),
        ("HTML", b"<!doctype html><title>502</title>", "image_unknown_format"),
        ("a truncated JPEG", &jpeg[..jpeg.len() / 2], "image_corrupt"),
        ("a JPEG without its last data", &jpeg[..jpeg.len() - 6], "image_corrupt"),
        ("a JPEG's first bytes", &jpeg[..20], "image_corrupt"),
        ("a truncated PNG", &png[..png.len() / 2], "image_corrupt"),
        ("a PNG of 100 megapixels by its header", &giant, "image_too_large"),
        ("a RIFF that is no WebP", b"RIFF\x10\0\0\0WEBPVP8 ", "image_corrupt"),
    ];
    for (what, bytes, code) in cases {
        assert_eq!(decode(bytes).unwrap_err().code(), code, "{what}");
    }
    for cut in (0..png.len() - 24).step_by(7) {
        assert!(decode(&png[..cut]).is_err(), "a PNG cut at {cut}");
    }
}

#[test]
fn encoding_and_decoding_round_trips() {
    let image = quarters(80, 60);
    let png = file(&image, &EncodeOptions { format: OutputFormat::Png, ..Default::default() });
    assert_eq!(decode(&png.bytes).unwrap(), image);
    let jpeg = file(&image, &EncodeOptions::default());
    assert_eq!((jpeg.width, jpeg.height, jpeg.quality), (80, 60, 85));
    let back = decode(&jpeg.bytes).unwrap();
    assert_eq!(colour(&back, false, true), 'b');
    assert!(jpeg.to_data_url().starts_with("data:image/jpeg;base64,/9j/"));
}

#[test]
fn crops_scales_and_rectifies() {
    let image = quarters(200, 100);
    let right = Rect { x: 100.0, y: 0.0, width: 500.0, height: 50.0 };
    let cut = file(&image, &EncodeOptions { crop: Some(right), ..Default::default() });
    assert_eq!((cut.width, cut.height), (100, 50));
    assert_eq!(colour(&decode(&cut.bytes).unwrap(), true, true), 'g');
    let limits = [
        (Some(50), None, None, (50, 25)),
        (None, Some(20), None, (40, 20)),
        (None, None, Some(5_000), (100, 50)),
        (Some(400), Some(400), None, (200, 100)),
    ];
    for (max_width, max_height, max_pixels, size) in limits {
        let out = file(&image, &EncodeOptions { max_width, max_height, max_pixels, ..Default::default() });
        assert_eq!((out.width, out.height), size);
    }
    // The bottom left quarter, upside down: its corners start at its own top left.
    let turned =
        Quad([Point::new(100.0, 100.0), Point::new(0.0, 100.0), Point::new(0.0, 50.0), Point::new(100.0, 50.0)]);
    let out = file(&image, &EncodeOptions { quad: Some(turned), ..Default::default() });
    assert_eq!((out.width, out.height), (100, 50));
    assert_eq!(colour(&decode(&out.bytes).unwrap(), false, false), 'b');
}

#[test]
fn downscales_by_area_average() {
    let image = Image { data: [[0, 0, 0, 255], [100; 4], [200; 4], [44; 4]].concat(), width: 4, height: 1 };
    assert_eq!(downscale(&image, 2, 1).data, [50, 50, 50, 178, 122, 122, 122, 122]);
    assert_eq!(downscale(&image, 9, 9), image);
}

#[test]
fn respects_the_byte_budget() {
    let image = quarters(640, 480);
    let full = file(&image, &EncodeOptions::default());
    let budget = full.bytes.len() * 3 / 4;
    let less = file(&image, &EncodeOptions { max_bytes: Some(budget), min_quality: 20, ..Default::default() });
    assert!(less.bytes.len() <= budget && less.quality < 85 && less.width == 640, "{}", less.quality);
    // One step better does not fit.
    let better = EncodeOptions { quality: less.quality + 1, min_quality: 1, ..Default::default() };
    assert!(file(&image, &better).bytes.len() > budget);
    let small =
        file(&image, &EncodeOptions { max_bytes: Some(full.bytes.len() / 3), min_quality: 80, ..Default::default() });
    assert!(small.bytes.len() <= full.bytes.len() / 3 && small.width < 640 && small.quality >= 80);
    let error =
        encode(&image.frame().unwrap(), &EncodeOptions { max_bytes: Some(300), ..Default::default() }).unwrap_err();
    assert_eq!(error.code(), "image_budget_too_small");
}

#[test]
fn names_options_out_of_range() {
    let image = quarters(16, 16);
    let outside = Rect { x: 90.0, y: 0.0, width: 5.0, height: 5.0 };
    let flat = Quad([Point::new(0.0, 0.0); 4]);
    let cases = [
        ("quality", EncodeOptions { quality: 0, ..Default::default() }),
        ("minQuality", EncodeOptions { min_quality: 90, ..Default::default() }),
        ("maxWidth", EncodeOptions { max_width: Some(0), ..Default::default() }),
        ("maxSide", EncodeOptions { max_side: Some(0), ..Default::default() }),
        ("maxBytes", EncodeOptions { max_bytes: Some(0), ..Default::default() }),
        ("crop", EncodeOptions { crop: Some(outside), ..Default::default() }),
        ("quad", EncodeOptions { quad: Some(flat), ..Default::default() }),
    ];
    for (expected, options) in cases {
        match encode(&image.frame().unwrap(), &options) {
            Err(CoreError::InvalidOption { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn transparency_becomes_white() {
    let clear = Image { data: vec![0; 16 * 16 * 4], width: 16, height: 16 };
    let back = decode(&file(&clear, &EncodeOptions::default()).bytes).unwrap();
    assert!(back.data.iter().all(|&v| v > 250));
    // A file with transparency is read on white, as a viewer shows it: black at half opacity is grey.
    let half = Image { data: [0, 0, 0, 128].repeat(16 * 16), width: 16, height: 16 };
    for (image, level) in [(&clear, 255), (&half, 127)] {
        let png = file(image, &EncodeOptions { format: OutputFormat::Png, ..Default::default() });
        let back = decode(&png.bytes).unwrap();
        assert!(back.data.chunks(4).all(|pixel| pixel == [level, level, level, 255]), "{:?}", &back.data[..4]);
    }
}

#[test]
fn a_complete_jpeg_without_its_end_marker_is_decoded() {
    for size in [(64, 64), (61, 47), (200, 16)] {
        let jpeg = file(&quarters(size.0, size.1), &EncodeOptions::default()).bytes;
        let without = &jpeg[..jpeg.len() - 2];
        assert_eq!(decode(without).expect("complete").data, decode(&jpeg).expect("a JPEG").data, "{size:?}");
        assert_eq!(check_file(without).unwrap_err().code(), "image_corrupt", "the browser's check has no decoder");
        for cut in 3..40 {
            assert!(decode(&jpeg[..jpeg.len() - cut]).is_err(), "{cut} bytes of {size:?} are missing");
        }
    }
}

#[test]
fn a_file_of_another_format_is_refused_with_what_to_do() {
    let others: [&[u8]; 4] = [b"GIF89a\x01\0\x01\0", b"BM\x3a\0\0\0", b"II*\0\x08\0\0\0", b"\0\0\0\x1cftypavif\0\0"];
    for other in others {
        let error = decode_scaled(other).unwrap_err();
        assert_eq!(error.code(), "image_unknown_format");
        assert!(error.to_string().contains("convert it"), "{error}");
    }
}

#[test]
fn a_jpeg_of_48_megapixels_comes_out_at_half_its_width() {
    let (width, height) = (8000, 6000);
    let mut grey = image::GrayImage::from_pixel(width, height, image::Luma([200]));
    (0..height).for_each(|y| grey.put_pixel(width - 1, y, image::Luma([40])));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::from(grey).write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a JPEG");
    let bytes = bytes.into_inner();
    let read = decode_scaled(&bytes).expect("it is scaled");
    assert_eq!((read.width, read.height), (4000, 3000));
    assert_eq!(decode(&bytes).unwrap_err().code(), "image_too_large", "a server takes no more than before");
}
