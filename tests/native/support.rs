//! What the tests of faces share: the model, and streams of rendered heads.
use std::path::{Path, PathBuf};

use kyc_capture::core::capture::{FrameOutcome, Pipeline};
use kyc_capture::core::face::FaceDetector;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::liveness::LivenessPlan;
use kyc_capture::core::liveness::signals::CameraInfo;
use kyc_capture::core::model_asset::ModelAsset;
use kyc_capture::core::thresholds::Thresholds;

/// Sizes of the frames.
pub const SIZE: (u32, u32) = (640, 480);

/// The bytes of the face model; says so and answers `None` where it is absent.
pub fn face_model() -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = match (std::env::var_os("KYC_MODELS_DIR"), std::env::var_os("CARGO_TARGET_DIR")) {
        (Some(dir), _) => PathBuf::from(dir),
        (None, Some(dir)) => root.join(dir).join("models"),
        (None, None) => root.join("target/models"),
    };
    let bytes = std::fs::read(dir.join("face.kycm")).ok();
    if bytes.is_none() {
        println!("skipped: {} has no face.kycm (cargo xtask models makes it)", dir.display());
    }
    bytes
}

/// The detector; `None` where its model is absent.
pub fn detector() -> Option<FaceDetector> {
    face_model().map(|bytes| FaceDetector::from_bytes(&bytes).expect("face.kycm is the face model"))
}

/// A capture of a face that has begun.
pub fn capture(model: &[u8], plan: LivenessPlan, thresholds: Thresholds) -> Pipeline {
    let mut pipeline = Pipeline::new(thresholds);
    pipeline.load_model(ModelAsset::Face, model).expect("face.kycm is the face model");
    pipeline.begin_liveness(plan);
    pipeline.set_camera(CameraInfo { label: Some("FaceTime HD Camera".into()), consistent: Some(true) });
    pipeline
}

/// Shows a frame to a capture.
pub fn show(pipeline: &mut Pipeline, rgba: &[u8], at_ms: f64) -> FrameOutcome {
    let frame = Frame::rgba(rgba, SIZE.0, SIZE.1).expect("a rendered image is a frame");
    pipeline.push(&frame, at_ms)
}

/// How many of a test's streams are played: so many, or as many as `KYC_STREAMS` says.
pub fn streams(usual: u64) -> u64 {
    std::env::var("KYC_STREAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// The first of a test's streams, as `KYC_FIRST_STREAM` says: nothing was chosen with those from 2500 on in view.
pub fn first_stream() -> u64 {
    std::env::var("KYC_FIRST_STREAM").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Runs `work` for each of `0..count` on all cores, and gives the answers in order.
pub fn each<T: Send>(count: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = std::sync::atomic::AtomicU64::new(0);
    let answers = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if i >= count {
                        break;
                    }
                    let answer = work(i);
                    answers.lock().expect("no test thread panics with it").push((i, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().expect("all threads have ended");
    answers.sort_by_key(|(i, _)| *i);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
