//! The quality checks of a captured frame: a raw value compared with a limit.

use serde::Serialize;

use crate::codes::codes;
use crate::thresholds::{DocumentThresholds, FaceThresholds};
use crate::warning::Warning;

codes! {
    /// A quality check of a document. Its code is the name of its threshold, if it has one.
    DocumentQualityCheck {
        /// Confidence of the outline, 0–1.
        MinConfidence = "minConfidence",
        /// The outline is inside the frame (flag).
        FullyInside = "fullyInside",
        /// Fraction of the guide that the document fills.
        MinFill = "minFill",
        /// Fraction of the guide that the document fills.
        MaxFill = "maxFill",
        /// Resolution on the document, dots per inch.
        MinDpi = "minDpi",
        /// Distance from the centre of the guide, as a fraction of its width.
        MaxOffset = "maxOffset",
        /// Ratio of two opposite sides, minus 1.
        MaxSideRatio = "maxSideRatio",
        /// Sharpness, 0–1.
        MinSharpness = "minSharpness",
        /// Fraction of the document that the largest reflection covers, 0–1.
        MaxGlareBlob = "maxGlareBlob",
        /// Mean luma, 0–255.
        MinLuma = "minLuma",
        /// Fraction of over-exposed pixels, 0–1.
        MaxBrightShare = "maxBrightShare",
        /// Displacement of a corner between two frames, as a fraction of the diagonal.
        MaxMotion = "maxMotion",
        /// Fraction of the outline that fingers cover, 0–1.
        MaxFingers = "maxFingers",
        /// Another type of document is visible (flag).
        WrongDocument = "wrongDocument",
        /// The side that was captured before is visible (flag).
        SameSide = "sameSide",
        /// An MRZ or a barcode is visible (flag).
        Mrz = "mrz",
        /// A portrait is visible (flag).
        Portrait = "portrait",
        /// Fraction of the check digits of the MRZ that are valid, 0–1.
        MrzCheckDigits = "mrzCheckDigits",
        /// The aspect ratio is that of the declared type (flag).
        Proportions = "proportions",
        /// The barcode was read (flag).
        Barcode = "barcode",
    }
}

codes! {
    /// A quality check of a face. Its code is the name of its threshold, if it has one.
    FaceQualityCheck {
        /// Number of faces in the frame.
        Faces = "faces",
        /// Height of the face as a fraction of the frame's height.
        MinHeight = "minHeight",
        /// Height of the face as a fraction of the frame's height.
        MaxHeight = "maxHeight",
        /// Distance from the centre of the oval, as a fraction of the frame's shorter side.
        MaxOffset = "maxOffset",
        /// Yaw, degrees.
        MaxYawDeg = "maxYawDeg",
        /// Pitch, degrees.
        MaxPitchDeg = "maxPitchDeg",
        /// Roll, degrees.
        MaxRollDeg = "maxRollDeg",
        /// Mean luma on the face, 0–255.
        MinLuma = "minLuma",
        /// Mean luma on the face, 0–255.
        MaxLuma = "maxLuma",
        /// Intersection of the histograms of the face's halves, 0–1.
        MinUniformity = "minUniformity",
        /// Mean luma of the face divided by that of the frame.
        MinFrontLight = "minFrontLight",
        /// Fraction of the eye region that reflects, 0–1.
        MaxEyeGlare = "maxEyeGlare",
        /// Openness of the eyes as a fraction of the person's own maximum, 0–1.
        MinEyesOpen = "minEyesOpen",
        /// Unified quality score, 0–100.
        MinQuality = "minQuality",
        /// Displacement of the face between two frames, as a fraction of its height.
        MaxMotion = "maxMotion",
    }
}

/// A quality check of a document or of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CheckName"))]
#[serde(untagged)]
pub enum QualityCheck {
    /// Of a document.
    Document(DocumentQualityCheck),
    /// Of a face.
    Face(FaceQualityCheck),
}

/// The values that pass a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// At least `threshold`. The score is 0.5 at the threshold, 0 at 0, and 1 at `best`.
    Min {
        /// The smallest value that passes.
        threshold: f32,
        /// The value of a perfect frame.
        best: f32,
    },
    /// At most this. The score is 1 at 0, 0.5 at the threshold, and 0 at twice the threshold.
    Max(f32),
    /// Exactly this. The score is 1 or 0.
    Equal(f32),
    /// A flag (0 or 1) that must be set or must not.
    Flag(bool),
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The check.
    pub name: QualityCheck,
    /// The raw value, in the unit of the check.
    pub value: f32,
    /// The normalised value: 0 at the worst, 0.5 at the threshold, 1 at the best.
    pub score: f32,
    /// The threshold that the value is compared with.
    pub threshold: f32,
    /// Whether the value is within the limit.
    pub passed: bool,
}

