//! How much one person, and one network address, may ask for. What is beyond is refused with the time to try again.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use houselights_shared::ParticipantId;

use crate::config::Config;

/// More keys than this at once: the memory of those that are quiet is given back.
const KEYS: usize = 100_000;
/// Media offers that one participant may make at once: each costs a certificate's signature and a handshake.
const OFFERS_AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// And after those, one in this time.
const OFFER_EVERY: Duration = Duration::from_secs(2);

/// Of how many network addresses all may ask for as many sign-ins as they may, before the server as a whole is asked too much.
const NETWORKS: u32 = 20;

/// Connections that one participant may make at once. An app that reconnects makes one after another, at longer and longer
/// intervals.
const HELLOS_AT_ONCE: u32 = 30;
/// And after those, so many a second.
const HELLOS_A_SECOND: NonZeroU32 = NonZeroU32::MIN;

/// Reactions of one participant that count, at once and a second.
const REACTIONS_AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
const REACTIONS_A_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

/// The limits of one server.
pub(crate) struct Limits {
    /// Hellos of a participant. Those of an address have no limit of their own: a whole audience may share one, and each of
    /// them needed a login, of which an address gets so many a minute.
    pub(crate) hellos: Pace<ParticipantId>,
    /// Frames of a participant, over all their connections.
    pub(crate) frames: Pace<ParticipantId>,
    /// Media offers of a participant.
    pub(crate) offers: Pace<ParticipantId>,
    /// Reactions that count.
    pub(crate) reactions: Pace<ParticipantId>,
    /// Attempts of an address to sign in with what everybody may have, and its failed ones to say who it is.
    pub(crate) attempts: Attempts,
    /// Requests of an address upon which a mail goes out to whoever it names.
    pub(crate) letters: Pace<IpAddr>,
    /// Links to sign in, by whom they go to and who asked for them.
    pub(crate) links: Links,
    /// Sign-ins that are asked for, of all addresses.
    pub(crate) sign_ins: Pace<()>,
    /// Connections of an address that have not said who they are.
    pub(crate) doorsteps: Arc<Doorsteps>,
    /// Turned away since it was last looked at.
    refused: AtomicU64,
}

impl Limits {
    pub(crate) fn new(config: &Config) -> Self {
        let frames = Quota::per_second(at_least_one(config.frames_per_second)).allow_burst(at_least_one(config.frame_burst));
        let offers = Quota::with_period(OFFER_EVERY).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(OFFERS_AT_ONCE);
        let hellos = Quota::per_second(HELLOS_A_SECOND).allow_burst(at_least_one(HELLOS_AT_ONCE));
        Self {
            hellos: Pace::new(hellos),
            refused: AtomicU64::new(0),
            frames: Pace::new(frames),
            offers: Pace::new(offers),
            reactions: Pace::new(Quota::per_second(REACTIONS_A_SECOND).allow_burst(REACTIONS_AT_ONCE)),
            attempts: Attempts::new(config.logins_per_minute),
            links: Links::default(),
            letters: Pace::new(Quota::per_minute(at_least_one(config.letters_per_minute))),
            sign_ins: Pace::new(Quota::per_minute(at_least_one(config.letters_per_minute.saturating_mul(NETWORKS)))),
            doorsteps: Arc::new(Doorsteps::new(config.strangers_per_address)),
        }
    }

