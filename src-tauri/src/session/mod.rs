//! Signing in: the invite link, the login over HTTP, and where the token is kept.

mod keys;
mod link;
mod login;
mod profile;

pub use self::{
    keys::{Keys, Secret},
    link::Link,
    login::Logins,
    profile::Profile,
};
