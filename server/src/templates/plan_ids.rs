//! By what the scenes, cues and polls of an event's plan are known, however they are moved and changed. The file of a template has no ids: an
//! event keeps them beside it.

use std::collections::BTreeMap;

use houselights_shared::{CueId, PollId, SceneId};
use uuid::Uuid;

use super::Template;
use crate::store::ShowPlan;

/// One id for each, in the order of the file: scenes room by room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlanIds {
    pub(crate) scenes: Vec<SceneId>,
    pub(crate) cues: Vec<CueId>,
    pub(crate) polls: Vec<PollId>,
}

impl PlanIds {
    /// New ones.
    pub(crate) fn random(file: &Template) -> Self {
        Self {
            scenes: scenes(file).map(|_| SceneId::random()).collect(),
            cues: file.run_of_show.iter().map(|_| CueId::random()).collect(),
            polls: file.polls.iter().map(|_| PollId::random()).collect(),
        }
    }

    /// As an event keeps them with its file.
    pub(super) fn kept(plan: &ShowPlan, file: &Template) -> Self {
        Self {
            scenes: known(&plan.scenes, scenes(file).count(), SceneId::from_uuid),
            cues: known(&plan.cues, file.run_of_show.len(), CueId::from_uuid),
            polls: known(&plan.polls, file.polls.len(), PollId::from_uuid),
        }
    }

    /// Those of what of an event's plan is still called and asked somewhere in the event as it is now.
    pub(super) fn still(plan: &ShowPlan, now: &Template) -> Self {
        let Ok(file) = Template::read(&plan.source) else { return Self::default() };
        let Self { scenes: ids, cues, polls } = Self::kept(plan, &file);
        let by_name: BTreeMap<_, _> = scenes(&file).zip(ids).collect();
        let cues = file.run_of_show.iter().zip(cues).filter_map(|(cue, id)| now.still(cue.clone()).map(|_| id));
        let polls = file.polls.iter().zip(polls).filter(|(poll, _)| now.has_session_of(poll)).map(|(_, id)| id);
        Self {
            scenes: scenes(now).map(|scene| by_name.get(&scene).copied().unwrap_or_else(SceneId::random)).collect(),
            cues: cues.collect(),
            polls: polls.collect(),
        }
    }
}

/// Every scene by its room and its name, of which a room has no two.
fn scenes(file: &Template) -> impl Iterator<Item = (&str, &str)> {
    file.rooms.iter().flat_map(|room| room.scenes.iter().map(|scene| (room.key.as_str(), scene.name.as_str())))
}

/// Where none are kept, each goes by its place, until the plan is changed for the first time.
fn known<I: Copy>(kept: &[I], count: usize, of: fn(Uuid) -> I) -> Vec<I> {
    if kept.len() == count {
        return kept.to_vec();
    }
    (1..=count as u128).map(|place| of(Uuid::from_u128(place))).collect()
}