    /// Somebody of whom nobody knows who it is was turned away at the door.
    pub(crate) fn turned_away(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were turned away since this was asked last.
    pub(crate) fn take_turned_away(&self) -> u64 {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Forgets those that have been quiet.
    pub(crate) fn tidy(&self) {
        self.hellos.tidy();
        self.frames.tidy();
        self.offers.tidy();
        self.reactions.tidy();
        self.letters.tidy();
        self.attempts.tidy(Instant::now());
        self.links.tidy(Instant::now());
    }
}

fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

/// How often somebody may do something.
pub(crate) struct Pace<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Pace<K> {
    fn new(quota: Quota) -> Self {
        Self(RateLimiter::keyed(quota))
    }

    /// Counts one; beyond the pace it says how long to wait.
    pub(crate) fn check(&self, key: &K) -> Result<(), Duration> {
        self.0.check_key(key).map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }

    fn tidy(&self) {
        self.0.retain_recent();
        if self.0.len() > KEYS {
            self.0.shrink_to_fit();
        }
    }
}

/// A wait as a refusal tells it.
pub(crate) fn millis(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).saturating_add(1)
}

/// Attempts to sign in. Whoever has a ticket or a login is not held up by it, however many share an address. Those that fail are counted by
/// themselves; where there were too many, the address is noisy for a while: those that fail are told to wait, and all that it shows is looked up
/// with what is left to the noisy (`holders.rs`).
pub(crate) struct Attempts {
    pace: Pace<IpAddr>,
    failed: Pace<IpAddr>,
    noisy: Mutex<HashMap<IpAddr, Instant>>,
}

impl Attempts {
    pub(crate) fn new(per_minute: u32) -> Self {
        let quota = Quota::per_minute(at_least_one(per_minute));
        Self { pace: Pace::new(quota), failed: Pace::new(quota), noisy: Mutex::default() }
    }

    fn noisy(&self) -> MutexGuard<'_, HashMap<IpAddr, Instant>> {
        self.noisy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an attempt; beyond the pace it says how long to wait.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Duration> {
        self.pace.check(&address)
    }

    /// An attempt failed that was not counted before; beyond the pace it says how long to wait.
    pub(crate) fn failed(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.failed.check(&address).inspect_err(|wait| {
            self.noisy().insert(address, now + *wait);
        })
    }

    /// Whether more of an address failed than may.
    pub(crate) fn is_noisy(&self, address: IpAddr, now: Instant) -> bool {
        self.noisy().get(&address).is_some_and(|until| *until > now)
    }

    fn tidy(&self, now: Instant) {
        self.pace.tidy();
        self.failed.tidy();
        self.noisy().retain(|_, until| *until > now);
    }
}

/// Links to sign in. One network causes only so many letters to an address, so that a stranger cannot use up those of its person, and all together only so
/// many, so that a mailbox is not flooded. Whether anybody is known by the address does not matter.
pub(crate) struct Links {
    by_network: Window<(String, Option<IpAddr>)>,
    by_address: Window<String>,
}

impl Default for Links {
    fn default() -> Self {
        Self { by_network: Window::new(5, Duration::from_mins(15)), by_address: Window::new(30, Duration::from_hours(1)) }
    }
}

impl Links {
    /// Counts a letter to whoever is known by this hash of an address; where there were enough, it says how long to wait.
    pub(crate) fn check(&self, address: &str, network: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        self.by_network.check((address.to_owned(), network), now)?;
        self.by_address.check(address.to_owned(), now)
    }

    fn tidy(&self, now: Instant) {
        self.by_network.tidy(now);
        self.by_address.tidy(now);
    }
}

/// So many within so long, looked at from any moment.
struct Window<K> {
    most: usize,
    within: Duration,
    counted: Mutex<HashMap<K, VecDeque<Instant>>>,
}

impl<K: Hash + Eq> Window<K> {
    fn new(most: usize, within: Duration) -> Self {
        Self { most, within, counted: Mutex::default() }
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<K, VecDeque<Instant>>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut counted = self.counted();
        let moments = counted.entry(key).or_default();
        moments.retain(|moment| now.saturating_duration_since(*moment) < self.within);
        match moments.front() {
            Some(first) if moments.len() >= self.most => Err(self.within.saturating_sub(now.saturating_duration_since(*first))),
            _ => {
                moments.push_back(now);
                Ok(())
            }
        }
    }

