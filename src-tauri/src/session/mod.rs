//! Signing in: the invite link, the login over HTTP, and where the token is kept.

pub(crate) mod http;
mod keeper;
mod keys;
mod link;
pub(crate) mod login;
mod people;
mod profile;
mod sign_in_link;
pub(crate) mod tls;

pub(crate) use self::{
    http::Http,
    login::{Past, Replayed},
    people::Wanted,
};
pub use self::{
    keeper::Keeper,
    keys::{Keys, PersonSecret, Secret},
    link::Link,
    login::Logins,
    profile::Profile,
    sign_in_link::{Server, SignInLink},
};
