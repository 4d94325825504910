//! What an event's plan says of one room, in the order in which it is called and with when each cue is due.

use std::{collections::HashMap, time::Duration};

use houselights_domain::EventPhase;
use houselights_shared::{
    CastMember, Cue, PlannedPoll, PlannedScene, PlannedSession, PollForm, PollKind, ResultsShown, RoomId, RunOfShow, SessionId,
    Timestamp,
};

use crate::{
    store::{Child, SessionRow, SpeakerRow, Store, StoreError},
    templates::{self, CalledIn, Plan, PlannedCue},
};

/// What is planned for a room as the store has it now. Nothing where that does not change any more: the event is archived.
pub(crate) async fn run_of_show(store: &Store, room: RoomId) -> Result<Option<RunOfShow>, StoreError> {
    let Some(id) = store.event_of(Child::Room, &room.to_string()).await? else { return Ok(None) };
    let Some(event) = store.event(id).await?.filter(|event| event.phase != EventPhase::Archived) else { return Ok(None) };
    let plan = Plan::of(&event.plan()?);
    if plan.cues.is_empty() && plan.scenes.is_empty() && plan.polls.is_empty() {
        return Ok(Some(RunOfShow::default()));
    }
    let mut sessions = store.sessions_of([id]).await?;
    sessions.retain(|session| session.cancelled_at.is_none() && session.room.as_ref().is_some_and(|of| of.id == room));
    let speakers = store.speakers_in(sessions.iter().map(|session| session.id)).await?;
    Ok(Some(of_room(plan, room, &sessions, &speakers)))
}

/// The sessions are those that take place in the room, in the order in which they begin.
fn of_room(plan: Plan, room: RoomId, sessions: &[SessionRow], speakers: &[(SessionId, SpeakerRow)]) -> RunOfShow {
    let polls = planned_polls(&plan.polls, sessions);
    let scenes = plan.scenes.into_iter().filter(|planned| planned.room == room);
    let scenes = scenes.map(|planned| PlannedScene { name: planned.scene.name, layout: planned.scene.layout }).collect();
    let mut parts = Parts::default();
    for cue in plan.cues {
        parts.sort(cue, room, sessions);
    }
    let with_cues: Vec<_> = sessions.iter().filter(|session| parts.within.contains_key(&session.id)).collect();
    let planned = with_cues.into_iter().map(|session| planned_session(session, speakers)).collect();
    RunOfShow { scenes, sessions: planned, cues: parts.cues(sessions), polls }
}

/// Session by session, in the order of the plan. Each is asked as one that is begun in the control room.
fn planned_polls(planned: &[templates::PlannedPoll], sessions: &[SessionRow]) -> Vec<PlannedPoll> {
    let of_session = |session: &SessionRow| planned.iter().filter(|poll| poll.session == session.id).collect::<Vec<_>>();
    let poll = |session: &SessionRow, poll: &templates::PlannedPoll| {
        let most = u8::try_from(poll.options.len()).unwrap_or(u8::MAX);
        let form = PollForm {
            question: poll.question.clone(),
            kind: if poll.multiple { PollKind::Multiple { most } } else { PollKind::Single },
            options: poll.options.clone(),
            correct: Vec::new(),
            shown: ResultsShown::Always,
            named: false,
            changeable: true,
            seconds: None,
        };
        PlannedPoll { id: poll.id, session: session.title.clone(), form, asked: false }
    };
    sessions.iter().flat_map(|session| of_session(session).into_iter().map(move |of| poll(session, of))).collect()
}

fn planned_session(session: &SessionRow, speakers: &[(SessionId, SpeakerRow)]) -> PlannedSession {
    let speak = || speakers.iter().filter(|(of, _)| *of == session.id).map(|(_, speaker)| speaker);
    let member =
        |speaker: &SpeakerRow| speaker.participant.map(|participant| CastMember { participant, name: speaker.name.clone() });
    let uninvited = speak().filter(|speaker| speaker.participant.is_none()).count();
    PlannedSession {
        session: session.id,
        title: session.title.clone(),
        cast: speak().filter_map(member).collect(),
        uninvited: u32::try_from(uninvited).unwrap_or(u32::MAX),
    }
}

