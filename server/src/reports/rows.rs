//! Reading the rows of a report out of a room's log.

use std::collections::BTreeSet;

use houselights_domain::{Entry, PollsReport, QuestionsReport, View};
use houselights_shared::{RoomId, Seq, Update};

use super::{Place, Report, cell::Cell, tables};
use crate::store::{RoomRow, Store, StoreError};

/// Entries of a log that are read at once.
const ENTRIES: i64 = 2_000;
/// Messages that are read at once.
const MESSAGES: usize = 500;

/// Some rows of a room; whether they are its last.
pub(super) struct Rows {
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) is_last: bool,
}

impl Rows {
    fn all(rows: Vec<Vec<Cell>>) -> Self {
        Self { rows, is_last: true }
    }
}

impl Report {
    /// The next rows of a room.
    pub(super) async fn rows(self, store: &Store, room: &RoomRow, place: &mut Place) -> Result<Rows, StoreError> {
        match self {
            Self::Log => log(store, room, place).await,
            Self::Chat => chat(store, room, place).await,
            Self::Audit => acts(store, room, place).await,
            Self::Questions => {
                let mut report = QuestionsReport::default();
                follow(store, room.id, |update| report.follow(update)).await?;
                Ok(Rows::all(tables::questions(&room.title, report.finish())))
            }
            Self::Polls | Self::Votes => {
                let mut report = PollsReport::default();
                follow(store, room.id, |update| report.follow(update)).await?;
                let (polls, leaders) = report.finish();
                let is_votes = self == Self::Votes;
                let rows =
                    if is_votes { tables::votes(&room.title, &polls) } else { tables::polls(&room.title, &polls, &leaders) };
                Ok(Rows::all(rows))
            }
        }
    }
}

/// The entries behind a position, and the position of the last; none at the end of the log.
async fn page(store: &Store, room: RoomId, behind: Seq) -> Result<Option<(Vec<Entry>, Seq)>, StoreError> {
    let after = i64::try_from(behind.number()).unwrap_or(i64::MAX);
    let entries = store.log_after(room, after, ENTRIES).await?;
    let last = entries.last().map(|last| last.update.seq);
    Ok(last.map(|last| (entries, last)))
}

async fn follow(store: &Store, room: RoomId, mut told: impl FnMut(&Update)) -> Result<(), StoreError> {
    let mut behind = Seq::default();
    while let Some((entries, last)) = page(store, room, behind).await? {
        for entry in &entries {
            told(&entry.update);
        }
        behind = last;
    }
    Ok(())
}

async fn log(store: &Store, room: &RoomRow, place: &mut Place) -> Result<Rows, StoreError> {
    let Some((entries, last)) = page(store, room.id, place.behind).await? else { return Ok(Rows::all(Vec::new())) };
    place.behind = last;
    let disclosed = entries.iter().filter_map(|entry| place.disclosure.of(&entry.update));
    let rows = disclosed.map(|update| tables::entry(&room.title, update)).collect::<Result<_, _>>();
    let rows = rows.map_err(|_| StoreError::Corrupt("an update cannot be encoded"))?;
    Ok(Rows { rows, is_last: false })
}

async fn chat(store: &Store, room: &RoomRow, place: &mut Place) -> Result<Rows, StoreError> {
    let (messages, behind) = store.messages_behind(room.id, place.behind, MESSAGES).await?;
    place.behind = behind.unwrap_or(place.behind);
    let by: BTreeSet<_> = messages.iter().filter_map(|message| message.gone.and_then(|gone| gone.by)).collect();
    let names = store.names_of(&by).await?;
    let rows = messages.into_iter().map(|message| tables::message(&room.title, message, &names)).collect();
    Ok(Rows { rows, is_last: behind.is_none() })
}

/// What was done, oldest first.
async fn acts(store: &Store, room: &RoomRow, place: &mut Place) -> Result<Rows, StoreError> {
    let Some((acts, last)) = store.acts_behind(room.id, View::Control, place.behind).await? else {
        return Ok(Rows::all(Vec::new()));
    };
    place.behind = last;
    Ok(Rows { rows: tables::acts(&room.title, &acts), is_last: false })
}
