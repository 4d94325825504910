//! The show: its phase, the scene in preview and the scene on program.

use houselights_shared::{ParticipantId, Phase, Refusal, Scene, SceneEdit, Timestamp, UNDO_END_WINDOW, UpdateBody};

use crate::{
    backstage::Crew,
    scene::{edited, seated, unseat, validate},
};

/// Program seats only people who are on stage, preview only people who are in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) phase: Phase,
    pub(crate) program: Scene,
    pub(crate) preview: Scene,
}

impl Stage {
    pub(crate) fn on_air(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    pub(crate) fn bring_on(&self, crew: &Crew, who: ParticipantId) -> Result<Vec<UpdateBody>, Refusal> {
        if crew.is_on_stage(who) {
            return Err(Refusal::NotBackstage);
        }
        if !crew.is_backstage(who) {
            return Err(Refusal::NoSuchParticipant);
        }
        let mut bodies = crew.bring_on([who])?;
        bodies.push(self.seat(who));
        Ok(bodies)
    }

    /// Somebody who comes on stage is seen there.
    pub(crate) fn seat(&self, who: ParticipantId) -> UpdateBody {
        UpdateBody::ProgramSet { scene: seated(&self.program, who) }
    }

    pub(crate) fn set_preview(&self, crew: &Crew, scene: &Scene) -> Result<Vec<UpdateBody>, Refusal> {
        validate(scene, crew)?;
        if self.preview == *scene {
            return Ok(Vec::new());
        }
        Ok(vec![UpdateBody::PreviewSet { scene: scene.clone() }])
    }

    pub(crate) fn edit_preview(&self, crew: &Crew, edit: SceneEdit) -> Result<Vec<UpdateBody>, Refusal> {
        self.set_preview(crew, &edited(&self.preview, edit)?)
    }

    /// Those seated come on stage first, so that program never shows someone who is not there.
    pub(crate) fn take(&self, crew: &Crew) -> Result<Vec<UpdateBody>, Refusal> {
        let mut bodies = crew.bring_on(self.preview.seats.iter().flatten().copied())?;
        bodies.push(UpdateBody::Taken { program: self.preview.clone() });
        Ok(bodies)
    }

    pub(crate) fn go_live(&self) -> Result<Vec<UpdateBody>, Refusal> {
        match self.phase {
            Phase::Rehearsal => Ok(vec![UpdateBody::WentLive]),
            Phase::Live { .. } | Phase::Ended { .. } | Phase::Unknown => Err(Refusal::WrongPhase),
        }
    }

    /// After a show nobody of the audience comes on stage.
    pub(crate) fn can_be_joined(&self) -> Result<(), Refusal> {
        match self.phase {
            Phase::Rehearsal | Phase::Live { .. } | Phase::Unknown => Ok(()),
            Phase::Ended { .. } => Err(Refusal::WrongPhase),
        }
    }

    /// Until when an end can be taken back.
    pub(crate) fn over_after(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Ended { undo_until, .. } => Some(undo_until),
            Phase::Rehearsal | Phase::Live { .. } | Phase::Unknown => None,
        }
    }

    pub(crate) fn end(&self, now: Timestamp) -> Result<Vec<UpdateBody>, Refusal> {
        match self.phase {
            Phase::Live { .. } => Ok(vec![UpdateBody::Ended { undo_until: now.plus(UNDO_END_WINDOW) }]),
            Phase::Rehearsal | Phase::Ended { .. } | Phase::Unknown => Err(Refusal::WrongPhase),
        }
    }

    pub(crate) fn undo_end(&self, now: Timestamp) -> Result<Vec<UpdateBody>, Refusal> {
        match self.phase {
            Phase::Ended { undo_until, .. } if now <= undo_until => Ok(vec![UpdateBody::EndUndone]),
            Phase::Ended { .. } => Err(Refusal::UndoTooLate),
            Phase::Rehearsal | Phase::Live { .. } | Phase::Unknown => Err(Refusal::WrongPhase),
        }
    }

    pub(crate) fn left_stage(&mut self, who: ParticipantId) {
        unseat(&mut self.program, who);
    }

    pub(crate) fn left(&mut self, who: ParticipantId) {
        unseat(&mut self.program, who);
        unseat(&mut self.preview, who);
    }

    pub(crate) fn taken(&mut self, program: &Scene) {
        self.preview = std::mem::replace(&mut self.program, program.clone());
    }

    pub(crate) fn went_live(&mut self, at: Timestamp) {
        self.phase = Phase::Live { since: at };
    }

    pub(crate) fn ended(&mut self, at: Timestamp, undo_until: Timestamp) {
        if let Phase::Live { since } = self.phase {
            self.phase = Phase::Ended { since, at, undo_until };
        }
    }

    pub(crate) fn end_undone(&mut self) {
        if let Phase::Ended { since, .. } = self.phase {
            self.phase = Phase::Live { since };
        }
    }
}
