//! PostgreSQL behind [`super::db`]: values as its protocol carries them, and errors without what they quote.
//!
//! Every value says its type, so that one round trip carries a statement (no preparing first), and no type is guessed
//! from where a placeholder is.

use std::error::Error as StdError;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::db_error::Error;
use super::values::{Kind, Value};

type Refusal = Box<dyn StdError + Sync + Send>;

impl From<postgres::Error> for Error {
    fn from(e: postgres::Error) -> Self {
        let Some(state) = e.code() else {
            // Words about the connection: none came, or it ended.
            return if e.is_closed() || StdError::source(&e).is_some_and(|s| s.is::<std::io::Error>()) {
                Self::Lost
            } else {
                Self::Postgres("a value or a reply that does not fit".to_owned())
            };
        };
        let ended = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ];
        // Class 08: connection exceptions.
        if ended.contains(state) || state.code().starts_with("08") {
            return Self::Lost;
        }
        if [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED].contains(state) {
            return Self::Busy;
        }
        // Class 53: insufficient resources; connections are above.
        if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(state) {
            return Self::Full;
        }
        // The message and the detail may quote a row.
        let constraint = e.as_db_error().and_then(|e| e.constraint()).unwrap_or("no constraint");
        Self::Postgres(format!("SQLSTATE {} ({constraint})", state.code()))
    }
}

/// The type that a value is sent as.
pub(super) fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Null(Kind::Integer) | Value::Integer(_) => Type::INT8,
        Value::Null(Kind::Real) | Value::Real(_) => Type::FLOAT8,
        Value::Null(Kind::Text) | Value::Text(_) => Type::TEXT,
        Value::Null(Kind::Blob) | Value::Blob(_) => Type::BYTEA,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        match self {
            Value::Null(_) => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(ty, out),
            Value::Real(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::FLOAT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Refusal> {
        Ok(match *ty {
            Type::BOOL => Value::Integer(bool::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Integer(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::FLOAT4 => Value::Real(f32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::NUMERIC => numeric(raw).ok_or("a number that is none")?,
            Type::BYTEA => Value::Blob(raw),
            _ => Value::Text(<&str>::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refusal> {
        Ok(Value::Null(Kind::Text))
    }

    fn accepts(ty: &Type) -> bool {
        let others =
            [Type::BOOL, Type::INT2, Type::INT4, Type::INT8, Type::FLOAT4, Type::FLOAT8, Type::NUMERIC, Type::BYTEA];
        others.contains(ty) || <&str as FromSql>::accepts(ty)
    }
}

/// What `sum` and `avg` of integers give, where SQLite gives an integer or a floating-point number. In the protocol:
/// the number of digits in base 10,000, the weight of the first, a sign (0 or 0x4000), the digits wanted after the
/// point, and the digits, each in 16 bits.
fn numeric(raw: &[u8]) -> Option<Value<'static>> {
    let (head, digits) = raw.split_at_checked(8)?;
    let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
    let (weight, sign, scale) = (i32::from(word(2).cast_signed()), word(4), word(6));
    let digits = digits.chunks_exact(2).map(|d| u16::from_be_bytes([d[0], d[1]]));
    let negative = match sign {
        0 => false,
        0x4000 => true,
        _ => return None,
    };
    if scale == 0 {
        // Digits of zero at the end are left out: the weight says how many follow.
        let places = usize::try_from(weight + 1).ok()?;
        let sum = digits
            .chain(std::iter::repeat(0))
            .take(places)
            .try_fold(0i64, |sum, digit| sum.checked_mul(10_000)?.checked_add(i64::from(digit)))?;
        return Some(Value::Integer(if negative { -sum } else { sum }));
    }
    let sum: f64 = (0..).zip(digits).map(|(i, digit)| f64::from(digit) * 10_000f64.powi(weight - i)).sum();
    Some(Value::Real(if negative { -sum } else { sum }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_are_read() {
        let raw = |words: &[u16]| words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<u8>>();
        let table = [
            (vec![0, 0, 0, 0], Value::Integer(0)),
            (vec![0, 0xffff, 0, 0], Value::Integer(0)),
            (vec![2, 1, 0, 0, 12, 3456], Value::Integer(123_456)),
            // 120,000,000: the last digit is zero and left out.
            (vec![2, 2, 0, 0, 1, 2000], Value::Integer(120_000_000)),
            (vec![1, 0, 0x4000, 0, 7], Value::Integer(-7)),
            (vec![2, 0, 0, 1, 2, 5000], Value::Real(2.5)),
        ];
        for (words, expected) in table {
            assert_eq!(numeric(&raw(&words)), Some(expected), "{words:?}");
        }
        assert_eq!(numeric(&raw(&[0, 0, 0xC000, 0])), None, "not a number");
        assert_eq!(numeric(&[0]), None);
    }
}
