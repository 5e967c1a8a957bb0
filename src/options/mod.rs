//! Every option that a page gives, parsed in one place: a typed value, or an [`OptionError`] with the path of the
//! option, what was given and what is wanted.

mod error;
mod input;

use std::collections::HashMap;

use serde::de::{Error as _, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

pub use error::OptionError;
pub use input::Input;

use crate::api::client::ClientOptions;
use crate::api::http::is_field_value;
use crate::api::kyc::JsonObject;
use crate::api::kyc::routes::RouteTable;
use crate::core::date::Date;
use crate::core::document_type::DocumentType;
use crate::core::encode::EncodeOptions;
use crate::core::flow::Flow;
use crate::core::frame::Frame;
use crate::core::session::{FlowKind, LivenessOptions, LocationPolicy};
use crate::core::thresholds::{DocumentThresholds, Thresholds};

/// Accepted limits of one attempt of a request, in milliseconds.
const ATTEMPT_TIMEOUT_MS: std::ops::RangeInclusive<f64> = 100.0..=600_000.0;

/// Longest session id, in characters.
const MAX_SESSION_ID: usize = 256;

/// Options of a capture, as JavaScript gives them.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CoreOptions"))]
#[serde(rename_all = "camelCase")]
pub struct CaptureInput {
    /// Base address of the API.
    base_url: String,
    /// OAuth 2 client id.
    client_id: String,
    /// Id of the session.
    session_id: String,
    /// Paths of operations, by name, that replace the documented ones.
    routes: Option<HashMap<String, String>>,
    /// Thresholds of guidance and automatic capture.
    thresholds: Option<Thresholds>,
    /// The first access token.
    access_token: Option<String>,
    /// Whether the page can provide another token.
    #[serde(default)]
    token_is_refreshable: bool,
    /// Limit of one attempt of a request, ms.
    #[cfg_attr(feature = "schema", schemars(range(min = 100, max = 600_000)))]
    per_attempt_timeout_ms: Option<f64>,
    /// The kind of flow. Default: `idv`.
    flow: Option<FlowKind>,
    /// The offered document types. Default: passport, identity card, driving licence.
    document_types: Option<Vec<DocumentType>>,
    /// Metadata of the integrator, sent with the flow's own.
    sdk_metadata: Option<JsonObject>,
    /// Options of liveness detection.
    liveness: Option<LivenessOptions>,
    /// Whether images are sent with the location of the device. Default: `required`.
    location: Option<LocationPolicy>,
}

/// A capture that is ready to start: every option is valid.
pub struct CaptureSetup {
    /// The flow at its first step.
    pub flow: Flow,
    /// What the flow is for.
    pub kind: FlowKind,
    /// Address, client id, routes and limits of the requests.
    pub client: ClientOptions,
    /// The session's id: visible ASCII, 1–256 characters.
    pub session_id: String,
    /// The first access token, if one was given.
    pub access_token: Option<String>,
    /// Whether the page can provide another token.
    pub token_is_refreshable: bool,
    /// Metadata of the integrator, which the flow sends with its own.
    pub metadata: JsonObject,
}

impl CaptureSetup {
    /// Parses the options of a capture.
    ///
    /// # Errors
    /// [`OptionError`] for the first option that is unknown, missing or invalid.
    pub fn parse(options: Input) -> Result<Self, OptionError> {
        let input: CaptureInput = options.parse("options")?;
        let invalid = |name: &str, wanted: &str| OptionError::invalid(wanted, None).under(name).under("options");
        let mut routes = RouteTable::default();
        for (name, path) in input.routes.iter().flatten() {
            routes.replace(name, path).map_err(|error| invalid("routes", &error.to_string()))?;
        }
        let mut client = ClientOptions::new(&input.base_url, &input.client_id, routes)
            .map_err(|option| invalid(option.name, option.expected))?;
        if !is_field_value(&input.session_id, MAX_SESSION_ID) {
            return Err(invalid("sessionId", "1 to 256 visible ASCII characters"));
        }
        if let Some(ms) = input.per_attempt_timeout_ms {
            if !ATTEMPT_TIMEOUT_MS.contains(&ms) {
                return Err(invalid("perAttemptTimeoutMs", "100 to 600000 milliseconds"));
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "100 to 600000")]
            let timeout_ms = ms as u32;
            client.attempt_timeout_ms = timeout_ms;
        }
        if input.access_token.is_none() && !input.token_is_refreshable {
            return Err(invalid("accessToken", "a token, or a function that returns one"));
        }
        let kind = input.flow.unwrap_or(FlowKind::Idv);
        let thresholds = input.thresholds.unwrap_or_default();
        let flow = match kind {
            FlowKind::Idv => Flow::new(input.document_types.as_deref().unwrap_or_default(), thresholds),
            FlowKind::Ida => Flow::authentication(thresholds),
        };
        Ok(Self {
            flow: flow
                .with_liveness(input.liveness.unwrap_or_default())
                .with_location(input.location.unwrap_or(LocationPolicy::Required)),
            kind,
            client,
            session_id: input.session_id,
            access_token: input.access_token,
            token_is_refreshable: input.token_is_refreshable,
            metadata: input.sdk_metadata.unwrap_or_default(),
        })
    }
}

