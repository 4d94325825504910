//! What an event plans for its show: scenes, the run of show, polls, the texts of its mails, and how long sessions are meant to be.

use std::{collections::HashSet, hash::Hash, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use houselights_domain::Duty;
use houselights_shared::{CueId, Layout as StageLayout, PollId, SceneId};

use super::{
    budget,
    error::{Code, Denial},
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{RoomsOf, SessionsOf, loaded},
};
use crate::{
    store::EventRow,
    templates::{self, CalledIn, Lengths, Plan, PlanChange, PlanFault, PlannedCue, PlannedPoll, PlannedScene},
};

/// No text of a plan is longer, in characters.
const LONGEST: usize = 10_000;

/// How the speakers of a scene stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum Layout {
    /// One.
    Solo,
    /// Two, side by side.
    SideBySide,
    /// Several, all as large.
    Grid,
}

impl From<StageLayout> for Layout {
    fn from(layout: StageLayout) -> Self {
        match layout {
            StageLayout::Solo => Self::Solo,
            StageLayout::SideBySide => Self::SideBySide,
            StageLayout::Grid | StageLayout::Unknown => Self::Grid,
        }
    }
}

impl From<Layout> for StageLayout {
    fn from(layout: Layout) -> Self {
        match layout {
            Layout::Solo => Self::Solo,
            Layout::SideBySide => Self::SideBySide,
            Layout::Grid => Self::Grid,
        }
    }
}

/// A mail that an event may have a text of its own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "templates::MailKind")]
pub(crate) enum MailKind {
    /// The ticket.
    Confirmation,
    /// A day before.
    ReminderDay,
    /// An hour before.
    ReminderHour,
    /// A few minutes before.
    ReminderMinutes,
    /// To a speaker, with the link to the green room.
    SpeakerInvitation,
    /// Something that was announced is no longer so.
    Changed,
    /// The event does not take place.
    Cancelled,
}

/// How a stage can look, by a name that cues call.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "SceneInput")]
pub(crate) struct Scene {
    /// By it it is known, however it is called. One that is new gets one.
    id: Option<ID>,
    /// The stage.
    room: ID,
    name: String,
    layout: Layout,
}

/// A line of the run of show. It is called in a session, or on a stage outside its sessions. A change may name the stage of the session,
/// too.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "CueInput")]
pub(crate) struct Cue {
    /// By it the control room knows what is called, however it is moved and changed. One that is new gets one.
    id: Option<ID>,
    session: Option<ID>,
    room: Option<ID>,
    title: String,
    minutes: u32,
    /// The scene that it takes, by its name.
    scene: Option<String>,
    /// For the crew alone.
    notes: String,
}

/// A poll that a session brings.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PlannedPoll", input_name = "PlannedPollInput")]
pub(crate) struct PlannedPollView {
    /// By it it is known, however it is put. One that is new gets one.
    id: Option<ID>,
    session: ID,
    question: String,
    options: Vec<String>,
    /// Whether several options may be chosen.
    multiple: bool,
}

/// A mail in the event's own words.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "MailTextInput")]
pub(crate) struct MailText {
    kind: MailKind,
    /// One line.
    subject: String,
    /// Plain text with placeables such as `{ $event }`.
    body: String,
}

/// How long a session is meant to be, in minutes.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "SessionLengthInput")]
pub(crate) struct SessionLength {
    session: ID,
    shortest: Option<u32>,
    longest: Option<u32>,
}

/// The plan. What belongs to rooms and sessions that are deleted is not part of it.
#[derive(SimpleObject)]
pub(crate) struct ShowPlan {
    scenes: Vec<Scene>,
    /// In the order in which they are called.
    cues: Vec<Cue>,
    polls: Vec<PlannedPollView>,
    /// Those that are not among them are in Houselights' words.
    mails: Vec<MailText>,
    lengths: Vec<SessionLength>,
}

/// What of a plan is to be different: a list that is there takes the place of the one before.
#[derive(InputObject)]
pub(crate) struct ShowPlanChange {
    scenes: Option<Vec<Scene>>,
    cues: Option<Vec<Cue>>,
    polls: Option<Vec<PlannedPollView>>,
    mails: Option<Vec<MailText>>,
    lengths: Option<Vec<SessionLength>>,
}

/// The plan of an event.
pub(crate) struct EventShow(pub(super) Arc<EventRow>);

#[Object]
impl EventShow {
    /// What is planned for the show.
    #[graphql(complexity = "50 + child_complexity")]
    async fn show_plan(&self, context: &Context<'_>) -> Result<ShowPlan> {
        budget::text(context, &self.0.show_plan)?;
        let kept = self.0.plan().map_err(Denial::from)?;
        let rooms = loaded(context, RoomsOf(self.0.id)).await?.unwrap_or_default();
        let sessions = loaded(context, SessionsOf(self.0.id)).await?.unwrap_or_default();
        let rooms: HashSet<_> = rooms.iter().map(|room| room.id).collect();
        let sessions: HashSet<_> = sessions.iter().map(|session| session.id).collect();
        let plan = Plan::of(&kept).within(|room| rooms.contains(&room), |session| sessions.contains(&session));
        budget::spend_rows(context, plan.rows())?;
        Ok(plan.into())
    }
}

#[derive(Default)]
pub(crate) struct ShowPlanMutation;