/// A room's cues by where they are called. What is outside of sessions follows the session that the plan has it behind; what is behind none
/// comes before the first.
#[derive(Default)]
struct Parts {
    within: HashMap<SessionId, Vec<PlannedCue>>,
    behind: HashMap<Option<SessionId>, Vec<PlannedCue>>,
    last: Option<SessionId>,
}

impl Parts {
    fn sort(&mut self, cue: PlannedCue, room: RoomId, sessions: &[SessionRow]) {
        match cue.place {
            CalledIn::Session(session, _) if sessions.iter().any(|of| of.id == session) => {
                self.last = Some(session);
                self.within.entry(session).or_default().push(cue);
            }
            CalledIn::Room(of) if of == room => self.behind.entry(self.last).or_default().push(cue),
            CalledIn::Session(..) | CalledIn::Room(_) => {}
        }
    }

    fn cues(mut self, sessions: &[SessionRow]) -> Vec<Cue> {
        let before = self.behind.remove(&None).unwrap_or_default();
        // Whatever comes before the first session is over when that begins.
        let begins = sessions.first().map(|first| first.span.starts_at.minus(before.iter().map(length).sum()));
        let mut cues = timed(before, begins);
        for session in sessions {
            cues.extend(timed(self.within.remove(&session.id).unwrap_or_default(), Some(session.span.starts_at)));
            cues.extend(timed(self.behind.remove(&Some(session.id)).unwrap_or_default(), Some(session.span.ends_at)));
        }
        cues
    }
}

fn length(cue: &PlannedCue) -> Duration {
    Duration::from_secs(u64::from(cue.minutes) * 60)
}

/// One after the other.
fn timed(cues: Vec<PlannedCue>, begins: Option<Timestamp>) -> Vec<Cue> {
    let mut due = begins;
    let timed = cues.into_iter().map(|planned| {
        let at = due;
        due = due.map(|due| due.plus(length(&planned)));
        let session = match planned.place {
            CalledIn::Session(session, _) => Some(session),
            CalledIn::Room(_) => None,
        };
        Cue {
            id: planned.id,
            title: planned.title,
            minutes: planned.minutes,
            due: at,
            scene: planned.scene,
            notes: planned.notes,
            session,
            dropped: false,
        }
    });
    timed.collect()
}

#[cfg(test)]
mod tests {
    use houselights_domain::Span;
    use houselights_shared::{CueId, EventId, ParticipantId, PollId};

    use super::*;
    use crate::{store::RoomRow, templates::RoomKind};

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(minutes: u32) -> Timestamp {
        Timestamp::from_micros(0).plus(MINUTE * minutes)
    }

    fn session(room: RoomId, from: u32, to: u32) -> SessionRow {
        let event = EventId::random();
        SessionRow {
            id: SessionId::random(),
            event,
            room: Some(RoomRow { id: room, event, title: "Stage".to_owned(), kind: RoomKind::Stage }),
            track: None,
            title: format!("From {from}"),
            description: String::new(),
            span: Span { starts_at: at(from), ends_at: at(to) },
            capacity: None,
            picked: 0,
            version: 1,
            cancelled_at: None,
        }
    }

    fn cue(place: CalledIn, title: &str, minutes: u32) -> PlannedCue {
        PlannedCue { id: CueId::random(), place, title: title.to_owned(), minutes, scene: None, notes: String::new() }
    }

