//! What an event plans for its show, by the ids of its rooms and sessions: read from the file that it keeps, and written back into it.

use std::collections::BTreeMap;

use houselights_shared::{CueId, PollId, RoomId, SceneId, SessionId};

use super::{Cue, CuePlace, MailKind, MailText, PlanIds, Poll, Scene, Session, Template, TemplateError, of_event::Keys};
use crate::store::{EventRow, Outline, ShowPlan, StoreError};

/// Where a cue is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalledIn {
    /// In a session, on its stage; which that is, where it is said.
    Session(SessionId, Option<RoomId>),
    /// On a stage, outside its sessions: before the doors open, in a break.
    Room(RoomId),
}

/// A scene of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedScene {
    pub(crate) id: SceneId,
    pub(crate) room: RoomId,
    pub(crate) scene: Scene,
}

/// A cue of the run of show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedCue {
    pub(crate) id: CueId,
    pub(crate) place: CalledIn,
    pub(crate) title: String,
    pub(crate) minutes: u32,
    /// By its name.
    pub(crate) scene: Option<String>,
    pub(crate) notes: String,
}

/// A poll of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedPoll {
    pub(crate) id: PollId,
    pub(crate) session: SessionId,
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    pub(crate) multiple: bool,
}

/// From how many minutes to how many a session is meant to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) shortest: Option<u32>,
    pub(crate) longest: Option<u32>,
}

/// The whole plan. What belongs to a room or a session that is gone is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// In the order of the file.
    pub(crate) scenes: Vec<PlannedScene>,
    /// In the order in which they are called.
    pub(crate) cues: Vec<PlannedCue>,
    pub(crate) polls: Vec<PlannedPoll>,
    pub(crate) mails: BTreeMap<MailKind, MailText>,
    pub(crate) lengths: Vec<(SessionId, Lengths)>,
}

/// What of a plan is to be different; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanChange {
    pub(crate) scenes: Option<Vec<PlannedScene>>,
    pub(crate) cues: Option<Vec<PlannedCue>>,
    pub(crate) polls: Option<Vec<PlannedPoll>>,
    pub(crate) mails: Option<BTreeMap<MailKind, MailText>>,
    pub(crate) lengths: Option<Vec<(SessionId, Lengths)>>,
}

/// Why a plan cannot be so.
#[derive(Debug)]
pub(crate) enum PlanFault {
    /// A room or a session is none of the event's.
    Unknown,
    /// A cue names another stage than that of its session.
    Elsewhere,
    /// It breaks a rule, as a scene that the stage does not have.
    Broken(TemplateError),
    /// What the event keeps cannot be read: nothing of it is written over.
    Unread(StoreError),
}

impl Plan {
    /// As the event keeps it.
    pub(crate) fn of(kept: &ShowPlan) -> Self {
        let Ok(template) = Template::read(&kept.source) else { return Self::default() };
        let session = |key: &String| kept.sessions.get(key).copied();
        let room = |key: &String| kept.rooms.get(key).copied();
        let ids = PlanIds::kept(kept, &template);
        let scenes = template.rooms.into_iter().flat_map(|of| of.scenes.into_iter().map(move |scene| (of.key.clone(), scene)));
        let scenes =
            scenes.zip(ids.scenes).filter_map(|((key, scene), id)| Some(PlannedScene { id, room: room(&key)?, scene }));
        let cues = template.run_of_show.into_iter().zip(ids.cues).filter_map(|(cue, id)| {
            let place = match &cue.place {
                CuePlace::Session(key) => CalledIn::Session(session(key)?, None),
                CuePlace::Room(key) => CalledIn::Room(room(key)?),
            };
            Some(PlannedCue { id, place, title: cue.title, minutes: cue.minutes, scene: cue.scene, notes: cue.notes })
        });
        let polls = template.polls.into_iter().zip(ids.polls).filter_map(|(poll, id)| {
            let session = session(&poll.session)?;
            Some(PlannedPoll { id, session, question: poll.question, options: poll.options, multiple: poll.multiple })
        });
        let lengths = template.sessions.into_iter().filter_map(|of| {
            let lengths = Lengths { shortest: of.shortest, longest: of.longest };
            Some((session(&of.key)?, lengths)).filter(|(_, lengths)| *lengths != Lengths::default())
        });
        Self {
            scenes: scenes.collect(),
            cues: cues.collect(),
            polls: polls.collect(),
            mails: template.mails,
            lengths: lengths.collect(),
        }
    }

    /// How many scenes, cues, polls, mails and lengths there are.
    pub(crate) fn rows(&self) -> usize {
        self.scenes.len() + self.cues.len() + self.polls.len() + self.mails.len() + self.lengths.len()
    }