#[Object]
impl ShowPlanMutation {
    /// Changes what is planned for the show.
    async fn update_show_plan(&self, context: &Context<'_>, event: ID, version: i64, change: ShowPlanChange) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let change = change.checked()?;
        let outline = app.store.outline(row.id).await.map_err(Denial::from)?;
        let plan = change.of_event(&row, &outline).map_err(|fault| match fault {
            PlanFault::Unknown => Denial::not_found(),
            PlanFault::Unread(error) => error.into(),
            PlanFault::Elsewhere => Denial::bad("cues", "the session is on another stage"),
            PlanFault::Broken(error) => Denial::new(Code::TemplateInvalid, error.message),
        })?;
        if app.store.update_show_plan(row.id, version, &plan).await.map_err(Denial::from)? {
            Event::load(app, row.id).await
        } else {
            Err(Denial::conflict().into())
        }
    }
}

impl ShowPlanChange {
    fn checked(self) -> Result<PlanChange, Denial> {
        fn all<F, T>(list: Option<Vec<F>>, read: impl Fn(F) -> Result<T, Denial>) -> Result<Option<Vec<T>>, Denial> {
            list.map(|list| list.into_iter().map(read).collect()).transpose()
        }
        let mails = all(self.mails, |mail| {
            Ok((
                mail.kind.into(),
                templates::MailText { subject: text("mails", &mail.subject)?, body: text("mails", &mail.body)? },
            ))
        })?;
        let (scenes, cues) = (all(self.scenes, Scene::checked)?, all(self.cues, Cue::checked)?);
        let polls = all(self.polls, PlannedPollView::checked)?;
        differ("scenes", scenes.iter().flatten().map(|scene| scene.id))?;
        differ("cues", cues.iter().flatten().map(|cue| cue.id))?;
        differ("polls", polls.iter().flatten().map(|poll| poll.id))?;
        Ok(PlanChange {
            scenes,
            cues,
            polls,
            mails: mails.map(|mails| mails.into_iter().collect()),
            lengths: all(self.lengths, |of| {
                Ok((input::id(&of.session)?, Lengths { shortest: of.shortest, longest: of.longest }))
            })?,
        })
    }
}

fn differ<I: Eq + Hash>(field: &'static str, ids: impl Iterator<Item = I>) -> Result<(), Denial> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(Denial::bad(field, "no two have one id"));
        }
    }
    Ok(())
}

impl Scene {
    fn checked(self) -> Result<PlannedScene, Denial> {
        Ok(PlannedScene {
            id: self.id.as_ref().map(input::id).transpose()?.unwrap_or_else(SceneId::random),
            room: input::id(&self.room)?,
            scene: templates::Scene { name: text("scenes", &self.name)?, layout: self.layout.into() },
        })
    }
}

impl PlannedPollView {
    fn checked(self) -> Result<PlannedPoll, Denial> {
        Ok(PlannedPoll {
            id: self.id.as_ref().map(input::id).transpose()?.unwrap_or_else(PollId::random),
            session: input::id(&self.session)?,
            question: text("polls", &self.question)?,
            options: self.options.iter().map(|option| text("polls", option)).collect::<Result<_, _>>()?,
            multiple: self.multiple,
        })
    }
}

impl Cue {
    fn checked(self) -> Result<PlannedCue, Denial> {
        let room = self.room.as_ref().map(input::id).transpose()?;
        let place = match (&self.session, room) {
            (Some(session), room) => CalledIn::Session(input::id(session)?, room),
            (None, Some(room)) => CalledIn::Room(room),
            (None, None) => return Err(Denial::bad("cues", "each has a session or a room")),
        };
        Ok(PlannedCue {
            id: self.id.as_ref().map(input::id).transpose()?.unwrap_or_else(CueId::random),
            place,
            title: text("cues", &self.title)?,
            minutes: self.minutes,
            scene: self.scene.map(|scene| text("cues", &scene)).transpose()?,
            notes: text("cues", &self.notes)?,
        })
    }
}

/// What anybody can read; how long it may be is the format's to say.
fn text(field: &'static str, text: &str) -> Result<String, Denial> {
    input::text(field, text, LONGEST)
}

impl From<Plan> for ShowPlan {
    fn from(plan: Plan) -> Self {
        let scene = |PlannedScene { id, room, scene }: PlannedScene| Scene {
            id: Some(id.to_string().into()),
            room: room.to_string().into(),
            name: scene.name,
            layout: scene.layout.into(),
        };
        let cue = |cue: PlannedCue| {
            let (session, room) = match cue.place {
                CalledIn::Session(session, _) => (Some(session.to_string().into()), None),
                CalledIn::Room(room) => (None, Some(room.to_string().into())),
            };
            let id = Some(cue.id.to_string().into());
            Cue { id, session, room, title: cue.title, minutes: cue.minutes, scene: cue.scene, notes: cue.notes }
        };
        let poll = |poll: PlannedPoll| PlannedPollView {
            id: Some(poll.id.to_string().into()),
            session: poll.session.to_string().into(),
            question: poll.question,
            options: poll.options,
            multiple: poll.multiple,
        };
        let mails = plan.mails.into_iter();
        let lengths = plan.lengths.into_iter().map(|(session, of)| SessionLength {
            session: session.to_string().into(),
            shortest: of.shortest,
            longest: of.longest,
        });
        Self {
            scenes: plan.scenes.into_iter().map(scene).collect(),
            cues: plan.cues.into_iter().map(cue).collect(),
            polls: plan.polls.into_iter().map(poll).collect(),
            mails: mails.map(|(kind, text)| MailText { kind: kind.into(), subject: text.subject, body: text.body }).collect(),
            lengths: lengths.collect(),
        }
    }
}
