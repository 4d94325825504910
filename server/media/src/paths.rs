//! The addresses from which a peer speaks, as an ICE-lite end learns them: each proven by a request that carries the password of the
//! session (RFC 8445, section 7.3), and each for as long as such requests come (RFC 7675).

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Without a request for this long a path is not sent to, and may become someone else's.
pub(crate) const CONSENT: Duration = Duration::from_secs(15);
/// An end checks its path every two or three seconds. Silent for this long while another path speaks, it has moved (a router gave it
/// another port): not every end nominates again.
const MOVED: Duration = Duration::from_secs(4);
/// Paths at a time. Full: the one that was silent for longest goes, but never the nominated one.
const MAX_PATHS: usize = 8;
/// Addresses that a session may show at once, how often it may show one more, and the most it may ever show: `str0m` forgets none.
const ADDRESSES_AT_ONCE: u64 = 16;
const ADDRESS_INTERVAL_SECONDS: u64 = 10;
const MAX_ADDRESSES: u64 = 256;

#[derive(Debug)]
struct Path {
    address: SocketAddr,
    heard_at: Instant,
}

/// What an authentic request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The path is the peer's. If there were too many, the other one no longer is.
    Known(Option<SocketAddr>),
    /// More addresses than anybody needs, for now.
    TooMany,
    /// More than a session may ever show: it should begin anew.
    Exhausted,
}

/// A peer's paths.
#[derive(Debug)]
pub(crate) struct Paths {
    began: Instant,
    shown: u64,
    known: Vec<Path>,
    nominated: Option<SocketAddr>,
}

impl Paths {
    pub(crate) fn new(now: Instant) -> Self {
        Self { began: now, shown: 0, known: Vec::new(), nominated: None }
    }

    /// Whether the peer was heard at an address not long ago.
    pub(crate) fn consents(&self, now: Instant, address: SocketAddr) -> bool {
        self.silence(now, address) < CONSENT
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = SocketAddr> {
        self.known.iter().map(|path| path.address)
    }

    /// An authentic request came over a path.
    pub(crate) fn hear(&mut self, now: Instant, from: SocketAddr) -> Heard {
        if let Some(path) = self.known.iter_mut().find(|path| path.address == from) {
            path.heard_at = now;
            return Heard::Known(None);
        }
        let allowed = ADDRESSES_AT_ONCE + now.saturating_duration_since(self.began).as_secs() / ADDRESS_INTERVAL_SECONDS;
        if self.shown >= MAX_ADDRESSES {
            return Heard::Exhausted;
        }
        if self.shown >= allowed {
            return Heard::TooMany;
        }
        self.shown += 1;
        let full = self.known.len() >= MAX_PATHS;
        let others = self.known.iter().enumerate().filter(|(_, path)| full && Some(path.address) != self.nominated);
        let silent = others.min_by_key(|(_, path)| path.heard_at).map(|(index, _)| index);
        let gone = silent.map(|index| self.known.swap_remove(index).address);
        self.known.push(Path { address: from, heard_at: now });
        Heard::Known(gone)
    }

    /// The peer wants its packets over this path of its own.
    pub(crate) fn nominate(&mut self, path: SocketAddr) {
        self.nominated = Some(path);
    }

    /// Whether a request over `from` shows that the peer is there now, and no longer where its packets go.
    pub(crate) fn moves(&self, now: Instant, from: SocketAddr) -> bool {
        self.nominated.is_some_and(|nominated| nominated != from && self.silence(now, nominated) >= MOVED)
    }

    /// Where packets go.
    pub(crate) fn to(&self, now: Instant) -> Option<SocketAddr> {
        self.nominated.filter(|nominated| self.consents(now, *nominated))
    }

    fn silence(&self, now: Instant, address: SocketAddr) -> Duration {
        let path = self.known.iter().find(|path| path.address == address);
        path.map_or(Duration::MAX, |path| now.saturating_duration_since(path.heard_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn a_ninth_path_replaces_the_longest_silent_but_never_the_nominated() {
        let start = Instant::now();
        let mut paths = Paths::new(start);
        for port in 1..=8 {
            assert_eq!(paths.hear(start + Duration::from_millis(port.into()), at(port)), Heard::Known(None));
        }
        paths.nominate(at(1));
        let later = start + Duration::from_secs(1);
        paths.hear(later, at(2));
        assert_eq!(paths.hear(later, at(9)), Heard::Known(Some(at(3))));
        assert!(paths.consents(later, at(1)) && paths.consents(later, at(9)) && !paths.consents(later, at(3)));
    }

    #[test]
    fn addresses_are_limited_at_once_and_over_time() {
        let start = Instant::now();
        let mut paths = Paths::new(start);
        let known = |paths: &mut Paths, now| (1..=1_000).filter(|port| paths.hear(now, at(*port)) != Heard::TooMany).count();
        assert_eq!(known(&mut paths, start), 16);
        assert_eq!(paths.hear(start, at(5_000)), Heard::TooMany);
        assert!(
            matches!(paths.hear(start + Duration::from_secs(10), at(5_000)), Heard::Known(Some(_))),
            "one more ten seconds later"
        );
        let tomorrow = start + Duration::from_hours(24);
        let mut port = 10_000;
        while paths.hear(tomorrow, at(port)) != Heard::Exhausted {
            port += 1;
        }
        assert_eq!(paths.shown, MAX_ADDRESSES);
    }

    #[test]
    fn consent_ends_and_a_move_is_seen() {
        let start = Instant::now();
        let mut paths = Paths::new(start);
        paths.hear(start, at(1));
        assert_eq!(paths.to(start), None, "nothing was nominated");
        paths.nominate(at(1));
        assert_eq!(paths.to(start + Duration::from_millis(14_999)), Some(at(1)));
        assert_eq!(paths.to(start + CONSENT), None);
        assert!(!paths.moves(start + Duration::from_secs(3), at(2)), "the old path may still speak");
        assert!(paths.moves(start + MOVED, at(2)));
        assert!(!paths.moves(start + MOVED, at(1)));
    }
}
