//! Raised hands: a queue, and the guests that come of it.

use std::collections::VecDeque;

use houselights_shared::{
    Action, CrewMember, MAX_HANDS, MAX_NOTE_CHARS, ParticipantId, RaisedHand, Refusal, Role, Sending, Timestamp, UpdateBody,
};

use crate::{Actor, Naming, backstage::Crew, may, presence::Presence, stage::Stage, words::perhaps_written};

/// The hands of a room, in the order in which they are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hands {
    pub(crate) raised: Vec<RaisedHand>,
    /// Those that somebody else took down and that are in no other way settled, the latest last; at most [`MAX_HANDS`]. Full: the oldest goes.
    taken_down: VecDeque<RaisedHand>,
}

impl Hands {
    fn get(&self, who: ParticipantId) -> Result<&RaisedHand, Refusal> {
        self.raised.iter().find(|hand| hand.participant == who).ok_or(Refusal::NoSuchHand)
    }

    /// Somebody's place, from 1.
    pub(crate) fn place(&self, who: ParticipantId) -> Option<u32> {
        let at = self.raised.iter().position(|hand| hand.participant == who)?;
        u32::try_from(at + 1).ok()
    }

    pub(crate) fn raised_at(&self, who: ParticipantId) -> Option<Timestamp> {
        self.get(who).ok().map(|hand| hand.at)
    }

    /// Whoever stands behind somebody, and they themselves.
    pub(crate) fn from(&self, who: ParticipantId) -> impl Iterator<Item = ParticipantId> {
        self.raised.iter().map(|hand| hand.participant).skip_while(move |other| *other != who)
    }

    /// The audience raises hands; the crew is backstage, and a guest on stage already.
    pub(crate) fn raise(&self, now: Timestamp, who: &Actor, crew: &Crew, note: &str) -> Result<Vec<UpdateBody>, Refusal> {
        if may(who.role, Action::EnterBackstage) || crew.member(who.participant).is_some() {
            return Err(Refusal::NotAllowed);
        }
        let note = perhaps_written(note, MAX_NOTE_CHARS)?;
        let at = match self.get(who.participant) {
            Ok(raised) if raised.note == note => return Ok(Vec::new()),
            Ok(raised) => raised.at,
            Err(_) if self.raised.len() >= MAX_HANDS => return Err(Refusal::Full),
            Err(_) => now,
        };
        let hand = RaisedHand { participant: who.participant, name: who.name.clone(), note, at };
        Ok(vec![UpdateBody::HandRaised { hand }])
    }

    pub(crate) fn is_raised(&self, who: ParticipantId) -> bool {
        self.get(who).is_ok()
    }

    pub(crate) fn lower(&self, who: ParticipantId) -> Vec<UpdateBody> {
        self.get(who).map(|_| UpdateBody::HandLowered { participant: who }).into_iter().collect()
    }

    pub(crate) fn dismiss(&self, who: ParticipantId) -> Result<Vec<UpdateBody>, Refusal> {
        self.get(who).map(|_| vec![UpdateBody::HandLowered { participant: who }])
    }

    /// It goes back to where it stood, with whoever is still there and not on stage.
    pub(crate) fn restore(&self, who: ParticipantId, crew: &Crew, presence: &Presence) -> Result<Vec<UpdateBody>, Refusal> {
        if self.is_raised(who) {
            return Ok(Vec::new());
        }
        let hand = self.taken_down.iter().find(|hand| hand.participant == who).ok_or(Refusal::NoSuchHand)?;
        if crew.member(who).is_some() {
            return Err(Refusal::NoSuchHand);
        }
        if !presence.is_here(who) {
            return Err(Refusal::NoSuchParticipant);
        }
        if self.raised.len() >= MAX_HANDS {
            Err(Refusal::Full)
        } else {
            Ok(vec![UpdateBody::HandRaised { hand: hand.clone() }])
        }
    }

    /// Who has another place once this hand is up, its own included.
    pub(crate) fn moved_by(&self, hand: &RaisedHand) -> Vec<ParticipantId> {
        let is_new = !self.is_raised(hand.participant);
        let behind = self.raised.iter().filter(|raised| is_new && raised.at > hand.at).map(|raised| raised.participant);
        behind.chain([hand.participant]).collect()
    }

    /// They come into the crew as what they are, and on stage in the same breath. Whoever lost the connection keeps the place in the
    /// queue until their grace is over, and cannot be taken meanwhile: the audience would hear nobody.
    pub(crate) fn take(
        &self,
        who: ParticipantId,
        (stage, crew): (&Stage, &Crew),
        presence: &Presence,
        naming: &Naming,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let RaisedHand { name, .. } = self.get(who)?.clone();
        // A word may be listed since the hand was raised.
        let name = naming.mask(Role::Attendee, &name).unwrap_or(name);
        if !presence.is_here(who) {
            return Err(Refusal::NoSuchParticipant);
        }
        let member = CrewMember { participant: who, name, role: Role::Attendee, sending: Sending::default(), device: None };
        crew.has_places(1)?;
        Ok(vec![
            UpdateBody::HandLowered { participant: who },
            UpdateBody::CrewArrived { member: member.clone() },
            UpdateBody::CameOnStage { member },
            stage.seat(who),
        ])
    }

    pub(crate) fn was_raised(&mut self, hand: &RaisedHand) {
        if let Some(raised) = self.raised.iter_mut().find(|raised| raised.participant == hand.participant) {
            *raised = hand.clone();
        } else {
            let place = self.raised.iter().take_while(|raised| raised.at <= hand.at).count();
            self.raised.insert(place, hand.clone());
        }
        self.was_settled(hand.participant);
    }

    /// `by` whose hand, where it was not the room itself.
    pub(crate) fn was_lowered(&mut self, who: ParticipantId, by: Option<ParticipantId>) {
        let lowered = self.raised.iter().position(|hand| hand.participant == who).map(|place| self.raised.remove(place));
        let Some(hand) = lowered.filter(|_| by.is_some_and(|by| by != who)) else { return };
        if self.taken_down.len() >= MAX_HANDS {
            self.taken_down.pop_front();
        }
        self.taken_down.push_back(hand);
    }

    /// Their hand was raised anew, or taken: nothing is left to bring back.
    pub(crate) fn was_settled(&mut self, who: ParticipantId) {
        self.taken_down.retain(|hand| hand.participant != who);
    }
}
