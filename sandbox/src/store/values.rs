//! The values that a database stores and gives: integers, floating-point numbers, texts, bytes, and the absence of
//! each.

/// The kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 64 bits with a sign.
    Integer,
    /// IEEE 754 double.
    Real,
    /// UTF-8.
    Text,
    /// Bytes.
    Blob,
}

/// A value on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// No value, where one of this kind could stand.
    Null(Kind),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// What can be given to a statement.
pub trait ToSql {
    /// As it is stored.
    fn to_value(&self) -> Value<'_>;
}

/// The kind under which a type is stored, known even where there is no value.
pub trait Stored {
    /// The kind.
    const KIND: Kind;
}

/// What can be read out of a row.
pub trait FromSql: Sized {
    /// The value; `None` where it is of another kind or range.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

macro_rules! integers {
    ($($number:ty),+) => {
        $(impl ToSql for $number {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
        impl Stored for $number {
            const KIND: Kind = Kind::Integer;
        }
        impl FromSql for $number {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(number).ok(),
                    Value::Null(_) | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
                }
            }
        })+
    };
}

integers!(i64, i32, u32, u16, u8);

macro_rules! counts {
    ($($number:ty),+) => {
        $(
        /// A count beyond 63 bits is stored as the greatest there is.
        impl ToSql for $number {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
        impl Stored for $number {
            const KIND: Kind = Kind::Integer;
        }
        impl FromSql for $number {
            fn from_value(value: Value<'_>) -> Option<Self> {
                i64::from_value(value).and_then(|number| Self::try_from(number).ok())
            }
        })+
    };
}

counts!(u64, usize);

impl ToSql for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl Stored for bool {
    const KIND: Kind = Kind::Integer;
}

impl FromSql for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl ToSql for f64 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl Stored for f64 {
    const KIND: Kind = Kind::Real;
}

impl FromSql for f64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            Value::Null(_) | Value::Text(_) | Value::Blob(_) => None,
        }
    }
}

impl ToSql for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Stored for str {
    const KIND: Kind = Kind::Text;
}

impl ToSql for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Stored for String {
    const KIND: Kind = Kind::Text;
}

impl FromSql for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
        }
    }
}

impl ToSql for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Stored for [u8] {
    const KIND: Kind = Kind::Blob;
}

impl ToSql for Vec<u8> {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Stored for Vec<u8> {
    const KIND: Kind = Kind::Blob;
}

impl FromSql for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_vec()),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Text(_) => None,
        }
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> Stored for [u8; N] {
    const KIND: Kind = Kind::Blob;
}

impl<const N: usize> FromSql for [u8; N] {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok(),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Text(_) => None,
        }
    }
}

impl<T: ToSql + Stored> ToSql for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null(T::KIND), ToSql::to_value)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null(_) => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: Stored + ?Sized> Stored for &T {
    const KIND: Kind = T::KIND;
}