impl Limit {
    /// Compares a raw value with the limit.
    pub fn check(self, name: impl Into<QualityCheck>, value: f32) -> Check {
        let (threshold, passed, score) = match self {
            Self::Min { threshold, best } => {
                let passed = value >= threshold;
                let score = if value < threshold || best <= threshold {
                    0.5 * value / threshold.max(1e-6)
                } else {
                    0.5 + 0.5 * (value - threshold) / (best - threshold)
                };
                (threshold, passed, if passed && best <= threshold { 1.0 } else { score })
            }
            Self::Max(threshold) => (threshold, value <= threshold, 1.0 - 0.5 * value / threshold.max(1e-6)),
            Self::Equal(threshold) => (threshold, value == threshold, f32::from(u8::from(value == threshold))),
            Self::Flag(set) => {
                let threshold = f32::from(u8::from(set));
                (threshold, value == threshold, f32::from(u8::from(value == threshold)))
            }
        };
        Check { name: name.into(), value, score: score.clamp(0.0, 1.0), threshold, passed }
    }
}

impl DocumentQualityCheck {
    /// Returns the limit of a check of a single frame, or `None` if the limit depends on the expected side or on other
    /// frames.
    pub fn limit(self, t: &DocumentThresholds) -> Option<Limit> {
        /// Mean luma of a well exposed document, 0–255.
        const BEST_LUMA: f32 = 140.0;
        Some(match self {
            Self::MinConfidence => Limit::Min { threshold: t.min_confidence, best: 1.0 },
            Self::FullyInside => Limit::Flag(true),
            Self::MinFill => Limit::Min { threshold: t.min_fill, best: 1.0 },
            Self::MaxFill => Limit::Max(t.max_fill),
            Self::MinDpi => Limit::Min { threshold: t.min_dpi, best: 2.0 * t.min_dpi },
            Self::MaxOffset => Limit::Max(t.max_offset),
            Self::MaxSideRatio => Limit::Max(t.max_side_ratio - 1.0),
            Self::MinSharpness => Limit::Min { threshold: t.min_sharpness, best: 2.0 * t.min_sharpness },
            Self::MaxGlareBlob => Limit::Max(t.max_glare_blob),
            Self::MinLuma => Limit::Min { threshold: t.min_luma, best: BEST_LUMA },
            Self::MaxBrightShare => Limit::Max(t.max_bright_share),
            Self::MaxMotion => Limit::Max(t.max_motion),
            Self::MaxFingers => Limit::Max(t.max_fingers),
            Self::WrongDocument | Self::SameSide => Limit::Flag(false),
            Self::Mrz | Self::Portrait | Self::MrzCheckDigits | Self::Proportions | Self::Barcode => return None,
        })
    }

    /// Returns whether an automatic capture requires the check however long the person has tried: without it the image
    /// is not an image of the expected side.
    pub fn is_mandatory(self) -> bool {
        matches!(
            self,
            Self::MinConfidence
                | Self::FullyInside
                | Self::MinFill
                | Self::MaxFill
                | Self::MaxMotion
                | Self::WrongDocument
                | Self::SameSide
                | Self::Mrz
                | Self::Portrait
                | Self::MinDpi
                | Self::MaxOffset
        )
    }

    /// Returns the warning that the person sees if the check fails.
    pub fn warning(self) -> Option<Warning> {
        match self {
            Self::MinSharpness => Some(Warning::Blurred),
            Self::MaxGlareBlob => Some(Warning::Glare),
            Self::MaxFingers => Some(Warning::FingersInTheWay),
            Self::Barcode => Some(Warning::BarcodeNotRead),
            Self::MinLuma => Some(Warning::TooDark),
            Self::MaxBrightShare => Some(Warning::TooBright),
            Self::MinDpi => Some(Warning::LowResolution),
            Self::Portrait => Some(Warning::FaceNotFound),
            _ => None,
        }
    }
}