    /// Less what belongs to rooms and sessions that are not there.
    pub(crate) fn within(mut self, has_room: impl Fn(RoomId) -> bool, has_session: impl Fn(SessionId) -> bool) -> Self {
        self.scenes.retain(|scene| has_room(scene.room));
        self.cues.retain(|cue| match cue.place {
            CalledIn::Session(session, _) => has_session(session),
            CalledIn::Room(room) => has_room(room),
        });
        self.polls.retain(|poll| has_session(poll.session));
        self.lengths.retain(|(session, _)| has_session(*session));
        self
    }
}

impl PlanChange {
    /// What the event keeps with this changed.
    pub(crate) fn of_event(self, event: &EventRow, outline: &Outline) -> Result<ShowPlan, PlanFault> {
        let before = event.plan().map_err(PlanFault::Unread)?;
        let keys = Keys::of(&before, outline);
        let mut template = Template::of_event(event, outline).map_err(PlanFault::Unread)?.planned();
        let mut ids = PlanIds::still(&before, &template);
        let session = |id: SessionId| keys.sessions.get(&id).cloned().ok_or(PlanFault::Unknown);
        let room = |id: RoomId| keys.rooms.get(&id).cloned().ok_or(PlanFault::Unknown);
        if let Some(scenes) = self.scenes {
            let scenes = scenes.into_iter().map(|planned| Ok((room(planned.room)?, planned)));
            ids.scenes = put_scenes(&mut template, scenes.collect::<Result<_, _>>()?);
        }
        // Sessions with the stages that cues name for them.
        let mut named = Vec::new();
        if let Some(cues) = self.cues {
            ids.cues = cues.iter().map(|cue| cue.id).collect();
            let mut cue = |cue: PlannedCue| {
                let place = match cue.place {
                    CalledIn::Session(of, stage) => {
                        let key = session(of)?;
                        named.extend(stage.map(&room).transpose()?.map(|stage| (key.clone(), stage)));
                        CuePlace::Session(key)
                    }
                    CalledIn::Room(of) => CuePlace::Room(room(of)?),
                };
                Ok(Cue { place, title: cue.title, minutes: cue.minutes, scene: cue.scene, notes: cue.notes })
            };
            template.run_of_show = cues.into_iter().map(&mut cue).collect::<Result<_, _>>()?;
        }
        if let Some(polls) = self.polls {
            ids.polls = polls.iter().map(|poll| poll.id).collect();
            let poll = |poll: PlannedPoll| {
                let session = session(poll.session)?;
                Ok(Poll { session, question: poll.question, options: poll.options, multiple: poll.multiple })
            };
            template.polls = polls.into_iter().map(poll).collect::<Result<_, _>>()?;
        }
        if let Some(lengths) = self.lengths {
            let by_key = lengths.into_iter().map(|(of, lengths)| Ok((session(of)?, lengths)));
            bound(&mut template.sessions, &by_key.collect::<Result<_, _>>()?);
        }
        if named.iter().any(|(session, stage)| room_of_session(&template.sessions, session) != Some(stage)) {
            return Err(PlanFault::Elsewhere);
        }
        template.mails = self.mails.unwrap_or(template.mails);
        let source = template.to_toml();
        Template::read(&source).map_err(PlanFault::Broken)?;
        Ok(ShowPlan {
            source,
            rooms: turned(keys.rooms),
            tracks: turned(keys.tracks),
            sessions: turned(keys.sessions),
            scenes: ids.scenes,
            cues: ids.cues,
            polls: ids.polls,
        })
    }
}

/// Gives each room its scenes, by its key; those that are not named have none. The ids of all, in the file's order.
fn put_scenes(template: &mut Template, scenes: Vec<(String, PlannedScene)>) -> Vec<SceneId> {
    let mut by_key: BTreeMap<String, Vec<PlannedScene>> = BTreeMap::new();
    for (key, scene) in scenes {
        by_key.entry(key).or_default().push(scene);
    }
    let mut ids = Vec::new();
    for room in &mut template.rooms {
        let scenes = by_key.remove(&room.key).unwrap_or_default();
        ids.extend(scenes.iter().map(|planned| planned.id));
        room.scenes = scenes.into_iter().map(|planned| planned.scene).collect();
    }
    ids
}

/// Gives each session its lengths; those that are not named have none.
fn bound(sessions: &mut [Session], lengths: &BTreeMap<String, Lengths>) {
    for session in sessions {
        let lengths = lengths.get(&session.key).copied().unwrap_or_default();
        (session.shortest, session.longest) = (lengths.shortest, lengths.longest);
    }
}

/// Where a session is.
fn room_of_session<'a>(sessions: &'a [Session], key: &str) -> Option<&'a String> {
    sessions.iter().find(|session| session.key == key)?.room.as_ref()
}

fn turned<I>(keys: BTreeMap<I, String>) -> BTreeMap<String, I> {
    keys.into_iter().map(|(id, key)| (key, id)).collect()
}
