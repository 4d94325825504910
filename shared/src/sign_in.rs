//! Signing in as a person, over HTTP: by a link in a mail, on the device that asked for it.
//!
//! `POST /api/sign-ins` takes a [`SignInRequest`] and answers [`SignInAsked`]; a mail with a link follows. The link is
//! `https://server/sign-in/{secret}`, whose page leads to `houselights://sign-in?server={base URL}&secret={secret}`; looking at it uses nothing up.
//! `POST /api/sign-ins/confirm` takes a [`SignInConfirmation`] and answers a [`SignedIn`]; it works once, within 15 minutes, on the device that
//! asked. Where the server names a provider of accounts (`GET /api/sign-ins/ways`), `POST /api/sign-ins/oidc` takes a [`ProviderSignIn`] and
//! answers [`ProviderSignInAsked`]; at the end of what a browser finds at its `url` is the same page, or one that leads to
//! `houselights://sign-in?server={base URL}&failed={why}` with a [`ProviderFailure`]. `DELETE /api/sign-ins/current` with the token as bearer signs out. A refusal is as in [`login`](crate::Login).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{PersonId, Timestamp, Token};

/// Asks for a link by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInRequest {
    /// Whose mail it goes to.
    pub email: String,
    /// What this device is called in the list of sign-ins; at most [`crate::MAX_NAME_CHARS`].
    #[serde(default)]
    pub device: String,
}

/// A link is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInAsked {
    /// What this device keeps: without it the link is good for nothing.
    pub device: Token,
    /// Until when the link can be used.
    pub expires: Timestamp,
}

/// Finishes a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInConfirmation {
    /// What the link carries.
    pub secret: Token,
    /// What the device kept.
    pub device: Token,
}

/// A person is signed in on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignedIn {
    /// Opaque and secret; as bearer for `/graphql`.
    pub token: Token,
    /// Who one is.
    pub person: PersonId,
    /// One's address.
    pub email: String,
    /// As one is called; empty where one never said it.
    pub name: String,
}

/// How one can sign in to a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInWays {
    /// By a link in a mail.
    pub mail: bool,
    /// With an account of this provider, which is called so.
    #[serde(default)]
    pub oidc: Option<String>,
}

/// Asks to sign in with an account of the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderSignIn {
    /// What this device is called in the list of sign-ins; at most [`crate::MAX_NAME_CHARS`].
    #[serde(default)]
    pub device: String,
}

/// The provider is waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderSignInAsked {
    /// What this device keeps: without it the link at the end is good for nothing.
    pub device: Token,
    /// Until when the provider has to have answered.
    pub expires: Timestamp,
    /// What to open in a browser.
    pub url: String,
}

/// Why somebody comes back from the provider's pages and is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderFailure {
    /// They did not want to, or the provider did not let them in.
    Cancelled,
    /// What the provider said proves nothing, or it has not verified the address.
    Refused,
    /// The provider does not answer the server.
    Unreachable,
}

impl ProviderFailure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cancelled, Self::Refused, Self::Unreachable];

    /// As a link says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}
