//! Our values as PostgreSQL's, and back.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::store::{Row, Value};

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // A small column or a literal beside it makes a place an INTEGER.
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    accepts!(INT4, INT8, TEXT, VARCHAR, BYTEA);

    to_sql_checked!();
}

impl<'row> FromSql<'row> for Value {
    fn from_sql(kind: &Type, raw: &'row [u8]) -> Result<Self, Failed> {
        match *kind {
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Self::Int(number.into())),
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Int),
            Type::BOOL => bool::from_sql(kind, raw).map(Self::from),
            Type::BYTEA => <&[u8]>::from_sql(kind, raw).map(|bytes| Self::Bytes(bytes.to_vec())),
            _ => String::from_sql(kind, raw).map(Self::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self::Null)
    }

    accepts!(INT4, INT8, BOOL, TEXT, VARCHAR, NAME, BYTEA);
}

pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    (0..row.len()).map(|column| row.try_get(column)).collect::<Result<_, _>>().map(Row)
}
