//! Which servers may be spoken to without asking the person.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    ipc::{Destination, Problem},
    session::Profile,
};

/// Servers that a person confirms in a run of the app. Full: all are asked about again.
const MOST: usize = 64;

/// Nothing is sent to a server that the person has not signed in to before, nor without TLS to another machine, unless they
/// said so; that holds for the run then.
pub(crate) struct Trust {
    profile: Profile,
    confirmed: Mutex<HashSet<String>>,
}

impl Trust {
    pub(crate) fn new(profile: Profile) -> Self {
        Self { profile, confirmed: Mutex::default() }
    }

    /// What there is to know of a server.
    pub(crate) fn destination(&self, server: &str, plain: bool) -> Destination {
        Destination { known: self.profile.knows(server), plain, server: server.to_owned() }
    }

    /// The person has seen the server's address, and wants to speak to it.
    pub(crate) fn confirm(&self, server: &str) {
        let mut confirmed = self.confirmed();
        if confirmed.len() >= MOST {
            confirmed.clear();
        }
        confirmed.insert(server.to_owned());
    }

    /// Whether anything may be sent there.
    ///
    /// # Errors
    /// [`Problem::Unconfirmed`].
    pub(crate) fn check(&self, server: &str, plain: bool) -> Result<(), Problem> {
        let confirmed = self.confirmed().contains(server);
        let known = !plain && self.profile.knows(server);
        if confirmed || known { Ok(()) } else { Err(Problem::Unconfirmed) }
    }

    fn confirmed(&self) -> MutexGuard<'_, HashSet<String>> {
        self.confirmed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
