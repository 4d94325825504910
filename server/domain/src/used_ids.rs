//! Under which ids something was ever said, written or asked.

use std::collections::HashMap;

use houselights_shared::ParticipantId;

/// By which ids of clients, and by whom; both shortened. They are known longer than what was said: under an id of before nobody says something
/// else, which what is done to the one would be done to, too; and what one says again by the same id is said once.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedIds(HashMap<u64, u32>);

impl UsedIds {
    pub(crate) fn has(&self, id: u128) -> bool {
        self.0.contains_key(&short(id))
    }

    pub(crate) fn has_by(&self, id: u128, who: ParticipantId) -> bool {
        self.0.get(&short(id)) == Some(&whose(who))
    }

    pub(crate) fn remember(&mut self, id: u128, who: ParticipantId) {
        self.0.insert(short(id), whose(who));
    }
}

/// Enough of an id to tell it from those of one room: clients make them at random.
fn short(id: u128) -> u64 {
    (id ^ (id >> 64)) as u64
}

fn whose(who: ParticipantId) -> u32 {
    who.uuid().as_u128() as u32
}
