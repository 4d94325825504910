//! Who is in a room, as it was a moment ago: listed at most once a second, beside the room, however many ask. What comes to a list anew is put in its
//! place; nobody sorts ten thousand for a page.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use houselights_domain::{Naming, Person, View};
use houselights_shared::{ParticipantId, Role, words};

use crate::store::Headline;

/// For how long the same list is given out.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// Those who are in a room, as its task hands them over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Present {
    /// Who, by their names.
    pub(crate) people: Vec<(ParticipantId, Person)>,
    /// How the room calls them.
    pub(crate) naming: Naming,
    /// Who is muted there.
    pub(crate) muted: HashSet<ParticipantId>,
}

/// Somebody who is here.
#[derive(Debug)]
pub(crate) struct Here {
    /// Who.
    pub(crate) participant: ParticipantId,
    /// Their name: by it they stand in the list.
    pub(crate) name: String,
    /// As what they came.
    pub(crate) role: Role,
    key: String,
    /// By what they are found.
    words: Vec<String>,
    /// As they are called, and found, by whoever does not look after the room, where that is not by their name.
    mask: Option<(String, Vec<String>)>,
}

impl Here {
    fn new(participant: ParticipantId, person: Person, naming: &Naming) -> Self {
        let (key, of_name) = (key(&person.name), words(&person.name));
        let mask = naming.mask(person.role, &person.name).map(|mask| (words(&mask), mask)).map(|(words, mask)| (mask, words));
        Self { participant, name: person.name, role: person.role, key, words: of_name, mask }
    }

    fn mask(&self, view: View) -> Option<&(String, Vec<String>)> {
        self.mask.as_ref().filter(|_| !view.looks_after())
    }

    /// As they are called before `view`.
    pub(crate) fn called(&self, view: View) -> &str {
        self.mask(view).map_or(&self.name, |(mask, _)| mask)
    }

    /// Whether each word that is sought begins a word of what they are called before `view`.
    pub(crate) fn is_sought(&self, sought: &[String], view: View) -> bool {
        let words = self.mask(view).map_or(&self.words, |(_, words)| words);
        sought.iter().all(|begin| words.iter().any(|word| word.starts_with(begin.as_str())))
    }

    fn cmp(&self, key: &str, participant: ParticipantId) -> Ordering {
        self.key.as_str().cmp(key).then(self.participant.cmp(&participant))
    }
}

/// By what somebody of this name stands in a list.
fn key(name: &str) -> String {
    name.to_lowercase()
}

/// Where the members of a list begin that stand behind somebody of this name.
pub(crate) fn behind(list: &[Arc<Here>], name: &str, participant: ParticipantId) -> usize {
    let key = key(name);
    list.partition_point(|here| here.cmp(&key, participant).is_le())
}

/// What somebody says of themselves in a list.
#[derive(Debug)]
pub(crate) struct Said {
    all: Headline,
    /// What of it the room takes.
    taken: Headline,
}

impl Said {
    /// What of it `view` gets to read.
    pub(crate) const fn to(&self, view: View) -> &Headline {
        if view.looks_after() { &self.all } else { &self.taken }
    }
}

/// Everybody, by name.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    everybody: Vec<Arc<Here>>,
    audience: Vec<Arc<Here>>,
    places: HashMap<ParticipantId, Arc<Here>>,
    /// How the room calls whoever is of the event.
    pub(crate) naming: Naming,
    muted: HashSet<ParticipantId>,
    /// What of their profiles stands in lists, as far as somebody asked; nothing of who says nothing.
    pub(crate) headlines: tokio::sync::Mutex<HashMap<ParticipantId, Option<Arc<Said>>>>,
}

