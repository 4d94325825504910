//! The run of show: what is planned, which cue is called, and what calling one does to the preview.

use houselights_shared::{
    CalledCue, Cue, CueId, Layout, ParticipantId, PlannedPoll, PollId, Refusal, RunOfShow, Scene, SessionId, Timestamp,
    UpdateBody,
};

use crate::{
    backstage::Crew,
    scene::{edited_to, seated_for},
    stage::Stage,
};

/// The plan that the room holds, and where it stands in it. The cue that is called is one of the plan's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) planned: RunOfShow,
    pub(crate) called: Option<CalledCue>,
}

impl Running {
    fn cue(&self, id: CueId) -> Option<&Cue> {
        self.planned.cues.iter().find(|cue| cue.id == id)
    }

    pub(crate) fn poll(&self, id: PollId) -> Option<&PlannedPoll> {
        self.planned.polls.iter().find(|poll| poll.id == id)
    }

    /// The plan is another. Polls that `was_asked` knows are over. The cue that is called stays in it, behind what it stood behind, until another is called: nobody loses the
    /// place in the middle of a show.
    pub(crate) fn plan(&self, mut next: RunOfShow, was_asked: impl Fn(PollId) -> bool) -> Vec<UpdateBody> {
        next.polls.iter_mut().for_each(|poll| poll.asked = was_asked(poll.id));
        let called = self.called.and_then(|called| self.planned.cues.iter().position(|cue| cue.id == called.cue));
        if let Some((before, [cue, ..])) = called.and_then(|at| self.planned.cues.split_at_checked(at))
            && next.cues.iter().all(|kept| kept.id != cue.id)
        {
            let behind = before.iter().rev().find_map(|earlier| next.cues.iter().position(|kept| kept.id == earlier.id));
            next.cues.insert(behind.map_or(0, |behind| behind + 1), Cue { dropped: true, ..cue.clone() });
        }
        if next == self.planned { Vec::new() } else { vec![UpdateBody::RunOfShowSet { run_of_show: next }] }
    }

    /// Calling the cue that is called changes nothing: of two producers who go on at the same moment, one does.
    pub(crate) fn call(&self, stage: &Stage, crew: &Crew, id: CueId) -> Result<Vec<UpdateBody>, Refusal> {
        let cue = self.cue(id).ok_or(Refusal::NoSuchCue)?;
        if self.called.is_some_and(|called| called.cue == id) {
            return Ok(Vec::new());
        }
        let mut bodies = vec![UpdateBody::CueCalled { cue: id }];
        if let Some(layout) = cue.scene.as_deref().and_then(|scene| self.layout(scene)) {
            bodies.extend(stage.set_preview(crew, &self.scene(&stage.preview, layout, cue.session, crew)?)?);
        }
        Ok(bodies)
    }

    pub(crate) fn reset(&self) -> Vec<UpdateBody> {
        self.called.map(|_| UpdateBody::CuesReset).into_iter().collect()
    }

    pub(crate) fn prepare(&self, stage: &Stage, crew: &Crew, scene: &str) -> Result<Vec<UpdateBody>, Refusal> {
        let layout = self.layout(scene).ok_or(Refusal::NoSuchCue)?;
        let session = self.called.and_then(|called| self.cue(called.cue)?.session);
        stage.set_preview(crew, &self.scene(&stage.preview, layout, session, crew)?)
    }

    fn layout(&self, name: &str) -> Option<Layout> {
        self.planned.scenes.iter().find(|scene| scene.name == name).map(|scene| scene.layout)
    }

    fn cast(&self, session: Option<SessionId>) -> impl Iterator<Item = ParticipantId> {
        let of_it = self.planned.sessions.iter().filter(move |planned| Some(planned.session) == session);
        of_it.flat_map(|planned| planned.cast.iter().map(|member| member.participant))
    }

    /// The preview in a layout, with who speaks in the session and is here. Who speaks in other sessions alone makes room; a host, who
    /// speaks in none, stays where there is room. Where nobody of the session is here, or it is of no session, everybody stays.
    fn scene(&self, preview: &Scene, layout: Layout, session: Option<SessionId>, crew: &Crew) -> Result<Scene, Refusal> {
        let cast: Vec<_> = self.cast(session).filter(|who| crew.member(*who).is_some()).collect();
        if cast.is_empty() {
            return edited_to(preview, layout);
        }
        let speaks = |who: ParticipantId| {
            self.planned.sessions.iter().any(|planned| planned.cast.iter().any(|member| member.participant == who))
        };
        Ok(seated_for(preview, layout, &cast, |who| !speaks(who)))
    }

    pub(crate) fn planned(&mut self, run_of_show: &RunOfShow) {
        self.planned = run_of_show.clone();
    }

    /// A poll that was asked is not there any more.
    pub(crate) fn was_asked(&mut self, id: PollId) {
        self.planned.polls.iter_mut().filter(|poll| poll.id == id).for_each(|poll| poll.asked = true);
    }

    pub(crate) fn called(&mut self, cue: CueId, at: Timestamp) {
        self.called = Some(CalledCue { cue, at });
        self.planned.cues.retain(|planned| !planned.dropped || planned.id == cue);
    }

    pub(crate) fn was_reset(&mut self) {
        self.called = None;
        self.planned.cues.retain(|planned| !planned.dropped);
    }
}
