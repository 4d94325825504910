//! Who is signed in and connected, in memory: a client that comes back is known without asking the store.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use houselights_shared::{ParticipantId, Refusal};

use crate::{
    realtime::{ConnectionId, Outbox},
    store::Identity,
};

/// How many logins are remembered. More: the oldest are read from the store again.
const REMEMBERED: usize = 50_000;

/// The logins and connections of this process.
#[derive(Default)]
pub(crate) struct SignedIn {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By the hash of the token.
    logins: HashMap<String, Arc<Identity>>,
    /// The one login that each has.
    tokens: HashMap<ParticipantId, String>,
    order: VecDeque<ParticipantId>,
    connections: HashMap<ParticipantId, Arc<Outbox>>,
    /// How often somebody logged out.
    log_outs: u64,
}

/// What became of a login that was read from the store.
#[derive(Debug)]
pub(crate) enum Recalled {
    /// It stands.
    Standing(Arc<Identity>),
    /// A newer one has taken its place meanwhile.
    Replaced,
    /// Somebody logged out meanwhile; it may have been this login. The store has to be asked again.
    Unsure,
}

impl SignedIn {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who a token stands for, if that is remembered.
    pub(crate) fn known(&self, token_hash: &str) -> Option<Arc<Identity>> {
        self.inner().logins.get(token_hash).cloned()
    }

    /// A new login: the one before ends, and its connection with it.
    pub(crate) fn log_in(&self, token_hash: String, identity: Arc<Identity>) {
        let participant = identity.who.participant;
        let mut inner = self.inner();
        inner.remember(token_hash, identity);
        if let Some(before) = inner.connections.remove(&participant) {
            before.close(Refusal::SignedInElsewhere, None);
        }
    }

    /// How often somebody has logged out, for [`recall`](Self::recall).
    pub(crate) fn log_outs(&self) -> u64 {
        self.inner().log_outs
    }

    /// A login as the store had it, asked after there had been so many `log_outs`.
    pub(crate) fn recall(&self, token_hash: &str, identity: Arc<Identity>, log_outs: u64) -> Recalled {
        let mut inner = self.inner();
        if let Some(newest) = inner.tokens.get(&identity.who.participant) {
            let standing = inner.logins.get(newest).filter(|_| newest == token_hash);
            return standing.map_or(Recalled::Replaced, |identity| Recalled::Standing(Arc::clone(identity)));
        }
        if inner.log_outs != log_outs {
            return Recalled::Unsure;
        }
        inner.remember(token_hash.to_owned(), Arc::clone(&identity));
        Recalled::Standing(identity)
    }

    /// A login has ended in the store, and its connection ends with it. A newer one of the same person is another login.
    pub(crate) fn log_out(&self, token_hash: &str) {
        let mut inner = self.inner();
        inner.log_outs += 1;
        let Some(identity) = inner.logins.remove(token_hash) else { return };
        let participant = identity.who.participant;
        inner.tokens.remove(&participant);
        if let Some(connection) = inner.connections.remove(&participant) {
            connection.close(Refusal::TokenInvalid, None);
        }
    }

    /// Somebody connected. They have one connection: the newest, also where both are of the same login (two windows, or a
    /// client that came back before its dead connection was noticed).
    /// Answers what `meanwhile` says, which runs before anybody else can connect as the same person; nothing where a newer login
    /// has taken the place of this one.
    pub(crate) fn connected<T>(
        &self,
        identity: &Arc<Identity>,
        outbox: &Arc<Outbox>,
        meanwhile: impl FnOnce() -> T,
    ) -> Option<T> {
        let participant = identity.who.participant;
        let mut inner = self.inner();
        let newest = inner.tokens.get(&participant).and_then(|token| inner.logins.get(token));
        if newest.is_some_and(|newest| !Arc::ptr_eq(newest, identity)) {
            return None;
        }
        if let Some(before) = inner.connections.insert(participant, Arc::clone(outbox)) {
            before.close(Refusal::SignedInElsewhere, None);
        }
        Some(meanwhile())
    }

    /// A connection is gone.
    pub(crate) fn disconnected(&self, participant: ParticipantId, connection: ConnectionId) {
        let mut inner = self.inner();
        if inner.connections.get(&participant).is_some_and(|current| current.id() == connection) {
            inner.connections.remove(&participant);
        }
    }
}

impl Inner {
    fn remember(&mut self, token_hash: String, identity: Arc<Identity>) {
        let participant = identity.who.participant;
        match self.tokens.insert(participant, token_hash.clone()) {
            Some(before) => drop(self.logins.remove(&before)),
            None => self.order.push_back(participant),
        }
        self.logins.insert(token_hash, identity);
        while self.order.len() > REMEMBERED {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(token) = self.tokens.remove(&oldest) {
                self.logins.remove(&token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use houselights_domain::Actor;
    use houselights_shared::{EventId, Role, RoomId, Timestamp};

    use super::*;

    fn identity(participant: ParticipantId) -> Arc<Identity> {
        Arc::new(Identity {
            who: Arc::new(Actor { participant, name: "Ada".to_owned(), role: Role::Speaker }),
            event: EventId::random(),
            event_title: String::new(),
            room: RoomId::random(),
            expires: Timestamp::default(),
        })
    }

    #[test]
    fn a_new_login_ends_the_one_before() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in("one".to_owned(), identity(ada));
        signed_in.log_in("two".to_owned(), identity(ada));
        assert!(signed_in.known("one").is_none());
        assert!(signed_in.known("two").is_some());
    }

    #[test]
    fn a_login_read_before_a_newer_one_was_stored_does_not_come_back() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in("two".to_owned(), identity(ada));
        assert!(matches!(signed_in.recall("one", identity(ada), 0), Recalled::Replaced));
        assert!(signed_in.known("one").is_none());
    }

    #[test]
    fn a_login_read_before_it_ended_does_not_come_back() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let before = signed_in.log_outs();
        signed_in.log_out("one");
        assert!(matches!(signed_in.recall("one", identity(ada), before), Recalled::Unsure));
        assert!(signed_in.known("one").is_none());
        assert!(matches!(signed_in.recall("two", identity(ada), signed_in.log_outs()), Recalled::Standing(_)));
    }

    #[test]
    fn who_logs_out_late_does_not_end_a_newer_login() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in("one".to_owned(), identity(ada));
        signed_in.log_in("two".to_owned(), identity(ada));
        signed_in.log_out("one");
        assert!(signed_in.known("two").is_some() && signed_in.inner().tokens.contains_key(&ada));
        signed_in.log_out("two");
        assert!(signed_in.known("two").is_none() && signed_in.inner().tokens.is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let signed_in = SignedIn::default();
        for number in 0..=REMEMBERED {
            signed_in.log_in(number.to_string(), identity(ParticipantId::random()));
        }
        let inner = signed_in.inner();
        assert_eq!((inner.logins.len(), inner.tokens.len(), inner.order.len()), (REMEMBERED, REMEMBERED, REMEMBERED));
        assert!(!inner.logins.contains_key("0"));
    }
}
