//! Signed bodies: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, as Stripe signs what it tells this server ("Verify webhook
//! signatures manually" in its documentation) and as this server signs what it tells integrators.

use std::{fmt, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use houselights_shared::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How far a signature's time may be from now, either way.
const TOLERANCE: Duration = Duration::from_mins(5);
/// A header that is longer is not looked at.
const LONGEST_HEADER: usize = 4_096;
/// How many signatures of our scheme a header may have. Two are usual while a secret is being replaced.
const MOST_SIGNATURES: usize = 16;
const BLOCK: usize = 64;

/// A key or secret. It does not show itself.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// What it is, for who signs or signs in with it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum SignatureError {
    /// The header is not one time and at least one signature.
    #[error("the signature header is malformed")]
    Malformed,
    /// None of the signatures is of this body with one of the secrets.
    #[error("the signature does not match")]
    Mismatch,
    /// Signed rightly, but at another time: sent again by somebody, or a clock is wrong.
    #[error("the signature is too old or from the future")]
    Stale,
}

/// The header for a body that is sent at `now`.
pub(crate) fn sign(secret: &Secret, body: &[u8], now: Timestamp) -> String {
    use fmt::Write as _;
    let time = seconds(now).to_string();
    let mut header = format!("t={time},v1=");
    for byte in mac(secret, &time, body).finalize().into_bytes() {
        // Writing to a String cannot fail.
        let _ = write!(header, "{byte:02x}");
    }
    header
}

/// Whether a body was signed with one of the secrets, a short time ago. Compared in constant time.
pub(crate) fn verify(secrets: &[Secret], header: &str, body: &[u8], now: Timestamp) -> Result<(), SignatureError> {
    let Header { time, at, signatures } = Header::parse(header).ok_or(SignatureError::Malformed)?;
    let is_signed = secrets.iter().any(|secret| {
        let mac = mac(secret, time, body);
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    });
    if !is_signed {
        return Err(SignatureError::Mismatch);
    }
    if seconds(now).abs_diff(at) > TOLERANCE.as_secs() {
        return Err(SignatureError::Stale);
    }
    Ok(())
}

/// Seconds since the epoch.
pub(crate) const fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}

struct Header<'a> {
    /// As it is written, which is what was signed.
    time: &'a str,
    at: i64,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        if header.len() > LONGEST_HEADER {
            return None;
        }
        let (mut time, mut signatures) = (None, Vec::new());
        for entry in header.split(',') {
            let (name, value) = entry.split_once('=')?;
            match name {
                "t" if time.is_some() => return None,
                "t" => time = Some(value),
                "v1" => signatures.push(digest(value)?),
                // Other schemes, such as that of test events.
                _ => {}
            }
        }
        let time = time.filter(|time| !time.is_empty() && time.bytes().all(|c| c.is_ascii_digit()))?;
        let at = time.parse().ok()?;
        (1..=MOST_SIGNATURES).contains(&signatures.len()).then_some(Self { time, at, signatures })
    }
}

/// 64 hexadecimal digits as bytes.
fn digest(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut digest = [0; 32];
    if pairs.len() != digest.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
        let value = char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(digest)
}

