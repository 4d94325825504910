//! A log that was written elsewhere: whether this room could have told it.

use std::collections::HashSet;

use houselights_shared::{
    Action, CrewMember, Layout, MAX_ON_STAGE, ParticipantId, Phase, RunOfShow, Scene, Seq, Update, UpdateBody,
};

use crate::{may, room::State, scene::is_divided};

/// Follows a log entry by entry, and takes none that the rules of a room could not have led to where it stands. Not asked is what an
/// erasure leaves behind: a message may be removed that nobody finds any more, and people may be named who are gone.
#[derive(Clone, Debug, Default)]
pub struct Retelling {
    state: State,
    seq: Seq,
}

type Checked = Result<(), &'static str>;

impl Retelling {
    /// The next entry; or why it is none.
    pub fn follow(&mut self, update: &Update) -> Result<(), &'static str> {
        if update.seq != self.seq.next() {
            return Err("the log of a room has a gap");
        }
        self.check(&update.body)?;
        self.state.apply(update);
        self.seq = update.seq;
        if self.state.crew.on_stage.len() > MAX_ON_STAGE {
            return Err("more are on stage than fit");
        }
        Ok(())
    }

    fn check(&self, body: &UpdateBody) -> Checked {
        let State { crew, stage, chat, running } = &self.state;
        let is_in = |who: ParticipantId| crew.member(who).is_some();
        match body {
            UpdateBody::CrewArrived { member } => {
                is_crew(member)?;
                holds(!crew.is_on_stage(member.participant), "whoever is on stage arrives backstage")
            }
            UpdateBody::CameOnStage { member } => {
                is_crew(member)?;
                holds(is_in(member.participant), "somebody comes on stage who is not there")
            }
            UpdateBody::CrewLeft { participant } | UpdateBody::SendingChanged { participant, .. } => {
                holds(is_in(*participant), "somebody leaves or sends who is not there")
            }
            UpdateBody::LeftStage { participant } => {
                holds(crew.is_on_stage(*participant), "somebody leaves the stage who is not on it")
            }
            UpdateBody::PreviewSet { scene } => is_scene(scene, is_in),
            UpdateBody::ProgramSet { scene } | UpdateBody::Taken { program: scene } => {
                is_scene(scene, |who| crew.is_on_stage(who))
            }
            UpdateBody::WentLive => holds(matches!(stage.phase, Phase::Rehearsal), "a show begins twice"),
            UpdateBody::Ended { .. } => holds(matches!(stage.phase, Phase::Live { .. }), "a show ends that is not on"),
            UpdateBody::EndUndone => holds(matches!(stage.phase, Phase::Ended { .. }), "an end is undone that was none"),
            UpdateBody::RunOfShowSet { run_of_show } => is_plan(run_of_show),
            UpdateBody::CueCalled { cue } => {
                holds(running.planned.cues.iter().any(|planned| planned.id == *cue), "a cue is called that is not planned")
            }
            UpdateBody::MessageSent { message } => holds(!chat.has(message.id), "a message is said twice"),
            UpdateBody::CuesReset | UpdateBody::MessageRemoved { .. } | UpdateBody::Hidden => Ok(()),
            UpdateBody::Unknown => Err("an entry of a log is of a kind that this server does not know"),
        }
    }
}

fn holds(is_so: bool, otherwise: &'static str) -> Checked {
    if is_so { Ok(()) } else { Err(otherwise) }
}

fn is_crew(member: &CrewMember) -> Checked {
    holds(may(member.role, Action::EnterBackstage), "somebody is of the crew whose role is not")
}

/// Known layouts, with as many seats as they have, each with one of those who can have it.
fn is_scene(scene: &Scene, can_sit: impl Fn(ParticipantId) -> bool) -> Checked {
    let mut seen = HashSet::new();
    let people = scene.seats.iter().flatten();
    let proper = is_divided(scene) && people.into_iter().all(|who| seen.insert(*who) && can_sit(*who));
    holds(proper, "a scene has seats, or people on them, that cannot be")
}

fn is_plan(plan: &RunOfShow) -> Checked {
    let is_known = |layout| !matches!(layout, Layout::Unknown);
    holds(
        plan.scenes.iter().all(|scene| is_known(scene.layout)),
        "a scene is planned in a layout that this server does not know",
    )
}
