//! The outcome of an IDV session, as it is stored: plain records. How they are made is known to `verification` alone.

use kyc_capture::api::kyc::enums::{DataSource, Gender};
use serde::{Deserialize, Serialize};

use super::judged::JudgedImage;

/// What finalization found; stored with the session. Outcomes of earlier versions lack what was added since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Every check passed.
    pub verified: bool,
    /// The name meets one on the sanction list.
    pub on_sanction_list: bool,
    /// Whether there was a name to screen.
    pub screened: bool,
    /// 0–100: the weighted mean of the checks' scores and of the measures.
    pub score: f64,
    /// Each check.
    pub checks: Vec<Check>,
    /// What counts in the score alone.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// The document's fields, where it was read.
    pub document: Option<DocumentFields>,
    /// All checks of the core, those included that the verdict does not need.
    #[serde(default)]
    pub rules: Vec<RuleCheck>,
    /// What the image of the front shows by itself.
    #[serde(default)]
    pub front: Option<ImageTests>,
    /// The same of the back.
    #[serde(default)]
    pub back: Option<ImageTests>,
    /// Whether two places of the document have the same address; `None` where there are not two.
    #[serde(default)]
    pub address_crosscheck: Option<bool>,
    /// How far apart the faces are.
    #[serde(default)]
    pub distances: Distances,
    /// The stored images that were judged.
    #[serde(default)]
    pub judged: Vec<JudgedImage>,
}

impl Outcome {
    /// Whether every liveness frame shows a face.
    pub fn is_live(&self) -> bool {
        self.passed(CheckKind::LivenessFaces) == Some(true)
    }

    /// Whether that check passed; `None` where it was not run.
    pub fn passed(&self, kind: CheckKind) -> Option<bool> {
        self.checks.iter().find(|check| check.kind == kind).map(|check| check.passed)
    }
}

/// One check of the finalization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// Whether it passed.
    pub passed: bool,
    /// 0–1: what was measured.
    pub score: f64,
    /// How much it counts in the score.
    #[serde(default = "one")]
    pub weight: f64,
    /// The fields that it missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Check {
    /// A check that counts as much as any other.
    pub fn new(kind: CheckKind, passed: bool, score: f64) -> Self {
        Self { kind, passed, score, weight: one(), fields: Vec::new() }
    }

    /// The same, with that weight.
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }
}

fn one() -> f64 {
    1.0
}

/// A measure that makes no verdict by itself, but counts in the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Which.
    pub kind: MeasureKind,
    /// 0–1, the mean over the sides: 1 where nothing points to a fault, 0.5 where somebody should look.
    pub score: f64,
    /// How much it counts in the score.
    pub weight: f64,
}

/// The measures, in the order in which they stand in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// No name that was read is a word as `SPECIMEN`. Not measured where no name was read.
    SuspiciousWords,
    /// No traces of a copy, a screen or an edited file.
    ImageManipulation,
    /// No other session was given the same file.
    OnlineDuplication,
    /// The images show an identity document.
    IsIdentityDocument,
}

/// The checks that make the verdict, in the order in which they stand in the history. The aliases are names of earlier
/// versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A machine-readable zone or the barcode of a licence or card was read. Score: the reader's confidence in the MRZ,
    /// or the share of the barcode's error correction that was not needed.
    #[serde(alias = "mrz_read")]
    DataRead,
    /// The MRZ's check digits are right, the barcode is as its standard has it. Score: the share of check digits, 0
    /// or 1.
    #[serde(alias = "check_digits")]
    DataConsistent,
    /// The document is valid today. Score: 0 or 1.
    NotExpired,
    /// The document is of the declared type. Score: 0 or 1.
    DocumentType,
    /// The rules that every document keeps: dates, issuing state, personal number. Score: 0 or 1. Not run where nothing
    /// was read.
    DocumentRules,
    /// The fields that the client requires were read. Score: the share that was. Not run where none is required.
    RequiredFields,
    /// The front shows a portrait. Score: the detector's.
    DocumentPortrait,
    /// The images show two sides. Score: 0 or 1. Not run where there is one image.
    DifferentSides,
    /// All places agree on number, name, date of birth and sex. Score: how far they agree. Not run where one place
    /// reports them.
    Crosschecks,
    /// Every liveness image shows a face. Score: the share of images that do.
    LivenessFaces,
    /// The liveness images are good enough. Score: the liveness score; threshold: the weight
    /// `minimum_liveness_tolerance`.
    LivenessQuality,
    /// The movements that were asked for were seen in their order, or the images are so good that the client does
    /// without them (`passive_active_skip_tolerance`). Score: how much of the least of them was seen. Not run where
    /// none was asked for.
    LivenessMovements,
    /// The portrait and the faces of the liveness images are one person's. Score: 1 less the greatest distance. Not run
    /// where there are no two faces.
    SamePerson,
    /// The name is on no sanction list. Score: 0 or 1.
    NotSanctioned,
    /// The score of the session reaches its tolerance. Score: that of the session.
    SessionScore,
}

