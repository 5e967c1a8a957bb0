//! PAD signals of the simplest attacks, each with its raw value and reason: virtual cameras, frozen or looping frames,
//! planar images, screens.
//!
//! None is certified presentation attack detection (ISO/IEC 30107), nor are they together: they are reported in the
//! metadata.

use std::collections::HashSet;

use serde::Serialize;

use super::patch;
use crate::codes::codes;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::recapture;

codes! {
    /// A PAD signal.
    SignalName {
        /// The camera's name is that of a program.
        VirtualCamera = "virtual_camera",
        /// What the camera says of itself contradicts the frames it gives.
        CameraSettings = "camera_settings",
        /// Frames that follow each other are the same to the last bit, which a sensor's never are.
        FrozenFrames = "frozen_frames",
        /// Frames come again, to the last bit, after others.
        LoopingFrames = "looping_frames",
        /// Frames come unevenly.
        FrameTiming = "frame_timing",
        /// Nothing changes where nothing moves: sensors are noisy.
        SensorNoise = "sensor_noise",
        /// The points of the face moved as those of a planar image.
        PlanarMotion = "planar_motion",
        /// The pixel grid of a screen is visible in the image.
        Screen = "screen",
        /// One reflection lies across the face.
        FlatReflection = "flat_reflection",
        /// The face took on the colours that the page showed.
        ColourFlash = "colour_flash",
    }
}

/// A PAD (presentation attack detection) signal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signal {
    /// The signal.
    pub name: SignalName,
    /// 0 (as in an attack) to 1 (as in a bona fide presentation).
    pub score: f32,
    /// Raw value, in the unit of the signal.
    pub value: f32,
    /// Explanation of value and score, in English.
    pub reason: &'static str,
}

/// The properties of the camera that the page knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CameraInfo {
    /// Its name, as the browser reports it.
    pub label: Option<String>,
    /// Whether what it says of itself (size, rate, which way it looks) fits what was asked and what came; `None` where
    /// the browser does not say.
    pub consistent: Option<bool>,
}

/// Parts of the names of virtual cameras, in lower case.
const VIRTUAL_CAMERA_NAMES: &[&str] = &[
    "virtual",
    "obs",
    "manycam",
    "xsplit",
    "snap camera",
    "droidcam",
    "iriun",
    "epoccam",
    "camo",
    "e2esoft",
    "vcam",
    "mmhmm",
    "fake",
    "ndi",
    "webcamoid",
    "splitcam",
    "v4l2loopback",
    "dummy",
    "avatarify",
    "swapface",
    "deepface",
];

/// Returns whether the name of a camera is that of a virtual camera. Names are compared by words, so that `jobson`
/// does not match `obs`.
pub fn is_virtual(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    let words: Vec<&str> = label.split(is_separator).collect();
    VIRTUAL_CAMERA_NAMES.iter().any(|program| match program.contains(' ') {
        true => label.contains(program),
        false => words.contains(program) || (program.len() > 5 && label.contains(program)),
    })
}

