//! Signing in: the invite link, the login over HTTP, and where the token is kept.

mod keeper;
mod keys;
mod link;
mod login;
mod profile;
pub(crate) mod tls;

pub use self::{
    keeper::Keeper,
    keys::{Keys, Secret},
    link::Link,
    login::Logins,
    profile::Profile,
};
