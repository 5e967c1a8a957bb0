//! Scratch sheet.
use kyc_capture::core::face::FaceDetector;
use kyc_capture::core::frame::Frame;
use kyc_specimen::head::*;
fn main() {
    let out = std::env::args().nth(1).unwrap();
    let (w, h) = (640u32, 480u32);
    let det = std::fs::read(std::env::var("KYC_MODELS_DIR").unwrap() + "/face.kycm")
        .ok()
        .map(|b| FaceDetector::from_bytes(&b).unwrap());
    let mut scenes = vec![];
    for i in 0..4u64 {
        scenes.push(HeadScene { identity: i, size: 0.42, background: Background::Room(i), ..Default::default() });
    }
    for (y, p, r) in [
        (-45.0, 0.0, 0.0),
        (45.0, 0.0, 0.0),
        (0.0, 25.0, 0.0),
        (0.0, -25.0, 0.0),
        (45.0, 25.0, 30.0),
        (-45.0, -25.0, -30.0),
        (45.0, -25.0, 0.0),
        (20.0, 10.0, -30.0),
    ] {
        scenes.push(HeadScene { identity: 5, size: 0.42, pose: HeadPose::new(y, p, r), ..Default::default() });
    }
    for (b, s, o) in [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.3)] {
        scenes.push(HeadScene { identity: 7, size: 0.42, blink: b, smile: s, mouth_open: o, ..Default::default() });
    }
    let mut sheet = image::RgbaImage::new(w * 4, h * (scenes.len() as u32).div_ceil(4));
    let t = std::time::Instant::now();
    let rendered: Vec<_> = scenes.iter().map(|s| render(s, w, h)).collect();
    println!("{:?} a frame", t.elapsed() / scenes.len() as u32);
    for (i, r) in rendered.iter().enumerate() {
        let mut img = image::RgbaImage::from_raw(w, h, r.rgba.clone()).unwrap();
        if let Some(d) = &det {
            let f = d.detect(&Frame::rgba(&r.rgba, w, h).unwrap());
            let ie = r.truth.inter_eye();
            match f.first() {
                Some(f) => {
                    let e: Vec<String> = (0..6)
                        .map(|k| {
                            format!(
                                "{:.2},{:.2}",
                                (f.keypoints[k].x - r.truth.keypoints[k].x) / ie,
                                (f.keypoints[k].y - r.truth.keypoints[k].y) / ie
                            )
                        })
                        .collect();
                    println!(
                        "{i}: {} score {:.2} ypr {:.0} {:.0} {:.0} for {:?} err {e:?}",
                        f_n(d, &r.rgba, w, h),
                        f.score,
                        f.yaw,
                        f.pitch,
                        f.roll,
                        r.truth.pose
                    );
                    for k in 0..6 {
                        dot(&mut img, f.keypoints[k].x, f.keypoints[k].y, [0, 255, 0]);
                    }
                }
                None => println!("{i}: NONE for {:?}", r.truth.pose),
            }
        }
        for k in r.truth.keypoints {
            dot(&mut img, k.x, k.y, [255, 0, 0]);
        }
        image::imageops::replace(&mut sheet, &img, ((i as u32 % 4) * w) as i64, ((i as u32 / 4) * h) as i64);
    }
    image::DynamicImage::ImageRgba8(sheet).to_rgb8().save(out).unwrap();
}
fn f_n(d: &FaceDetector, rgba: &[u8], w: u32, h: u32) -> usize {
    d.detect(&Frame::rgba(rgba, w, h).unwrap()).len()
}
fn dot(img: &mut image::RgbaImage, x: f32, y: f32, c: [u8; 3]) {
    for dy in -1..=1 {
        for dx in -1..=1 {
            let (px, py) = (x as i32 + dx, y as i32 + dy);
            if px >= 0 && py >= 0 && px < img.width() as i32 && py < img.height() as i32 {
                img.put_pixel(px as u32, py as u32, image::Rgba([c[0], c[1], c[2], 255]));
            }
        }
    }
}