fn mac(secret: &Secret, time: &str, body: &[u8]) -> Hmac<Sha256> {
    // The key as RFC 2104, section 2 prepares it: hashed where it is longer than a block, then filled up with zeros.
    let mut key = [0_u8; BLOCK];
    let hashed = Sha256::digest(secret.0.as_bytes());
    let given = if secret.0.len() > BLOCK { hashed.as_slice() } else { secret.0.as_bytes() };
    key.iter_mut().zip(given).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::new(&key.into());
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn secret(text: &str) -> Secret {
        text.to_owned().into()
    }

    fn check(header: &str) -> Result<(), SignatureError> {
        verify(&[secret("whsec_a")], header, BODY, at(1_700_000_000))
    }

    #[test]
    fn a_signature_is_the_standard_one() {
        // From `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_a`.
        let expected = "t=1700000000,v1=97ea69f91fd566038386bacf87292eb0d73a8207414ee62ed313d49996fe0639";
        assert_eq!(sign(&secret("whsec_a"), BODY, at(1_700_000_000)), expected);
        let long = "k".repeat(100);
        assert_eq!(
            sign(&secret(&long), BODY, at(1_700_000_000)),
            "t=1700000000,v1=d604ae855524ebe09de99cb41aba5ad4199a1338ed33c2869c2b1a0c58856217"
        );
    }

    #[test]
    fn what_was_signed_counts_for_five_minutes_either_way() {
        let signed = |seconds| sign(&secret("whsec_a"), BODY, at(seconds));
        for seconds in [1_700_000_000, 1_700_000_300, 1_699_999_700] {
            assert_eq!(check(&signed(seconds)), Ok(()), "{seconds}");
        }
        for seconds in [1_700_000_301, 1_699_999_699, 0] {
            assert_eq!(check(&signed(seconds)), Err(SignatureError::Stale), "{seconds}");
        }
    }

    #[test]
    fn another_secret_body_or_time_does_not_count() {
        let header = sign(&secret("whsec_b"), BODY, at(1_700_000_000));
        assert_eq!(check(&header), Err(SignatureError::Mismatch));
        let header = sign(&secret("whsec_a"), br#"{"id":"evt_2"}"#, at(1_700_000_000));
        assert_eq!(check(&header), Err(SignatureError::Mismatch));
        let header = sign(&secret("whsec_a"), BODY, at(1_600_000_000)).replace("t=16", "t=17");
        assert_eq!(check(&header), Err(SignatureError::Mismatch));
        let header = sign(&secret("whsec_a"), BODY, at(1_700_000_000));
        assert_eq!(verify(&[], &header, BODY, at(1_700_000_000)), Err(SignatureError::Mismatch));
    }

    #[test]
    fn while_a_secret_is_replaced_either_counts() {
        let now = at(1_700_000_000);
        let (old, new) = (sign(&secret("old"), BODY, now), sign(&secret("whsec_a"), BODY, now));
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert_eq!(check(&both), Ok(()));
        assert_eq!(verify(&[secret("whsec_a"), secret("old")], &old, BODY, now), Ok(()));
        let with_others = format!("{new},v0={},scheme=x", "0".repeat(64));
        assert_eq!(check(&with_others), Ok(()));
    }

    #[test]
    fn malformed_headers_are_refused() {
        let good = sign(&secret("whsec_a"), BODY, at(1_700_000_000));
        let v1 = good.split_once(',').unwrap().1;
        let hex = v1.strip_prefix("v1=").unwrap();
        let many = format!("t=1700000000{}", format!(",{v1}").repeat(MOST_SIGNATURES + 1));
        let long = format!("{good},x={}", "x".repeat(LONGEST_HEADER));
        for header in [
            "",
            ",",
            "=",
            "t",
            "t=",
            "t=1700000000",
            "t=1700000000,",
            "t=1700000000,v1",
            "t=1700000000,v1=",
            "t=1700000000,v1=zz",
            v1,
            &format!("t=,{v1}"),
            &format!("t=now,{v1}"),
            &format!("t=-1700000000,{v1}"),
            &format!("t=+1700000000,{v1}"),
            &format!("t=1700000000.0,{v1}"),
            &format!("t= 1700000000,{v1}"),
            &format!("t=99999999999999999999,{v1}"),
            &format!("t=1700000000,t=1700000000,{v1}"),
            &format!("T=1700000000,{v1}"),
            &format!("t=1700000000;{v1}"),
            &format!("t=1700000000,v1={}", &hex[1..]),
            &format!("t=1700000000,v1={hex}0"),
            &format!("t=1700000000,v1={}\u{e9}", &hex[2..]),
            &format!("t=1700000000,v1=0x{}", &hex[2..]),
            &format!("t=1700000000,v0={hex}"),
            &format!("t=1700000000, {v1}"),
            &many,
            &long,
        ] {
            assert_eq!(check(header), Err(SignatureError::Malformed), "{header:?}");
        }
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", secret("whsec_a")), "Secret");
    }
}