    #[test]
    fn cues_are_due_one_after_the_other_from_the_start_of_their_session() {
        let room = RoomId::random();
        let (first, second, gone) = (session(room, 100, 130), session(room, 150, 200), SessionId::random());
        let within = |session: &SessionRow| CalledIn::Session(session.id, None);
        let cues = vec![
            cue(CalledIn::Room(room), "Line-up", 15),
            cue(CalledIn::Room(room), "Doors", 5),
            cue(within(&second), "Keynote", 10),
            cue(CalledIn::Room(room), "Teardown", 5),
            cue(within(&first), "Welcome", 4),
            cue(CalledIn::Session(gone, None), "Of a session that is not here", 1),
            cue(CalledIn::Room(RoomId::random()), "On another stage", 1),
            cue(within(&first), "Talk", 30),
            cue(CalledIn::Room(room), "Break", 10),
        ];
        let run = of_room(Plan { cues, ..Plan::default() }, room, &[first, second], &[]);
        let due: Vec<_> = run.cues.iter().map(|cue| (cue.title.as_str(), cue.due.map(|due| due.since(at(0)) / 60))).collect();
        let minutes = |minutes: u64| Some(Duration::from_secs(minutes));
        assert_eq!(
            due,
            [
                ("Line-up", minutes(80)),
                ("Doors", minutes(95)),
                ("Welcome", minutes(100)),
                ("Talk", minutes(104)),
                ("Break", minutes(130)),
                ("Keynote", minutes(150)),
                ("Teardown", minutes(200)),
            ]
        );
        assert_eq!(run.sessions.iter().map(|of| of.title.as_str()).collect::<Vec<_>>(), ["From 100", "From 150"]);
    }

    #[test]
    fn whoever_is_not_invited_yet_is_counted_and_not_named() {
        let room = RoomId::random();
        let talk = session(room, 0, 30);
        let mut ada = SpeakerRow::new(talk.event, "Ada");
        ada.participant = Some(ParticipantId::random());
        let speakers = [(talk.id, ada.clone()), (talk.id, SpeakerRow::new(talk.event, "Grace")), (SessionId::random(), ada)];
        let cues = vec![cue(CalledIn::Session(talk.id, None), "Talk", 30)];
        let run = of_room(Plan { cues, ..Plan::default() }, room, &[talk], &speakers);
        let [session] = run.sessions.as_slice() else { panic!("one session") };
        assert_eq!((session.cast.iter().map(|who| who.name.as_str()).collect::<Vec<_>>(), session.uninvited), (vec!["Ada"], 1));
    }

    #[test]
    fn without_a_session_nothing_is_due() {
        let room = RoomId::random();
        let cues = vec![cue(CalledIn::Room(room), "Sound check", 10)];
        let run = of_room(Plan { cues, ..Plan::default() }, room, &[], &[]);
        assert_eq!(run.cues.first().and_then(|cue| cue.due), None);
    }

    #[test]
    fn polls_are_those_of_the_sessions_in_the_room_session_by_session() {
        let room = RoomId::random();
        let (first, second) = (session(room, 0, 30), session(room, 30, 60));
        let poll = |of: &SessionRow, question: &str, multiple| templates::PlannedPoll {
            id: PollId::random(),
            session: of.id,
            question: question.to_owned(),
            options: ["Yes", "No", "Both"].map(str::to_owned).to_vec(),
            multiple,
        };
        let elsewhere = session(RoomId::random(), 0, 30);
        let polls = vec![poll(&second, "Last", false), poll(&elsewhere, "Not here", false), poll(&first, "First", true)];
        let ids = [polls[2].id, polls[0].id];
        let run = of_room(Plan { polls, ..Plan::default() }, room, &[first, second], &[]);
        let kinds: Vec<_> = run.polls.iter().map(|poll| (poll.id, poll.session.as_str(), poll.form.kind)).collect();
        assert_eq!(kinds, [(ids[0], "From 0", PollKind::Multiple { most: 3 }), (ids[1], "From 30", PollKind::Single)]);
        assert!(run.sessions.is_empty(), "a session without cues is not called");
    }
}
