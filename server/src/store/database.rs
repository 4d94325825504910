//! Where everything is kept.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, Unexpected},
};
use url::Url;

/// A database: a file of the embedded engine, or a PostgreSQL server. Written as the path, or as `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of the embedded `SQLite`. It is made when it is not there.
    File(PathBuf),
    /// A PostgreSQL database, by its URL: `postgres://user:password@host/name?sslmode=require`.
    Postgres(String),
}

impl Database {
    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// The same without its password: what may be shown.
    #[must_use]
    pub fn without_password(&self) -> Self {
        match self {
            Self::File(path) => Self::File(path.clone()),
            Self::Postgres(url) => Self::Postgres(hide_password(url)),
        }
    }
}

/// A password stands before the host, or among the parameters.
fn hide_password(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return "postgres://…".to_owned() };
    if parsed.password().is_some() {
        // Refused for addresses without a host, which have no password there.
        let _ = parsed.set_password(Some("hidden"));
    }
    let kept: Vec<(String, String)> =
        parsed.query_pairs().filter(|(name, _)| name != "password").map(|(name, value)| (name.into(), value.into())).collect();
    parsed.set_query(None);
    if !kept.is_empty() {
        parsed.query_pairs_mut().extend_pairs(kept);
    }
    parsed.into()
}

impl<T: Into<PathBuf>> From<T> for Database {
    fn from(path: T) -> Self {
        Self::File(path.into())
    }
}

/// What can be a database.
const EITHER: &str = "the path of a file, or `postgres://…`";

/// It is an address, and of no engine that we know: a file of that name is not what was meant.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database is {EITHER}: there is none for `{scheme}://`")]
pub struct UnknownEngine {
    /// What stands before `://`.
    scheme: String,
}

impl FromStr for Database {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some((scheme, _)) if is_scheme(scheme) => Err(UnknownEngine { scheme: scheme.to_owned() }),
            Some(_) | None => Ok(Self::File(text.into())),
        }
    }
}

/// Whether an address can begin so (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(is_inner)
}

/// Without its password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.without_password() {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

impl Serialize for Database {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(path) => path.serialize(serializer),
            Self::Postgres(url) => url.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Database {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::invalid_value(Unexpected::Other("an address"), &EITHER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(text: &str) -> Database {
        text.parse().unwrap()
    }

    #[test]
    fn what_looks_like_a_server_is_one_and_all_else_a_file() {
        assert_eq!(database("/var/lib/house.db"), Database::File("/var/lib/house.db".into()));
        assert_eq!(database("postgres.db"), Database::File("postgres.db".into()));
        assert!(matches!(database("postgres://db.example/house"), Database::Postgres(_)));
        assert!(matches!(database("postgresql://db.example/house"), Database::Postgres(_)));
    }

    #[test]
    fn an_address_of_an_unknown_engine_is_no_file() {
        for url in
            ["mysql://ada:s3cret@db.example/house", "sqlite://house.db", "file:///house.db", "POSTGRES://db.example/house"]
        {
            let error = url.parse::<Database>().unwrap_err().to_string();
            assert!(error.contains("postgres://") && !error.contains("s3cret"), "{error}");
        }
        for path in ["a/b://c", "://c", "C:\\house.db", "1://c"] {
            assert_eq!(database(path), Database::File(path.into()));
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for url in
            ["postgres://ada:s3cret@db.example/house", "postgres://db.example/house?user=ada&password=s3cret&sslmode=disable"]
        {
            let database = database(url);
            assert!(!format!("{database} {database:?}").contains("s3cret"), "{database}");
            assert!(format!("{database}").contains("db.example/house"), "{database}");
        }
        assert!(!database("postgres://a:s3cret@[broken/x").to_string().contains("s3cret"));
    }
}