/// A day as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DayText;

        impl Visitor<'_> for DayText {
            type Value = Day;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a day as \"YYYY-MM-DD\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Day, E> {
                Date::parse_iso(text).map(Day).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(DayText)
    }
}

/// The day against which dates are compared: as given, or that of a clock. `null` is refused: silently another day
/// would be the wrong answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Today(#[serde(deserialize_with = "given_day")] Option<Day>);

fn given_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    Day::deserialize(deserializer).map(Some)
}

impl Today {
    /// Returns the day: as given, or the UTC day of `now_ms` (milliseconds since 1970).
    ///
    /// # Errors
    /// [`OptionError`] if no day was given and the clock is outside the years 1–9999.
    pub fn or_clock(self, now_ms: f64) -> Result<Date, OptionError> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates outside the range of dates")]
        let clock = || Date::from_unix_seconds((now_ms / 1000.0) as i64);
        let day = self.0.map(|day| day.0).or_else(clock);
        day.ok_or_else(|| OptionError::custom("a clock within the years 1 to 9999").under("today"))
    }
}

/// Options of `inspectDocument`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct InspectOptions {
    /// The date for expiry and centuries, `YYYY-MM-DD`. Default: the device's date.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub today: Today,
    /// The type that the person declared. Default: none, and no check of it.
    #[cfg_attr(feature = "schema", schemars(extend("x-nullable" = true)))]
    pub document_type: Option<DocumentType>,
}

/// Options of `assessDocument`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AssessOptions {
    /// The expected type. Default: any.
    #[cfg_attr(feature = "schema", schemars(extend("x-nullable" = true)))]
    pub document_type: Option<DocumentType>,
    /// Thresholds of the checks. An absent field keeps its default.
    pub thresholds: DocumentThresholds,
}

/// How the bytes of an encoded image are returned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum EncodedAs {
    /// A `Uint8Array`.
    #[default]
    Bytes,
    /// Base64 text.
    Base64,
    /// A `data:` URL.
    DataUrl,
}

/// Parses the options of an encoding: the core's [`EncodeOptions`], and `as`.
///
/// # Errors
/// [`OptionError`] for the first option that is unknown or invalid.
pub fn parse_encode(mut options: Input) -> Result<(EncodeOptions, EncodedAs), OptionError> {
    let returned = options.take("as").unwrap_or(Input::Undefined);
    let returned = returned.parse_or_default("as").map_err(|error| error.under("options"))?;
    Ok((options.parse_or_default("options")?, returned))
}

/// Parses the sizes of an image of RGBA pixels, and checks them against the length of its buffer.
///
/// # Errors
/// [`FrameError`]: a size that is no whole number, or pixels that are not as many as the sizes ask for.
pub fn parse_frame(data: &[u8], width: f64, height: f64) -> Result<Frame<'_>, FrameError> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and a u32")]
    let side = |name: &str, value: f64| {
        let whole = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
        let invalid = || OptionError::invalid_type(Unexpected::Float(value), &WHOLE_PIXELS).under(name);
        if whole { Ok(value as u32) } else { Err(FrameError::Option(invalid())) }
    };
    Frame::rgba(data, side("width", width)?, side("height", height)?).map_err(FrameError::Image)
}

const WHOLE_PIXELS: &str = "a whole number of pixels";

/// An image that is refused.
#[derive(Debug)]
pub enum FrameError {
    /// A size is not a whole number.
    Option(OptionError),
    /// The core refuses the image: it is empty, too large, or of another length.
    Image(crate::core::error::CoreError),
}

#[cfg(test)]
mod tests;
