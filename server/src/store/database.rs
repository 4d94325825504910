//! Where everything is kept.

use std::{
    convert::Infallible,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
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

impl FromStr for Database {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_server = text.starts_with("postgres://") || text.starts_with("postgresql://");
        Ok(if is_server { Self::Postgres(text.to_owned()) } else { Self::File(text.into()) })
    }
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
        text.parse().map_err(|never: Infallible| match never {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(text: &str) -> Database {
        let Ok(database) = text.parse();
        database
    }

    #[test]
    fn what_looks_like_a_server_is_one_and_all_else_a_file() {
        assert_eq!(database("/var/lib/house.db"), Database::File("/var/lib/house.db".into()));
        assert_eq!(database("postgres.db"), Database::File("postgres.db".into()));
        assert!(matches!(database("postgres://db.example/house"), Database::Postgres(_)));
        assert!(matches!(database("postgresql://db.example/house"), Database::Postgres(_)));
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