    fn tidy(&self, now: Instant) {
        let is_over = |moment: &Instant| now.saturating_duration_since(*moment) >= self.within;
        self.counted().retain(|_, moments| !moments.back().is_none_or(is_over));
    }
}

/// How many connections of each address have not said who they are.
pub(crate) struct Doorsteps {
    taken: Mutex<HashMap<IpAddr, u32>>,
    at_most: u32,
}

/// A place on a doorstep; given back when dropped.
pub(crate) struct Doorstep {
    of: Arc<Doorsteps>,
    address: IpAddr,
}

impl Doorsteps {
    fn new(at_most: u32) -> Self {
        Self { taken: Mutex::default(), at_most }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more; nothing where the address has its share.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Doorstep> {
        let mut taken = self.taken();
        let count = taken.entry(address).or_default();
        if *count >= self.at_most {
            return None;
        }
        *count += 1;
        Some(Doorstep { of: Arc::clone(self), address })
    }
}

impl Drop for Doorstep {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 8));

    #[test]
    fn a_participant_may_make_five_offers_at_once() {
        let limits = Limits::new(&Config::default());
        let (ada, grace) = (ParticipantId::random(), ParticipantId::random());
        for _ in 0..5 {
            assert_eq!(limits.offers.check(&ada), Ok(()));
        }
        let wait = limits.offers.check(&ada).unwrap_err();
        assert!(wait > Duration::from_secs(1) && wait <= OFFER_EVERY, "{wait:?}");
        assert_eq!(limits.offers.check(&grace), Ok(()), "others are not held up");
    }

    #[test]
    fn a_network_uses_up_nobodys_links_and_all_together_flood_no_mailbox() {
        let (links, now) = (Links::default(), Instant::now());
        for _ in 0..5 {
            assert_eq!(links.check("ada", Some(HERE), now), Ok(()));
        }
        let wait = links.check("ada", Some(HERE), now + Duration::from_mins(1)).unwrap_err();
        assert_eq!(wait, Duration::from_mins(14));
        assert_eq!(links.check("grace", Some(HERE), now), Ok(()), "to somebody else");
        assert_eq!(links.check("ada", Some(THERE), now), Ok(()), "from somewhere else");
        assert_eq!(links.check("ada", Some(HERE), now + Duration::from_mins(15)), Ok(()));
        let elsewhere = (0..40).map(|number| IpAddr::from([198, 51, 100, number]));
        let good = elsewhere.filter(|network| links.check("ada", Some(*network), now).is_ok()).count();
        assert_eq!(good, 30 - 7, "an hour has so many");
        links.tidy(now + Duration::from_hours(2));
        assert!(links.by_network.counted().is_empty() && links.by_address.counted().is_empty());
    }

    #[test]
    fn a_participant_connects_only_so_often() {
        let limits = Limits::new(&Config::default());
        let (ada, grace) = (ParticipantId::random(), ParticipantId::random());
        for _ in 0..HELLOS_AT_ONCE {
            assert_eq!(limits.hellos.check(&ada), Ok(()));
        }
        assert!(limits.hellos.check(&ada).is_err());
        assert_eq!(limits.hellos.check(&grace), Ok(()), "others are not held up");
    }

    #[test]
    fn where_too_much_fails_it_is_noisy_for_a_while_and_what_does_not_fail_is_counted_by_itself() {
        let (attempts, now) = (Attempts::new(2), Instant::now());
        for _ in 0..2 {
            assert_eq!(attempts.failed(HERE, now), Ok(()));
            assert!(!attempts.is_noisy(HERE, now));
        }
        let wait = attempts.failed(HERE, now).unwrap_err();
        assert!(attempts.is_noisy(HERE, now) && !attempts.is_noisy(THERE, now), "others are not held up");
        assert_eq!(attempts.check(HERE), Ok(()), "who has something to show is not either");
        assert!(!attempts.is_noisy(HERE, now + wait));
        attempts.tidy(now + wait);
        assert!(attempts.noisy().is_empty());
    }

    #[test]
    fn an_address_has_its_share_of_doorsteps_and_gives_them_back() {
        let doorsteps = Arc::new(Doorsteps::new(2));
        let first = doorsteps.enter(HERE).unwrap();
        let second = doorsteps.enter(HERE).unwrap();
        assert!(doorsteps.enter(HERE).is_none());
        assert!(doorsteps.enter(THERE).is_some());
        drop(first);
        let third = doorsteps.enter(HERE);
        assert!(third.is_some());
        drop((third, second));
        assert!(doorsteps.taken().is_empty(), "nothing is kept of who is gone");
    }
}
