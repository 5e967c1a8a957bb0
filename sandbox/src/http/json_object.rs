//! JSON objects in which no name comes twice, at any depth. RFC 8259 section 4 leaves open what a repeated name means,
//! so two readers may see two values.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Parses an object; `None` where the text is none, or has a name twice.
pub fn parse(text: &[u8]) -> Option<Map<String, Value>> {
    if has_unique_names(text) { serde_json::from_slice(text).ok() } else { None }
}

/// Whether in no object of a JSON text a name comes twice. Of a text that is not JSON, or nested deeper than the parser
/// goes, too, it says no. Keeps the names of the objects that it is in, and nothing else.
pub fn has_unique_names(text: &[u8]) -> bool {
    serde_json::from_slice::<UniqueNames>(text).is_ok()
}

/// What is left of a JSON value without repeated names.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value in which no name comes twice")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _value: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _value: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _value: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _value: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Self)) = entries.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name comes twice"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_serde_json_reads_them() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,0.5,"\u00e9"],"b":{"a":{}}}"#;
        assert_eq!(Value::Object(parse(text.as_bytes()).unwrap()), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_repeated_name_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#, r#"{"b":{"c":{"d":1,"d":{}}}}"#] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
            assert!(!has_unique_names(text.as_bytes()), "{text}");
        }
        let unique = br#"{"a":{"a":1},"b":[{"a":1.5},{"a":-2},null,true,"a"]}"#;
        assert!(parse(unique).is_some() && has_unique_names(unique));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "1", "{", "{} {}", "\u{feff}{}", &"[".repeat(1_000)] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