impl Roster {
    /// Those who are here now. Whoever was in the list of before keeps what was made of their name, where the room calls people as it did.
    fn of(Present { people, naming, muted }: Present, before: &Self) -> Self {
        let mut new: HashMap<ParticipantId, Person> = people.into_iter().collect();
        let mut everybody = Vec::with_capacity(new.len());
        let known = if naming == before.naming { before.everybody.as_slice() } else { &[] };
        for here in known {
            let is_same = |person: &mut Person| person.name == here.name && person.role == here.role;
            if new.get_mut(&here.participant).is_some_and(is_same) {
                new.remove(&here.participant);
                everybody.push(Arc::clone(here));
            }
        }
        let order = |one: &Arc<Here>, other: &Arc<Here>| one.cmp(&other.key, other.participant);
        let mut new: Vec<_> = new.into_iter().map(|(who, person)| Arc::new(Here::new(who, person, &naming))).collect();
        new.sort_by(order);
        everybody.append(&mut new);
        // Two runs, each in order: they are merged.
        everybody.sort_by(order);
        let audience = everybody.iter().filter(|here| View::of(here.role) == View::Audience).cloned().collect();
        let places = everybody.iter().map(|here| (here.participant, Arc::clone(here))).collect();
        Self { everybody, audience, places, naming, muted, headlines: tokio::sync::Mutex::default() }
    }

    /// The audience, or everybody.
    pub(crate) fn list(&self, audience_alone: bool) -> &[Arc<Here>] {
        if audience_alone { &self.audience } else { &self.everybody }
    }

    /// Whether those who do not look after the room get to read what somebody of the event says of themselves: what they could not write here stands under
    /// their name no more than elsewhere.
    pub(crate) fn takes(&self, (who, role): (ParticipantId, Role), text: &str) -> bool {
        !self.muted.contains(&who) && self.naming.takes(role, text)
    }

    /// What somebody who is here says of themselves.
    pub(crate) fn said(&self, here: &Here, all: Headline) -> Said {
        let taken = |text: &String| if self.takes((here.participant, here.role), text) { text.clone() } else { String::new() };
        let taken = Headline { headline: taken(&all.headline), company: taken(&all.company), ..all };
        Said { all, taken }
    }

    /// Somebody who is here.
    pub(crate) fn get(&self, who: ParticipantId) -> Option<&Arc<Here>> {
        self.places.get(&who)
    }
}

/// The latest list of a room.
#[derive(Default)]
pub(super) struct Rosters {
    latest: Mutex<Option<(Instant, Arc<Roster>)>>,
    /// One makes it, and whoever comes meanwhile waits for that.
    turn: tokio::sync::Mutex<()>,
}