/// Whether a character of a camera's name is between words: punctuation, spaces and symbols of ASCII, Latin-1,
/// general punctuation and East Asian texts.
fn is_separator(character: char) -> bool {
    match character {
        '\0'..='\x7f' => !character.is_ascii_alphanumeric(),
        'ª' | 'µ' | 'º' => false,
        _ => matches!(character,
            '\u{80}'..='\u{bf}' | '×' | '÷' | '\u{2000}'..='\u{206f}' | '\u{2100}'..='\u{2bff}'
            | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'),
    }
}

/// Maximum frames whose fingerprints are kept.
const MAX_FRAMES: usize = 1_800;

/// Sampling interval of a fingerprint, bytes.
const STRIDE: usize = 61;

/// Grid of the positions whose luma is compared between frames.
const NOISE_GRID: (usize, usize) = (16, 12);

/// The signals of a stream of frames. Costs a few microseconds a frame.
#[derive(Debug, Clone, Default)]
pub struct StreamSignals {
    seen: HashSet<u64>,
    last: Option<u64>,
    frames: u32,
    frozen_frames: u32,
    repeated_frames: u32,
    last_ms: Option<f64>,
    intervals: Vec<f32>,
    grid: Vec<f32>,
    changes: Vec<f32>,
}

impl StreamSignals {
    /// Takes a frame.
    pub fn push(&mut self, frame: &Frame<'_>, now_ms: f64) {
        if self.intervals.len() < MAX_FRAMES
            && let Some(last) = self.last_ms
        {
            self.intervals.push((now_ms - last).max(0.0) as f32);
        }
        self.last_ms = Some(now_ms);
        let print = fingerprint(frame);
        self.frames = self.frames.saturating_add(1);
        if self.last == Some(print) {
            self.frozen_frames += 1;
        } else if self.seen.contains(&print) {
            self.repeated_frames += 1;
        }
        self.last = Some(print);
        if self.seen.len() < MAX_FRAMES {
            self.seen.insert(print);
        }
        self.noise(frame);
    }

    fn noise(&mut self, frame: &Frame<'_>) {
        let (columns, rows) = NOISE_GRID;
        let place = |i: usize, n: usize, size: usize| (2 * i + 1) * size / (2 * n);
        let now: Vec<f32> = (0..columns * rows)
            .map(|i| {
                patch::luma(frame, place(i % columns, columns, frame.width()), place(i / columns, rows, frame.height()))
            })
            .collect();
        if self.grid.len() == now.len() && self.changes.len() < MAX_FRAMES {
            let change = now.iter().zip(&self.grid).map(|(a, b)| (a - b).abs()).sum::<f32>() / now.len() as f32;
            self.changes.push(change);
        }
        self.grid = now;
    }

    /// Returns the signals of the stream and its camera.
    pub fn signals(&self, camera: &CameraInfo) -> Vec<Signal> {
        let mut signals = Vec::new();
        if let Some(label) = camera.label.as_deref().filter(|label| !label.is_empty()) {
            let program = is_virtual(label);
            signals.push(Signal {
                name: SignalName::VirtualCamera,
                score: if program { 0.0 } else { 1.0 },
                value: f32::from(u8::from(program)),
                reason: "1 if the camera's name is that of a virtual camera",
            });
        }
        if let Some(consistent) = camera.consistent {
            signals.push(Signal {
                name: SignalName::CameraSettings,
                score: if consistent { 1.0 } else { PARAMS.inconsistent_score },
                value: f32::from(u8::from(consistent)),
                reason: "1 where what the camera says of itself fits what was asked for and the frames that came",
            });
        }
        // A few frames say nothing.
        if self.frames < PARAMS.min_frames {
            return signals;
        }
        let share = |n: u32| n as f32 / self.frames as f32;
        signals.push(Signal {
            name: SignalName::FrozenFrames,
            score: 1.0 - (share(self.frozen_frames) / PARAMS.max_frozen).min(1.0),
            value: share(self.frozen_frames),
            reason: "share of frames that equal the one before to the last bit; none from 0.5 on",
        });
        signals.push(Signal {
            name: SignalName::LoopingFrames,
            score: 1.0 - (share(self.repeated_frames) / PARAMS.max_repeated).min(1.0),
            value: share(self.repeated_frames),
            reason: "share of frames that equal an earlier one, not the one before; none from 0.1 on",
        });
        let mut intervals = self.intervals.clone();
        crate::numeric::sort(&mut intervals);
        let median = intervals.get(intervals.len() / 2).copied().unwrap_or(0.0);
        let late = intervals.iter().filter(|i| **i > PARAMS.late_factor * median.max(1.0)).count() as f32
            / intervals.len().max(1) as f32;
        signals.push(Signal {
            name: SignalName::FrameTiming,
            score: 1.0 - (late / PARAMS.max_late).min(1.0),
            value: late,
            reason: "share of intervals between frames beyond three times their median; none from 0.2 on",
        });
        let mut changes = self.changes.clone();
        crate::numeric::sort(&mut changes);
        let noise = changes.get(changes.len() / 4).copied().unwrap_or(0.0);
        signals.push(Signal {
            name: SignalName::SensorNoise,
            score: (noise / PARAMS.full_noise).min(1.0),
            value: noise,
            reason: "mean change of luma from frame to frame in the quietest quarter \
            of the stream, 0-255; full from 0.25 on",
        });
        signals
    }
}

/// Parameters of the scores, measured on rendered streams and their replays; each `reason` states them.
struct SignalParams {
    /// Score of a camera whose settings do not fit what was asked for.
    inconsistent_score: f32,
    /// Minimum frames of a stream that say anything.
    min_frames: u32,
    /// Share of frozen and of repeated frames from which the score is 0.
    max_frozen: f32,
    max_repeated: f32,
    /// Multiple of the median interval beyond which a frame is late, and the share of those from which the score is 0.
    late_factor: f32,
    max_late: f32,
    /// Change of luma from which the score is full.
    full_noise: f32,
    /// Share of the face under one reflection from which the score is 0.
    max_reflection: f32,
    /// Peak of the spectrum up to which the score is full, and from which it is 0.
    peak: (f32, f32),
    /// Depth, in inter-eye distances, up to which the score is 0, and from which it is full.
    depth: (f32, f32),
}

const PARAMS: SignalParams = SignalParams {
    inconsistent_score: 0.3,
    min_frames: 8,
    max_frozen: 0.5,
    max_repeated: 0.1,
    late_factor: 3.0,
    max_late: 0.2,
    full_noise: 0.25,
    max_reflection: 0.05,
    peak: (60.0, 140.0),
    depth: (0.05, 0.15),
};

fn fingerprint(frame: &Frame<'_>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64 ^ frame.data().len() as u64;
    for byte in frame.data().iter().step_by(STRIDE) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

/// Returns the signals of one image of the face: the pixel grid of a screen, a reflection across it.
pub fn image_signals(frame: &Frame<'_>, face: Rect) -> [Signal; 2] {
    let peak = recapture::moire_peak_ratio(frame, face);
    let glare = crate::quality::measure(frame, face).glare;
    [
        Signal {
            name: SignalName::Screen,
            score: screen_score(peak),
            value: peak,
            reason: "height of a peak of the spectrum that the whole face has in common, over what is around it; \
            full up to 60, \
                     none from 140 on",
        },
        Signal {
            name: SignalName::FlatReflection,
            score: 1.0 - (glare.largest / PARAMS.max_reflection).min(1.0),
            value: glare.largest,
            reason: "share of the face that the largest colourless reflection covers; none from 0.05 on",
        },
    ]
}

/// Returns the score of a spectral peak: 1 for none, 0 for a screen.
fn screen_score(peak: f32) -> f32 {
    1.0 - ((peak - PARAMS.peak.0) / (PARAMS.peak.1 - PARAMS.peak.0)).clamp(0.0, 1.0)
}

/// Returns whether the face certainly shows the pixel grid of a screen. The peak is at most 13 on 675 frames of
/// rendered persons who rotate and nod, and 1,600 and more on 99 % of 275 images of them on screens.
pub fn shows_screen(frame: &Frame<'_>, face: Rect) -> bool {
    screen_score(recapture::moire_peak_ratio(frame, face)) <= 0.0
}

/// Returns the signal of planar motion. `depth`: the minimum depth at the requested rotations, in inter-eye distances.
pub fn planar_motion(depth: f32) -> Signal {
    Signal {
        name: SignalName::PlanarMotion,
        score: ((depth - PARAMS.depth.0) / (PARAMS.depth.1 - PARAMS.depth.0)).clamp(0.0, 1.0),
        value: depth,
        reason: "least distance of the points at a turn from every planar image of the neutral face, in eye distances; \
                 none up to 0.05, full from 0.15 on",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noisy(seed: u32) -> Vec<u8> {
        (0..64u32 * 48 * 4)
            .map(|i| {
                let mut n = i.wrapping_mul(0x9e37_79b9) ^ seed.wrapping_mul(0x85eb_ca6b);
                n = (n ^ (n >> 15)).wrapping_mul(0x2c1b_3c6d);
                100 + (n >> 29) as u8
            })
            .collect()
    }

    fn signals(frames: impl Iterator<Item = (Vec<u8>, f64)>, label: &str) -> Vec<Signal> {
        let mut stream = StreamSignals::default();
        for (pixels, at) in frames {
            stream.push(&Frame::rgba(&pixels, 64, 48).unwrap(), at);
        }
        stream.signals(&CameraInfo { label: Some(label.into()), consistent: Some(true) })
    }

    fn score(signals: &[Signal], name: SignalName) -> f32 {
        signals.iter().find(|s| s.name == name).unwrap().score
    }

    #[test]
    fn a_camera_is_told_from_what_stands_still_or_loops() {
        use SignalName as S;
        let camera = signals((0..60).map(|i| (noisy(i), f64::from(i) * 33.0)), "FaceTime HD Camera");
        assert!(camera.iter().all(|s| s.score > 0.9), "{camera:?}");
        let frozen = signals((0..60).map(|i| (noisy(1), f64::from(i) * 33.0)), "OBS Virtual Camera");
        assert!(score(&frozen, S::FrozenFrames) < 0.05 && score(&frozen, S::SensorNoise) < 0.05, "{frozen:?}");
        assert_eq!(score(&frozen, S::VirtualCamera), 0.0);
        let looping = signals((0..60).map(|i| (noisy(i % 20), f64::from(i) * 33.0)), "c922");
        assert!(score(&looping, S::LoopingFrames) < 0.05 && score(&looping, S::FrozenFrames) > 0.9, "{looping:?}");
        let uneven = signals((0..60).map(|i| (noisy(i), f64::from(i * 33 + i / 3 * 400))), "c922");
        assert!(score(&uneven, S::FrameTiming) < 0.05, "{uneven:?}");
        // A handful of frames says nothing of the stream.
        assert_eq!(signals((0..3).map(|i| (noisy(i), 0.0)), "c922").len(), 2);
    }

    #[test]
    fn names_of_programs_are_known_by_words() {
        for label in [
            "OBS Virtual Camera",
            "ManyCam",
            "Snap Camera",
            "fake_device_0",
            "DroidCam Source 3",
            "e2eSoft VCam",
            "OBS（虚拟）",
            "OBS–Kamera",
        ] {
            assert!(is_virtual(label), "{label}");
        }
        for label in [
            "Jobson HD",
            "ñobs",
            "FaceTime HD Camera",
            "Integrated Webcam",
            "camera2 1, facing front",
            "Фронтальная камера",
            "",
        ] {
            assert!(!is_virtual(label), "{label}");
        }
    }
}
