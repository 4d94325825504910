//! ID tokens as JSON Web Tokens (RFC 7519), signed and mis-signed.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents},
};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Account, CLIENT_ID, CLIENT_SECRET, Mischief};

/// Of base64 (RFC 4648, section 4).
pub(super) const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// And in addresses (section 5), where it is not filled up.
pub(super) const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A key that proves nothing to anybody but the tests.
const RSA: &[u8] = include_bytes!("../../fixtures/oidc-rsa.der");

/// Bytes as base64.
pub(super) fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |number, place| number << 8 | u32::from(group.get(place).copied().unwrap_or(0)));
        for place in 0..=group.len() {
            let index = number >> (18 - 6 * place) & 63;
            text.extend(alphabet.get(index as usize).map(|&c| char::from(c)));
        }
    }
    while alphabet == STANDARD && !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn web(bytes: impl AsRef<[u8]>) -> String {
    base64(bytes.as_ref(), URL_SAFE)
}

/// What the provider signs with.
pub(super) struct Keys {
    random: SystemRandom,
    curve: EcdsaKeyPair,
    /// Which nobody is told of.
    hidden: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

impl Keys {
    pub(super) fn new() -> Self {
        let random = SystemRandom::new();
        let fresh = || {
            let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).expect("a key")
        };
        let (curve, hidden) = (fresh(), fresh());
        Self { curve, hidden, rsa: RsaKeyPair::from_pkcs8(RSA).expect("a key"), random }
    }

    /// What everybody is told (RFC 7517).
    pub(super) fn public(&self) -> Value {
        let (x, y) = self.curve.public_key().as_ref()[1..].split_at(32);
        let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "kid": "curve", "use": "sig", "alg": "ES256", "x": web(x), "y": web(y) },
            { "kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": web(n), "e": web(e) },
        ] })
    }

    pub(super) fn token(&self, issuer: &str, account: &Account, nonce: &str, mischief: Mischief) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let or = |wrong: Mischief, so: &str, else_so: &str| if mischief == wrong { so } else { else_so }.to_owned();
        let expires = if mischief == Mischief::Expired { now - 60 } else { now + 60 };
        let mut claims = json!({
            "iss": or(Mischief::WrongIssuer, "https://accounts.example", issuer),
            "sub": or(Mischief::NoSubject, "", &account.subject),
            "aud": or(Mischief::WrongAudience, "somebody-else", CLIENT_ID),
            "nonce": or(Mischief::WrongNonce, "of-another-sign-in", nonce),
            "iat": if mischief == Mischief::FromLater { now + 3 * 3600 } else { now - 120 },
            "exp": expires,
            "name": "Ada Lovelace",
        });
        if mischief == Mischief::OtherParty {
            claims["azp"] = "somebody-else".into();
        }
        if let Some(email) = account.email.as_ref().filter(|_| account.in_token) {
            claims["email"] = email.as_str().into();
            claims["email_verified"] = account.is_verified.into();
        }
        let (algorithm, kid) = match mischief {
            Mischief::Rsa => ("RS256", "rsa"),
            Mischief::Unsigned => ("none", "curve"),
            Mischief::SharedSecret => ("HS256", "curve"),
            _ => ("ES256", "curve"),
        };
        let written = |claims: &Value| web(claims.to_string());
        let head = web(json!({ "alg": algorithm, "kid": kid, "typ": "JWT" }).to_string());
        let signed = format!("{head}.{}", written(&claims));
        let signature = self.sign(mischief, signed.as_bytes());
        claims["sub"] = or(Mischief::Altered, "mallory", &account.subject).into();
        format!("{head}.{}.{}", written(&claims), web(signature))
    }

    fn sign(&self, mischief: Mischief, text: &[u8]) -> Vec<u8> {
        match mischief {
            Mischief::Unsigned => Vec::new(),
            Mischief::SharedSecret => {
                let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(CLIENT_SECRET.as_bytes()).expect("a key");
                mac.update(text);
                mac.finalize().into_bytes().to_vec()
            }
            Mischief::Rsa => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, text, &mut signature).expect("a signature");
                signature
            }
            Mischief::UnknownKey => self.hidden.sign(&self.random, text).expect("a signature").as_ref().to_vec(),
            _ => self.curve.sign(&self.random, text).expect("a signature").as_ref().to_vec(),
        }
    }
}
