//! The crew of a room: who waits in the green room and who is on stage.

use houselights_shared::{CrewMember, MAX_ON_STAGE, ParticipantId, Refusal, Sending, UpdateBody};

/// Everyone of the crew who is in, each either backstage or on stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crew {
    pub(crate) backstage: Vec<CrewMember>,
    pub(crate) on_stage: Vec<CrewMember>,
}

fn find(members: &[CrewMember], who: ParticipantId) -> Option<&CrewMember> {
    members.iter().find(|member| member.participant == who)
}

fn take(members: &mut Vec<CrewMember>, who: ParticipantId) -> Option<CrewMember> {
    let place = members.iter().position(|member| member.participant == who)?;
    Some(members.remove(place))
}

impl Crew {
    pub(crate) fn is_backstage(&self, who: ParticipantId) -> bool {
        find(&self.backstage, who).is_some()
    }

    pub(crate) fn is_on_stage(&self, who: ParticipantId) -> bool {
        find(&self.on_stage, who).is_some()
    }

    pub(crate) fn member(&self, who: ParticipantId) -> Option<&CrewMember> {
        find(&self.on_stage, who).or_else(|| find(&self.backstage, who))
    }

    pub(crate) fn everyone(&self) -> impl Iterator<Item = ParticipantId> {
        self.on_stage.iter().chain(&self.backstage).map(|member| member.participant)
    }

    /// The updates by which these people, all of them in the room, come on stage. Who is there already stays.
    pub(crate) fn bring_on(&self, who: impl IntoIterator<Item = ParticipantId>) -> Result<Vec<UpdateBody>, Refusal> {
        let coming: Vec<UpdateBody> = who
            .into_iter()
            .filter_map(|who| find(&self.backstage, who))
            .map(|member| UpdateBody::CameOnStage { member: member.clone() })
            .collect();
        if self.on_stage.len() + coming.len() > MAX_ON_STAGE { Err(Refusal::StageFull) } else { Ok(coming) }
    }

    pub(crate) fn take_off(&self, who: ParticipantId) -> Result<Vec<UpdateBody>, Refusal> {
        if self.is_on_stage(who) {
            Ok(vec![UpdateBody::LeftStage { participant: who }])
        } else if self.is_backstage(who) {
            Ok(Vec::new())
        } else {
            Err(Refusal::NoSuchParticipant)
        }
    }

    /// Whoever leaves from the stage leaves the stage first: the audience is told only that.
    pub(crate) fn leave(&self, who: ParticipantId) -> Vec<UpdateBody> {
        let left_stage = self.is_on_stage(who).then_some(UpdateBody::LeftStage { participant: who });
        let left = self.member(who).is_some().then_some(UpdateBody::CrewLeft { participant: who });
        left_stage.into_iter().chain(left).collect()
    }

    pub(crate) fn set_sending(&self, who: ParticipantId, sending: Sending) -> Result<Vec<UpdateBody>, Refusal> {
        let member = self.member(who).ok_or(Refusal::NoSuchParticipant)?;
        if member.sending == sending {
            return Ok(Vec::new());
        }
        Ok(vec![UpdateBody::SendingChanged { participant: who, sending, on_stage: self.is_on_stage(who) }])
    }

    pub(crate) fn arrived(&mut self, member: &CrewMember) {
        self.left(member.participant);
        self.backstage.push(member.clone());
    }

    pub(crate) fn left(&mut self, who: ParticipantId) {
        take(&mut self.backstage, who);
        take(&mut self.on_stage, who);
    }

    pub(crate) fn came_on_stage(&mut self, member: &CrewMember) {
        self.left(member.participant);
        self.on_stage.push(member.clone());
    }

    pub(crate) fn left_stage(&mut self, who: ParticipantId) {
        if let Some(member) = take(&mut self.on_stage, who) {
            self.backstage.push(member);
        }
    }

    pub(crate) fn sending_changed(&mut self, who: ParticipantId, sending: Sending) {
        for member in self.on_stage.iter_mut().chain(&mut self.backstage) {
            if member.participant == who {
                member.sending = sending;
            }
        }
    }
}