/// What the image of one side shows by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageTests {
    /// Passed with an outline and an MRZ, a barcode or a portrait; suspicious with one of both; failed with neither.
    pub identity_document: RuleResult,
    /// Suspicious where a heuristic is: a copy without colours, a screen, a file that was cut after it was compressed.
    pub manipulation: RuleResult,
    /// Suspicious where a name that was read is a word as `SPECIMEN`; not applicable where no name was read.
    #[serde(default = "not_applicable")]
    pub words: RuleResult,
    /// Another session had been given the very same file.
    pub elsewhere: bool,
}

fn not_applicable() -> RuleResult {
    RuleResult::NotApplicable
}

/// A check of the core, as it is stored. Codes are kept as text, so that an outcome stays readable when codes change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleCheck {
    /// What was checked: a code of `kyc_capture::core::inspect::checks`.
    pub code: String,
    /// How it ended.
    pub result: RuleResult,
    /// Why, in English. Quotes nothing of the document.
    pub reason: String,
    /// Of a heuristic, its raw value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f32>,
    /// What the value is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
}

/// How a check of the core ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// A heuristic says that somebody should look.
    Suspicious,
    /// There is nothing to check it by.
    NotApplicable,
}

/// How far apart the faces of a session are, where there are two to compare.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Distances {
    /// The portrait on the document and the straightest face of the frames.
    pub portrait: Option<f64>,
    /// The straightest face of the frames and the one that is farthest from it.
    pub frames: Option<f64>,
}

impl Distances {
    /// The greater one; `None` where there were no two faces.
    pub fn greatest(self) -> Option<f64> {
        self.portrait.into_iter().chain(self.frames).reduce(f64::max)
    }
}

/// The fields of a document. What it does not say is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentFields {
    /// Made by the server.
    pub document_id: String,
    /// Where the fields come from.
    pub source: DataSource,
    /// Document number.
    pub document_number: Option<String>,
    /// Personal number from the optional data, or a barcode's document discriminator.
    pub ref_number: Option<String>,
    /// `YYYY-MM-DD`.
    pub issued_at: Option<String>,
    /// `YYYY-MM-DD`.
    pub expires_at: Option<String>,
    /// Code of the issuing state (Doc 9303-3 section 5).
    pub issuing_country: Option<String>,
    /// Two letters of the state, province or territory that issued it.
    pub issuing_state: Option<String>,
    /// First of the given names.
    pub first_name: Option<String>,
    /// The other given names.
    pub middle_name: Option<String>,
    /// Family names.
    pub last_name: Option<String>,
    /// As `JR`.
    pub name_suffix: Option<String>,
    /// Both lines of the street.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Two letters of the address.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Sex.
    pub gender: Gender,
    /// With its unit.
    pub height: Option<String>,
    /// With its unit.
    pub weight: Option<String>,
    /// An English word.
    pub eye_color: Option<String>,
    /// An English word.
    pub hair_color: Option<String>,
    /// Vehicle classes.
    pub class: Option<String>,
    /// Codes of the issuing state.
    pub restrictions: Option<String>,
    /// What else the holder may drive: a licence's endorsements.
    pub mentions: Option<String>,
}

impl DocumentFields {
    /// Whether it has the field of that name (the names of *document read*, and `mentions`).
    pub fn has(&self, field: &str) -> bool {
        let value = match field {
            "document_number" => &self.document_number,
            "ref_number" => &self.ref_number,
            "issued_at" => &self.issued_at,
            "expires_at" => &self.expires_at,
            "issuing_country" => &self.issuing_country,
            "issuing_state" => &self.issuing_state,
            "first_name" => &self.first_name,
            "middle_name" => &self.middle_name,
            "last_name" => &self.last_name,
            "name_suffix" => &self.name_suffix,
            "street" => &self.street,
            "city" => &self.city,
            "state" => &self.state,
            "postal_code" => &self.postal_code,
            "birth_date" => &self.birth_date,
            "gender_e" => return self.gender != Gender::Unknown,
            "height" => &self.height,
            "weight" => &self.weight,
            "eye_color" => &self.eye_color,
            "hair_color" => &self.hair_color,
            "class" => &self.class,
            "restrictions" => &self.restrictions,
            "mentions" => &self.mentions,
            _ => return false,
        };
        value.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_of_an_earlier_version_is_read() {
        let stored = r#"{"verified":true,"on_sanction_list":false,"screened":true,"score":95.7,"checks":[
            {"kind":"mrz_read","passed":true,"score":0.9},{"kind":"check_digits","passed":true,"score":1.0},
            {"kind":"liveness_faces","passed":true,"score":1.0}],
            "document":{"document_id":"d","source":"mrz","document_number":"L898902C3","ref_number":null,
            "expires_at":"2030-01-01","issuing_country":"UTO","first_name":"ANNA","middle_name":null,
            "last_name":"ERIKSSON","birth_date":"1974-08-12","gender":"female"}}"#;
        let outcome: Outcome = serde_json::from_str(stored).unwrap();
        assert_eq!(outcome.passed(CheckKind::DataRead), Some(true));
        assert_eq!(
            (outcome.passed(CheckKind::DataConsistent), outcome.passed(CheckKind::Crosschecks)),
            (Some(true), None)
        );
        assert!(outcome.is_live() && outcome.rules.is_empty() && outcome.front.is_none());
        assert!(outcome.document.is_some_and(|document| document.street.is_none()));
    }
}
