//! Which servers may be spoken to without asking the person.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    ipc::{Destination, Problem},
    session::{Link, Profile},
};

/// Servers that a person confirms in a run of the app. Full: all are asked about again.
const MOST: usize = 64;

/// Nothing is sent to a server that the person has not signed in to before, nor without TLS to another machine, unless they
/// said so; that holds for the run then.
pub(super) struct Trust {
    profile: Profile,
    confirmed: Mutex<HashSet<String>>,
}

impl Trust {
    pub(super) fn new(profile: Profile) -> Self {
        Self { profile, confirmed: Mutex::default() }
    }

    /// Where a link leads.
    pub(super) fn destination(&self, link: &Link) -> Destination {
        let server = link.server().to_owned();
        Destination { known: self.profile.knows(&server), plain: link.is_plain(), server }
    }

    /// The person has seen where the link leads, and wants to go there.
    pub(super) fn confirm(&self, link: &Link) {
        let mut confirmed = self.confirmed();
        if confirmed.len() >= MOST {
            confirmed.clear();
        }
        confirmed.insert(link.server().to_owned());
    }

    /// Whether anything may be sent there.
    ///
    /// # Errors
    /// [`Problem::Unconfirmed`].
    pub(super) fn check(&self, link: &Link) -> Result<(), Problem> {
        let confirmed = self.confirmed().contains(link.server());
        let known = !link.is_plain() && self.profile.knows(link.server());
        if confirmed || known { Ok(()) } else { Err(Problem::Unconfirmed) }
    }

    fn confirmed(&self) -> MutexGuard<'_, HashSet<String>> {
        self.confirmed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
