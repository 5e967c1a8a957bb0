//! What the lists of this API have in common: filters that take one value or several, pages, and counts.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::enums::SessionStatus;
use crate::api::json::null_as_default;

/// "string or Array of strings".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OneOrMany {
    /// A string.
    One(String),
    /// An array of strings.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The values.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl Serialize for OneOrMany {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => serializer.serialize_str(value),
            Self::Many(values) => values.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E>(self, value: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOrMany, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                Ok(OneOrMany::Many(values))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for OneOrMany {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}

/// "string or null", with `null` and absent distinguished: to be used with `default` and `skip_serializing_if`.
///
/// # Errors
/// Returns the deserializer's error if the value is neither null nor a `T`.
pub fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// `meta_counts` of a list without states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// How many there are on all pages.
    #[serde(default, deserialize_with = "null_as_default")]
    pub total: u64,
}

/// `meta_counts` of a list of sessions. `total` counts what meets every filter, on all pages; the others count what
/// meets every filter but that of the status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusCounts {
    /// How many there are on all pages.
    #[serde(default, deserialize_with = "null_as_default")]
    pub total: u64,
    /// Of no known status.
    #[serde(default, deserialize_with = "null_as_default")]
    pub unknown: u64,
    /// Waiting for the person.
    #[serde(default, deserialize_with = "null_as_default")]
    pub in_progress: u64,
    /// Finalized.
    #[serde(default, deserialize_with = "null_as_default")]
    pub complete: u64,
    /// Blocked for a while.
    #[serde(default, deserialize_with = "null_as_default")]
    pub temporarily_blocked: u64,
    /// Finalized, subject to review.
    #[serde(default, deserialize_with = "null_as_default")]
    pub temporarily_complete: u64,
    /// No longer usable.
    #[serde(default, deserialize_with = "null_as_default")]
    pub expired: u64,
}

impl StatusCounts {
    /// Counts one more of that status.
    pub fn add(&mut self, status: &SessionStatus) {
        *match status {
            SessionStatus::Unknown | SessionStatus::Unlisted(_) => &mut self.unknown,
            SessionStatus::InProgress => &mut self.in_progress,
            SessionStatus::Complete => &mut self.complete,
            SessionStatus::TemporarilyBlocked => &mut self.temporarily_blocked,
            SessionStatus::TemporarilyComplete => &mut self.temporarily_complete,
            SessionStatus::Expired => &mut self.expired,
        } += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_are_told_apart() {
        for (text, values) in [("\"a\"", vec!["a"]), ("[\"a\",\"b\"]", vec!["a", "b"]), ("[]", vec![])] {
            let filter: OneOrMany = serde_json::from_str(text).unwrap();
            assert_eq!(filter.values(), values);
            assert_eq!(serde_json::to_string(&filter).unwrap(), text);
        }
        for text in ["7", "[7]", "{}", "null"] {
            assert!(serde_json::from_str::<OneOrMany>(text).is_err(), "{text}");
        }
    }
}
