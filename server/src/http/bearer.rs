//! The token that a request carries.

use axum::http::{HeaderMap, HeaderValue, header};

/// The token of a request, where it has one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(token)
}

/// The token in an `Authorization`. How the scheme is written does not matter (RFC 7235, section 2.1).
pub(crate) fn token(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_however_its_scheme_is_written() {
        let token = |value: &str| token(&HeaderValue::from_str(value).unwrap()).map(str::to_owned);
        for written in ["Bearer abc", "bearer abc", "BEARER abc", "bEaReR   abc"] {
            assert_eq!(token(written).as_deref(), Some("abc"), "{written}");
        }
        for other in ["Basic abc", "Bearerabc", "Bearer", "abc", ""] {
            assert_eq!(token(other), None, "{other}");
        }
    }
}