impl Rosters {
    fn latest(&self) -> MutexGuard<'_, Option<(Instant, Arc<Roster>)>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, now: Instant) -> Option<Arc<Roster>> {
        let latest = self.latest();
        let (_, roster) = latest.as_ref().filter(|(at, _)| now.saturating_duration_since(*at) < FRESH_FOR)?;
        Some(Arc::clone(roster))
    }

    /// The list as it was a second ago at most; nothing where nobody says who is here.
    pub(super) async fn get(&self, now: Instant, ask: impl Future<Output = Option<Present>>) -> Option<Arc<Roster>> {
        if let Some(fresh) = self.fresh(now) {
            return Some(fresh);
        }
        let _turn = self.turn.lock().await;
        if let Some(fresh) = self.fresh(now) {
            return Some(fresh);
        }
        let present = ask.await?;
        let before = self.latest().as_ref().map(|(_, roster)| Arc::clone(roster)).unwrap_or_default();
        let listed = tokio::task::spawn_blocking(move || Arc::new(Roster::of(present, &before))).await.ok()?;
        *self.latest() = Some((now, Arc::clone(&listed)));
        Some(listed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering as Count};

    use super::*;

    fn person(name: &str, role: Role) -> Person {
        Person { name: name.to_owned(), role }
    }

    fn present(people: impl Into<Vec<(ParticipantId, Person)>>) -> Present {
        Present { people: people.into(), ..Present::default() }
    }

    fn names(list: &[Arc<Here>]) -> Vec<&str> {
        list.iter().map(|here| here.name.as_str()).collect()
    }

    #[test]
    fn whoever_comes_and_goes_leaves_the_others_in_their_order_and_as_they_were() {
        let [ada, bob, cleo, dan] = [1_u128, 2, 3, 4].map(|id| ParticipantId::from_uuid(uuid::Uuid::from_u128(id)));
        let of = |role| move |(who, name): (ParticipantId, &str)| (who, person(name, role));
        let first =
            Roster::of(present([(cleo, "cleo"), (ada, "Ada"), (bob, "Bob")].map(of(Role::Attendee))), &Roster::default());
        assert_eq!(names(first.list(false)), ["Ada", "Bob", "cleo"]);
        let mut people = [(cleo, "cleo"), (ada, "Zoe")].map(of(Role::Attendee)).to_vec();
        people.push((dan, person("Bert", Role::Speaker)));
        let next = Roster::of(present(people), &first);
        assert_eq!(names(next.list(false)), ["Bert", "cleo", "Zoe"]);
        assert_eq!(names(next.list(true)), ["cleo", "Zoe"]);
        assert!(Arc::ptr_eq(next.get(cleo).unwrap(), first.get(cleo).unwrap()));
        assert!(next.get(bob).is_none());
        assert_eq!(behind(next.list(true), "Bob", bob), 0, "where they would stand");
        assert_eq!((behind(next.list(true), "cleo", cleo), behind(next.list(true), "Zoe", ada)), (1, 2));
    }

    #[tokio::test]
    async fn however_many_ask_a_list_is_made_once_a_second() {
        let (rosters, made) = (Rosters::default(), AtomicUsize::default());
        let ask = || async {
            made.fetch_add(1, Count::Relaxed);
            tokio::task::yield_now().await;
            Some(present([(ParticipantId::random(), person("Ada", Role::Attendee))]))
        };
        let now = Instant::now();
        let all = futures_util::future::join_all((0..1_000).map(|_| rosters.get(now, ask()))).await;
        assert!(all.iter().flatten().count() == 1_000 && made.load(Count::Relaxed) == 1);
        let later = now + FRESH_FOR;
        assert_eq!(rosters.get(later, ask()).await.unwrap().list(false).len(), 1);
        assert_eq!(made.load(Count::Relaxed), 2);
        assert!(rosters.get(later + FRESH_FOR, async { None }).await.is_none(), "a room that is gone has none");
    }

    /// What ten thousand open rosters come to: told with `--nocapture`. It fails where a list makes anew what it has from the one before.
    #[test]
    fn a_page_of_ten_thousand_costs_next_to_nothing() {
        let name = |number: usize| format!("{} Guest {number:05}", char::from(b'A' + (number * 7 % 26) as u8));
        let mut people: Vec<_> =
            (0..10_000).map(|number| (ParticipantId::random(), person(&name(number), Role::Attendee))).collect();
        let timed = Instant::now();
        let first = Roster::of(present(people.clone()), &Roster::default());
        let anew = timed.elapsed();
        people.truncate(9_900);
        people.extend((0..100).map(|number| (ParticipantId::random(), person(&name(number), Role::Attendee))));
        let timed = Instant::now();
        let next = Roster::of(present(people), &first);
        let again = timed.elapsed();
        let (list, rounds) = (next.list(true), 1_000);
        let after = Arc::clone(&list[5_000]);
        let timed = Instant::now();
        let reached: usize =
            (0..rounds).map(|_| list[behind(list, &after.name, after.participant)..].iter().take(100).count()).sum();
        let page = timed.elapsed() / rounds;
        let timed = Instant::now();
        let found = list.iter().filter(|here| here.is_sought(&words("gue 0012"), View::Audience)).count();
        let search = timed.elapsed();
        println!("10,000: listed {anew:?}, again {again:?}, a page {page:?}, a search {search:?}");
        assert_eq!((reached, found, list.len()), (100_000, 10, 10_000));
        let is_kept = |here: &&Arc<Here>| first.get(here.participant).is_some_and(|before| Arc::ptr_eq(before, here));
        assert_eq!(list.iter().filter(is_kept).count(), 9_900);
    }
}
