//! The crew of a room: who waits in the green room and who is on stage.

use houselights_shared::{Action, CrewMember, DeviceId, MAX_ON_STAGE, ParticipantId, Refusal, Sending, UpdateBody};

use crate::{Actor, may, presence::Place};

/// Everyone of the crew who is in, each either backstage or on stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crew {
    pub(crate) backstage: Vec<CrewMember>,
    pub(crate) on_stage: Vec<CrewMember>,
}

fn find(members: &[CrewMember], who: ParticipantId) -> Option<&CrewMember> {
    members.iter().find(|member| member.participant == who)
}

fn is_guest(member: &CrewMember) -> bool {
    !may(member.role, Action::EnterBackstage)
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

    pub(crate) fn members(&self) -> impl Iterator<Item = &CrewMember> {
        self.on_stage.iter().chain(&self.backstage)
    }

    /// The updates by which these people, all of them in the room, come on stage. Who is there already stays.
    pub(crate) fn bring_on(&self, who: impl IntoIterator<Item = ParticipantId>) -> Result<Vec<UpdateBody>, Refusal> {
        let coming: Vec<UpdateBody> = who
            .into_iter()
            .filter_map(|who| find(&self.backstage, who))
            .map(|member| UpdateBody::CameOnStage { member: member.clone() })
            .collect();
        self.has_places(coming.len()).map(|()| coming)
    }

    /// Whether so many more fit on the stage.
    pub(crate) fn has_places(&self, more: usize) -> Result<(), Refusal> {
        if self.on_stage.len() + more > MAX_ON_STAGE { Err(Refusal::StageFull) } else { Ok(()) }
    }

    /// Of the audience, and on stage because their hand was taken.
    pub(crate) fn is_guest(&self, who: ParticipantId) -> bool {
        self.member(who).is_some_and(is_guest)
    }

    /// Everybody whose hand was taken.
    pub(crate) fn guests(&self) -> Vec<ParticipantId> {
        self.members().filter(|member| is_guest(member)).map(|member| member.participant).collect()
    }

    /// Back to the green room; a guest goes back to the audience.
    pub(crate) fn take_off(&self, who: ParticipantId) -> Result<Vec<UpdateBody>, Refusal> {
        if self.is_guest(who) {
            Ok(self.leave(who))
        } else if self.is_on_stage(who) {
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

    /// Of a person's devices one sends at a time. Another one gives way where it is asked to; that it is off itself changes nothing for
    /// the one that sends.
    pub(crate) fn set_sending(&self, who: &Actor, sending: Sending, take_over: bool) -> Result<Vec<UpdateBody>, Refusal> {
        let member = self.member(who.participant).ok_or(Refusal::NoSuchParticipant)?;
        let elsewhere = member.device.is_some() && member.device != who.device;
        if elsewhere && !sending.any() {
            return Ok(Vec::new());
        }
        if elsewhere && !take_over {
            return Err(Refusal::SendingElsewhere);
        }
        Ok(self.sends(member, sending, who.device.filter(|_| sending.any())))
    }

    /// A device is gone for good while its person is still here: what it sent is not sent any more.
    pub(crate) fn device_gone(&self, (who, device): Place) -> Vec<UpdateBody> {
        let sender = self.member(who).filter(|member| member.device == device);
        sender.map(|member| self.sends(member, Sending::default(), None)).unwrap_or_default()
    }

    fn sends(&self, member: &CrewMember, sending: Sending, device: Option<DeviceId>) -> Vec<UpdateBody> {
        if (member.sending, member.device) == (sending, device) {
            return Vec::new();
        }
        let participant = member.participant;
        vec![UpdateBody::SendingChanged { participant, sending, on_stage: self.is_on_stage(participant), device }]
    }

    /// Of whom only one device is taken, and which.
    pub(crate) fn senders(&self) -> Vec<(ParticipantId, DeviceId)> {
        self.members().filter_map(|member| Some((member.participant, member.device?))).collect()
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

    pub(crate) fn sending_changed(&mut self, who: ParticipantId, sending: Sending, device: Option<DeviceId>) {
        for member in self.on_stage.iter_mut().chain(&mut self.backstage) {
            if member.participant == who {
                member.sending = sending;
                member.device = device;
            }
        }
    }
}