impl FaceQualityCheck {
    /// Returns the limit of the check.
    pub fn limit(self, t: &FaceThresholds) -> Limit {
        /// Mean luma of a well exposed face, 0–255.
        const BEST_LUMA: f32 = 130.0;
        match self {
            Self::Faces => Limit::Equal(1.0),
            Self::MinHeight => Limit::Min { threshold: t.min_height, best: 2.0 * t.min_height },
            Self::MaxHeight => Limit::Max(t.max_height),
            Self::MaxOffset => Limit::Max(t.max_offset),
            Self::MaxYawDeg => Limit::Max(t.max_yaw_deg),
            Self::MaxPitchDeg => Limit::Max(t.max_pitch_deg),
            Self::MaxRollDeg => Limit::Max(t.max_roll_deg),
            Self::MinLuma => Limit::Min { threshold: t.min_luma, best: BEST_LUMA },
            Self::MaxLuma => Limit::Max(t.max_luma),
            Self::MinUniformity => Limit::Min { threshold: t.min_uniformity, best: 1.0 },
            Self::MinFrontLight => Limit::Min { threshold: t.min_front_light, best: 1.0 },
            Self::MaxEyeGlare => Limit::Max(t.max_eye_glare),
            Self::MinEyesOpen => Limit::Min { threshold: t.min_eyes_open, best: 1.0 },
            Self::MinQuality => Limit::Min { threshold: t.min_quality, best: 100.0 },
            Self::MaxMotion => Limit::Max(t.max_motion),
        }
    }

    /// Returns whether a frame is useless without the check, however long the person has tried.
    pub fn is_mandatory(self) -> bool {
        matches!(self, Self::Faces | Self::MinHeight | Self::MaxMotion)
    }

    /// Returns the warning that the person sees if the check fails.
    pub fn warning(self) -> Option<Warning> {
        match self {
            Self::MinLuma | Self::MinFrontLight => Some(Warning::TooDark),
            Self::MaxLuma => Some(Warning::TooBright),
            Self::MaxEyeGlare => Some(Warning::Glare),
            Self::MinQuality => Some(Warning::Blurred),
            _ => None,
        }
    }
}

impl QualityCheck {
    /// Returns the stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document(check) => check.as_str(),
            Self::Face(check) => check.as_str(),
        }
    }

    /// Returns whether an automatic capture always requires the check.
    pub fn is_mandatory(self) -> bool {
        match self {
            Self::Document(check) => check.is_mandatory(),
            Self::Face(check) => check.is_mandatory(),
        }
    }

    /// Returns the warning that the person sees if the check fails.
    pub fn warning(self) -> Option<Warning> {
        match self {
            Self::Document(check) => check.warning(),
            Self::Face(check) => check.warning(),
        }
    }

    /// Returns whether the check is meaningful in a stream only: position in the guide and motion say nothing about a
    /// single image.
    pub fn is_stream_only(self) -> bool {
        use {DocumentQualityCheck as D, FaceQualityCheck as F};
        match self {
            Self::Document(check) => matches!(check, D::MinFill | D::MaxFill | D::MaxOffset | D::MaxMotion),
            Self::Face(check) => matches!(check, F::MinHeight | F::MaxHeight | F::MaxOffset | F::MaxMotion),
        }
    }

    /// Returns whether the check compares the image with other images or with the declared type.
    pub fn needs_other_images(self) -> bool {
        use DocumentQualityCheck as D;
        matches!(self, Self::Document(D::MaxMotion | D::WrongDocument | D::SameSide))
    }
}

impl From<DocumentQualityCheck> for QualityCheck {
    fn from(check: DocumentQualityCheck) -> Self {
        Self::Document(check)
    }
}

impl From<FaceQualityCheck> for QualityCheck {
    fn from(check: FaceQualityCheck) -> Self {
        Self::Face(check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_is_half_at_the_threshold() {
        let check = |limit: Limit, value| limit.check(DocumentQualityCheck::MinDpi, value);
        let min = Limit::Min { threshold: 10.0, best: 30.0 };
        let max = Limit::Max(10.0);
        for limit in [min, max] {
            let check = check(limit, 10.0);
            assert!(check.passed && (check.score - 0.5).abs() < 1e-6, "{check:?}");
        }
        assert_eq!(check(min, 30.0).score, 1.0);
        assert_eq!(check(Limit::Min { threshold: 1.0, best: 1.0 }, 1.0).score, 1.0);
        assert!(!check(min, 9.9).passed);
        assert_eq!(check(max, 0.0).score, 1.0);
        assert_eq!(check(max, 99.0).score, 0.0);
    }

    #[test]
    fn serialises_as_its_code() {
        for check in DocumentQualityCheck::ALL {
            assert_eq!(serde_json::to_value(QualityCheck::from(*check)).unwrap(), check.as_str());
        }
        for check in FaceQualityCheck::ALL {
            assert_eq!(serde_json::to_value(QualityCheck::from(*check)).unwrap(), check.as_str());
        }
    }
}
