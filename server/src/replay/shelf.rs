//! What was found out about rooms that are told once more, for whoever asks next. Full: what was not asked for the longest goes, and is found out again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use axum::body::Bytes;
use houselights_domain::{Chronicle, Fold, View};
use houselights_shared::{RoomId, Seq, Timestamp, Update};

/// What is kept in all, about.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// What of one room may take that share of it.
const OF_A_ROOM: usize = MOST_BYTES / 4;

/// What has to be known of a log, and since which erasure.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) chronicle: Arc<Chronicle>,
    pub(super) era: u64,
}

impl Known {
    /// Whether an entry is told that is not to be later than a moment. What came since is not.
    pub(super) fn tells(&self, update: &Update, until: Timestamp) -> bool {
        update.at <= until && update.seq <= self.chronicle.seq()
    }
}

/// What somebody asked, with all that the answer depends on beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// How a room of this title stood at a moment.
    At(View, Timestamp, String),
    /// What came behind a position, until a moment.
    After(View, Seq, Timestamp),
}

/// All of it.
#[derive(Default)]
pub(super) struct Shelf {
    rooms: HashMap<RoomId, Kept>,
    /// How often somebody was erased.
    era: u64,
    uses: u64,
}

#[derive(Default)]
struct Kept {
    chronicle: Arc<Chronicle>,
    chronicle_bytes: usize,
    /// As it was, and as it is told to those who do not look after the room.
    folds: [Folds; 2],
    answers: HashMap<Asked, Bytes>,
    answers_bytes: usize,
    used: u64,
}

/// How a room stood, by moments.
#[derive(Default)]
struct Folds {
    at: BTreeMap<(Timestamp, Seq), (Arc<Fold>, usize)>,
    bytes: usize,
}

impl Folds {
    fn clear(&mut self) {
        *self = Self::default();
    }

    fn keep(&mut self, at: Timestamp, fold: &Fold) {
        let bytes = fold.weight();
        if self.at.insert((at, fold.seq()), (Arc::new(fold.clone()), bytes)).is_none() {
            self.bytes += bytes;
        }
        while self.bytes > OF_A_ROOM && self.at.len() > 1 {
            // Half of them: they stand further apart then.
            let mut nth = 0_usize;
            self.at.retain(|_, _| {
                nth += 1;
                nth.is_multiple_of(2)
            });
            self.bytes = self.at.values().map(|(_, bytes)| bytes).sum();
        }
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        self.chronicle_bytes + self.answers_bytes + self.folds.iter().map(|folds| folds.bytes).sum::<usize>()
    }

    fn folds(&mut self, view: View) -> &mut Folds {
        let [as_it_was, kept] = &mut self.folds;
        match view {
            View::Control | View::Moderators => as_it_was,
            View::Crew | View::Audience => kept,
        }
    }

    fn forget_answers(&mut self) {
        self.answers.clear();
        self.answers_bytes = 0;
    }
}

impl Shelf {
    pub(super) fn forget(&mut self) {
        self.rooms.clear();
        self.era += 1;
    }

    pub(super) fn is_of_now(&self, known: &Known) -> bool {
        known.era == self.era
    }

    pub(super) fn known(&mut self, room: RoomId) -> Option<Known> {
        self.uses += 1;
        let kept = self.rooms.get_mut(&room)?;
        kept.used = self.uses;
        Some(Known { chronicle: Arc::clone(&kept.chronicle), era: self.era })
    }

    pub(super) fn known_or_new(&mut self, room: RoomId) -> Known {
        self.known(room).unwrap_or(Known { chronicle: Arc::default(), era: self.era })
    }

    /// A log that goes further than it was known to. Where that changes how its beginning is told, what was told is found out again.
    pub(super) fn keep(&mut self, room: RoomId, (chronicle, era): (Chronicle, u64)) -> Known {
        let known = Known { chronicle: Arc::new(chronicle), era };
        if self.is_of_now(&known) {
            self.uses += 1;
            let kept = self.rooms.entry(room).or_default();
            if kept.chronicle.changes() != known.chronicle.changes() {
                kept.folds(View::Audience).clear();
            }
            if kept.chronicle.seq() != known.chronicle.seq() {
                kept.forget_answers();
            }
            kept.used = self.uses;
            kept.chronicle_bytes = known.chronicle.weight();
            kept.chronicle = Arc::clone(&known.chronicle);
            self.make_room();
        }
        known
    }

    /// How the room stood last before a moment, of what is kept.
    pub(super) fn fold(&mut self, room: RoomId, known: &Known, (view, until): (View, Timestamp)) -> Option<Arc<Fold>> {
        let (_, (fold, _)) = self.of(room, known)?.folds(view).at.range(..=(until, Seq::new(u64::MAX))).next_back()?;
        Some(Arc::clone(fold))
    }

    pub(super) fn keep_fold(&mut self, room: RoomId, known: &Known, (view, at): (View, Timestamp), fold: &Fold) {
        if let Some(kept) = self.of(room, known) {
            kept.folds(view).keep(at, fold);
            self.make_room();
        }
    }

    pub(super) fn answer(&mut self, room: RoomId, known: &Known, asked: &Asked) -> Option<Bytes> {
        self.of(room, known)?.answers.get(asked).cloned()
    }

    pub(super) fn keep_answer(&mut self, room: RoomId, known: &Known, (asked, answer): (Asked, Bytes)) {
        let Some(kept) = self.of(room, known) else { return };
        if kept.answers_bytes + answer.len() > OF_A_ROOM {
            kept.forget_answers();
        }
        let bytes = answer.len();
        kept.answers_bytes += bytes;
        kept.answers_bytes -= kept.answers.insert(asked, answer).map_or(0, |before| before.len());
        self.make_room();
    }

    /// What is kept of a room, where its log goes as far as it is known.
    fn of(&mut self, room: RoomId, known: &Known) -> Option<&mut Kept> {
        let is_of_now = self.is_of_now(known);
        self.rooms.get_mut(&room).filter(|kept| is_of_now && Arc::ptr_eq(&kept.chronicle, &known.chronicle))
    }

    fn make_room(&mut self) {
        while self.rooms.values().map(Kept::bytes).sum::<usize>() > MOST_BYTES {
            let longest_unused = self.rooms.iter().min_by_key(|(_, kept)| kept.used).map(|(room, _)| *room);
            if longest_unused.and_then(|room| self.rooms.remove(&room)).is_none() {
                return;
            }
        }
    }
}
