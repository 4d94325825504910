//! What can be done to a database whether or not a server runs on it: making an event, and a link to sign in with.

use std::sync::Arc;

use houselights_shared::SignInConfirmation;

use crate::{
    clock,
    config::Config,
    graphql::input,
    http,
    metrics::Metrics,
    store::{Created, NewEvent, SignIn, Store, StoreError, fresh_secret},
};

/// Why an event was not made.
#[derive(Debug, thiserror::Error)]
#[error("the event was not made: {0}")]
pub struct EventError(pub(super) String);

/// Makes an event in a database that a server may or may not run on.
pub async fn create_event(config: &Config, event: &NewEvent) -> Result<Created, EventError> {
    let fail = |error: String| EventError(error);
    let metrics = Arc::new(Metrics::new().map_err(|error| fail(error.to_string()))?);
    let store = Store::open(&config.database, &metrics).await.map_err(|error| fail(error.to_string()))?;
    let created = match known_url(config, &store).await {
        Ok(base_url) => store.create_event(event, &base_url, clock::now()).await,
        Err(error) => Err(error),
    };
    store.close().await;
    created.map_err(|error| fail(error.to_string()))
}

/// How clients reach the server of a database: as it is said now, or else as the server that ran on it last said.
async fn known_url(config: &Config, store: &Store) -> Result<String, StoreError> {
    let remembered = if config.public_url.is_none() { store.public_url().await? } else { None };
    Ok(remembered.unwrap_or_else(|| config.base_url(config.listen)))
}

/// A link to sign in with, on any device, within 15 minutes and once.
#[derive(Clone)]
pub struct SignInLink {
    /// For the app: `houselights://sign-in?…`.
    pub link: String,
    /// What it carries, to be given to `/api/sign-ins/confirm`.
    pub confirmation: SignInConfirmation,
}

/// Why there is no link to sign in with.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// It is for nobody.
    #[error("this is no e-mail address")]
    NoAddress,
    /// It cannot be stored.
    #[error("the link was not made: {0}")]
    NotStored(String),
}

impl SignInLink {
    pub(super) async fn make(store: &Store, base_url: &str, email: &str) -> Result<Self, SignInError> {
        let email = input::email("email", email).map_err(|_| SignInError::NoAddress)?;
        let fail = |error: &dyn std::fmt::Display| SignInError::NotStored(error.to_string());
        let secret = fresh_secret().map_err(|error| fail(&error))?;
        let device = fresh_secret().map_err(|error| fail(&error))?;
        let asked = SignIn { device_secret: &device, email: &email, device: "", now: clock::now() };
        store.vouch_sign_in(asked, &secret).await.map_err(|error| fail(&error))?;
        let link = http::sign_in_link(base_url, &secret, Some(&device));
        Ok(Self { link, confirmation: SignInConfirmation { secret: secret.into(), device: device.into() } })
    }
}

/// Makes a link to sign in with, in a database that a server may or may not run on.
pub async fn sign_in_link(config: &Config, email: &str) -> Result<SignInLink, SignInError> {
    let fail = |error: String| SignInError::NotStored(error);
    let metrics = Arc::new(Metrics::new().map_err(|error| fail(error.to_string()))?);
    let store = Store::open(&config.database, &metrics).await.map_err(|error| fail(error.to_string()))?;
    let made = match known_url(config, &store).await {
        Ok(base_url) => SignInLink::make(&store, &base_url, email).await,
        Err(error) => Err(fail(error.to_string())),
    };
    store.close().await;
    made
}
