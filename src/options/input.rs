//! A value from JavaScript before it is parsed, and its deserializer: it knows the path of every value, refuses unknown
//! names, numbers that are not finite, and holes in arrays.

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, Unexpected, Visitor};

use super::error::{OptionError, one_of};

/// A value from JavaScript. Functions, dates and other values that are no data are [`Input::Other`].
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// `undefined`: an argument or element that was left out.
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, which may be NaN or infinite.
    Number(f64),
    /// A string.
    Text(String),
    /// An array; holes are [`Input::Undefined`].
    List(Vec<Input>),
    /// An object without the properties that are `undefined`.
    Object(Vec<(String, Input)>),
    /// Anything else, described: "a Date".
    Other(&'static str),
}

impl Input {
    /// Removes and returns a property of an object, or `None` if it is absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Input> {
        let Self::Object(fields) = self else { return None };
        let index = fields.iter().position(|(field, _)| field == name)?;
        Some(fields.swap_remove(index).1)
    }

    /// Parses the value of the option or argument `name`.
    ///
    /// # Errors
    /// [`OptionError`], with the path of what is refused.
    pub fn parse<T: DeserializeOwned>(self, name: &str) -> Result<T, OptionError> {
        T::deserialize(self).map_err(|error| error.under(name))
    }

    /// Parses the value of an argument that may be left out.
    ///
    /// # Errors
    /// [`OptionError`], with the path of what is refused; `null` is refused as well.
    pub fn parse_or_default<T: DeserializeOwned + Default>(self, name: &str) -> Result<T, OptionError> {
        if self == Self::Undefined { Ok(T::default()) } else { self.parse(name) }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Undefined => Unexpected::Other("undefined"),
            Self::Null => Unexpected::Other("null"),
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Number(value) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
            Self::Other(kind) => Unexpected::Other(kind),
        }
    }

    fn refuse<'de, V: Visitor<'de>>(&self, visitor: &V) -> OptionError {
        OptionError::invalid_type(self.unexpected(), visitor)
    }
}

/// Implements methods for integers: the visitor checks the range.
macro_rules! integers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
            match self {
                Self::Number(value) if value.fract() == 0.0 => visit_number(value, visitor),
                other => Err(other.refuse(&visitor)),
            }
        })+
    };
}

/// Visits a number as the narrowest type that represents it exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 2^53")]
fn visit_number<'de, V: Visitor<'de>>(value: f64, visitor: V) -> Result<V::Value, OptionError> {
    /// 2^53: up to it every whole number is exact.
    const MAX_SAFE: f64 = 9_007_199_254_740_992.0;
    if value.fract() != 0.0 || value.abs() > MAX_SAFE {
        visitor.visit_f64(value)
    } else if value >= 0.0 {
        visitor.visit_u64(value as u64)
    } else {
        visitor.visit_i64(value as i64)
    }
}

impl<'de> de::Deserializer<'de> for Input {
    type Error = OptionError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Number(value) => visit_number(value, visitor),
            Self::Text(text) => visitor.visit_string(text),
            Self::List(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            Self::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), value: None }),
            Self::Undefined | Self::Other(_) => Err(self.refuse(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            other => Err(other.refuse(&visitor)),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "asks whether the nearest f32 is finite")]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Number(value) if (value as f32).is_finite() => visitor.visit_f64(value),
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Number(value) if value.is_finite() => visitor.visit_f64(value),
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Null | Self::Undefined => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::List(_) => self.deserialize_any(visitor),
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, OptionError> {
        match &self {
            Self::List(items) if items.len() == len => self.deserialize_any(visitor),
            Self::List(items) => {
                let given = format!("an array of {}", items.len());
                Err(OptionError::invalid_type(Unexpected::Other(&given), &format!("an array of {len}").as_str()))
            }
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        match self {
            Self::Object(_) => self.deserialize_any(visitor),
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionError> {
        match &self {
            Self::Object(fields) => match fields.iter().find(|(name, _)| !known.contains(&name.as_str())) {
                Some((name, _)) => Err(OptionError::unknown(name, known)),
                None => self.deserialize_any(visitor),
            },
            other => Err(other.refuse(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, OptionError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionError> {
        match self {
            Self::Text(text) => {
                let text: StrDeserializer<'_, OptionError> = text.as_str().into_deserializer();
                visitor.visit_enum(text)
            }
            other => Err(OptionError::invalid_type(other.unexpected(), &one_of(known).as_str())),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple_struct identifier }
}

/// The elements of an array.
struct Items {
    items: std::vec::IntoIter<Input>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = OptionError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, OptionError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.at_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The properties of an object.
struct Fields {
    fields: std::vec::IntoIter<(String, Input)>,
    value: Option<(String, Input)>,
}

/// Names of options whose values are secrets.
const SECRETS: [&str; 1] = ["accessToken"];

impl<'de> de::MapAccess<'de> for Fields {
    type Error = OptionError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, OptionError> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        let key = seed.deserialize(IntoDeserializer::<OptionError>::into_deserializer(name.as_str()))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, OptionError> {
        let Some((name, value)) = self.value.take() else { return Err(OptionError::custom("an object")) };
        seed.deserialize(value).map_err(|error| {
            let error = error.under(&name);
            if SECRETS.contains(&name.as_str()) { error.without_value() } else { error }
        })
    }
}

/// Lets a part of an input stay unparsed.
impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyInput;

        impl<'de> Visitor<'de> for AnyInput {
            type Value = Input;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("plain data")
            }

            fn visit_unit<E>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Input, E> {
                Ok(Input::Bool(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Input, E> {
                Ok(Input::Number(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Input, E> {
                Ok(Input::Number(value as f64))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Input, E> {
                Ok(Input::Number(value as f64))
            }

            fn visit_str<E>(self, text: &str) -> Result<Input, E> {
                Ok(Input::Text(text.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Input, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Input::List(list))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut fields: A) -> Result<Input, A::Error> {
                let mut object = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    object.push(field);
                }
                Ok(Input::Object(object))
            }
        }

        deserializer.deserialize_any(AnyInput)
    }
}
