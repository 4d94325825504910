//! What must not be seen.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An opaque secret: what an invite link carries, or a login's token. `Debug` keeps it to itself, so that none comes into a
/// log by way of what it is part of.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Token(String);

impl Token {
    /// The secret itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Token {
    fn from(secret: T) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_of_a_token_does_not_tell_it() {
        assert_eq!(format!("{:?}", Some(Token::from("open-sesame"))), "Some(Token(…))");
    }
}
