//! Helpers of several test modules: weights, shared data, pixels, streams of rendered heads.

use std::path::{Path, PathBuf};

use kyc_capture::core::capture::{FrameOutcome, Pipeline};
use kyc_capture::core::face::FaceDetector;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::liveness::LivenessPlan;
use kyc_capture::core::liveness::signals::CameraInfo;
use kyc_capture::core::model_asset::ModelAsset;
use kyc_capture::core::mrz::{MrzReader, MrzReading};
use kyc_capture::core::thresholds::Thresholds;

/// Width and height of the frames, pixels.
pub(crate) const SIZE: (u32, u32) = (640, 480);

/// Returns the weights `name`. Prints `skipped: …` and returns `None` if they are absent.
pub(crate) fn weights(name: &str) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = match (std::env::var_os("KYC_MODELS_DIR"), std::env::var_os("CARGO_TARGET_DIR")) {
        (Some(dir), _) => PathBuf::from(dir),
        (None, Some(dir)) => root.join(dir).join("models"),
        (None, None) => root.join("target/models"),
    };
    let bytes = std::fs::read(dir.join(name)).ok();
    if bytes.is_none() {
        println!("skipped: {} has no {name} (cargo xtask models makes it)", dir.display());
    }
    bytes
}

/// Returns the weights of the face detector. Prints `skipped: …` and returns `None` if they are absent.
pub(crate) fn face_model() -> Option<Vec<u8>> {
    weights("face.kycm")
}

/// Returns a file or folder of the data that are shared between projects and are not part of the repository. Prints
/// `skipped: …` and returns `None` if it is absent.
pub(crate) fn shared_data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KYC_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let found = root.join(path);
    if !found.exists() {
        println!("skipped: no shared data at {}", found.display());
        return None;
    }
    Some(found)
}

/// Returns the MRZ reader with the weights of the repository.
pub(crate) fn mrz_reader() -> MrzReader {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/mrz.kycm");
    MrzReader::from_bytes(&std::fs::read(path).expect("the repository has the weights")).expect("the weights are valid")
}

pub(crate) use kyc_specimen::encode::rgba;

/// Whether every check digit of a reading is valid, and there are some.
pub(crate) fn check_digits_valid(reading: &MrzReading) -> bool {
    !reading.document.check_digits.is_empty() && reading.document.check_digits.iter().all(|digit| digit.valid)
}

/// Returns the face detector, or `None` if its weights are absent.
pub(crate) fn detector() -> Option<FaceDetector> {
    face_model().map(|bytes| FaceDetector::from_bytes(&bytes).expect("face.kycm is the face model"))
}

/// Starts a liveness capture.
pub(crate) fn capture(model: &[u8], plan: LivenessPlan, thresholds: Thresholds) -> Pipeline {
    let mut pipeline = Pipeline::new(thresholds);
    pipeline.load_model(ModelAsset::Face, model).expect("face.kycm is the face model");
    pipeline.begin_liveness(plan);
    pipeline.set_camera(CameraInfo { label: Some("FaceTime HD Camera".into()), consistent: Some(true) });
    pipeline
}

/// Pushes a frame to a capture.
pub(crate) fn show(pipeline: &mut Pipeline, rgba: &[u8], at_ms: f64) -> FrameOutcome {
    let frame = Frame::rgba(rgba, SIZE.0, SIZE.1).expect("a rendered image is a frame");
    pipeline.push(&frame, at_ms)
}

/// Returns the step through a test set: 1 with `KYC_FULL_SETS=1` (`cargo xtask test --full`), else `sampled`, which
/// must have no factor in common with the periods of the set.
pub(crate) fn set_step(sampled: usize) -> usize {
    if std::env::var("KYC_FULL_SETS").is_ok_and(|v| v == "1") { 1 } else { sampled }
}

/// Returns how many streams a test plays: the value of `KYC_STREAMS`, else `full` with `KYC_FULL_SETS=1`, else
/// `sampled`.
pub(crate) fn streams(sampled: u64, full: u64) -> u64 {
    let count = if set_step(2) == 1 { full } else { sampled };
    std::env::var("KYC_STREAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(count)
}

/// Returns the number of the first stream: `KYC_FIRST_STREAM`, or 0. No threshold was chosen by streams from 2500 on.
pub(crate) fn first_stream() -> u64 {
    std::env::var("KYC_FIRST_STREAM").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Runs `work` for each of `0..count` on all cores and returns the results in order.
pub(crate) fn each<T: Send>(count: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = std::sync::atomic::AtomicU64::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if i >= count {
                        break;
                    }
                    let result = work(i);
                    results.lock().expect("no test thread panics with it").push((i, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("all threads have ended");
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
