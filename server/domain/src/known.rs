//! Whom a room knows, though they may never have been in it.

use houselights_shared::{
    Action, CommandBody, MAX_MENTIONS, MessageId, ParticipantId, Refusal, Report, ReportTarget, Role, SanctionKind,
};

use crate::{Actor, may, presence::Presence, state::State};

impl State {
    /// As what somebody is here, or was, and how they are called.
    pub(crate) fn person(&self, presence: &Presence, who: ParticipantId) -> Option<(Role, String)> {
        // What the event says of them is newer than what they were when they were here.
        if let Some(person) = presence.heard_of(who).filter(|_| !presence.is_here(who)) {
            return Some((person.role, person.name.clone()));
        }
        if let Some(member) = self.crew.member(who) {
            return Some((member.role, member.name.clone()));
        }
        if let Some(person) = presence.known(who) {
            return Some((person.role, person.name.clone()));
        }
        if let Some(said) = self.chat.said.author(who) {
            return Some((said.role, said.name.clone()));
        }
        self.moderation.kept(who).next_back().map(|kept| (Role::Attendee, kept.name.clone()))
    }

    /// How people are called before everybody, and who is not named any more: whoever was sent away.
    pub(crate) fn called(&self) -> impl Fn(ParticipantId, &str) -> Option<String> {
        let naming = self.moderation.naming();
        move |who, name| {
            let away = [SanctionKind::Removed, SanctionKind::Banned];
            let role = self.crew.member(who).map_or(Role::Attendee, |member| member.role);
            let is_away = away.iter().any(|kind| self.moderation.holds(who, *kind));
            (!is_away).then(|| naming.mask(role, name).unwrap_or_else(|| name.to_owned()))
        }
    }

    /// Whose it is that is reported. Who asked without a name stays unknown.
    pub(crate) fn whose(&self, target: ReportTarget) -> Option<ParticipantId> {
        match target {
            ReportTarget::Person { participant } => Some(participant),
            ReportTarget::Message { message } => self.chat.said.get(message).map(|said| said.author),
            ReportTarget::Question { question } => {
                let asked = self.questions.once_asked(question);
                asked.and_then(|asked| asked.question.author.as_ref()).map(|asker| asker.participant)
            }
            ReportTarget::Unknown => None,
        }
    }

    /// Whom a report is about, also where what is reported was said longer ago than the room holds.
    pub(crate) fn reported(&self, report: &Report) -> Option<ParticipantId> {
        self.whose(report.target).or_else(|| report.author())
    }

    /// Whom a command is about that can only be decided by who knows everybody of the event. Who is kept from something and is not here may never have
    /// been in this room, or be somebody else by now; who is reported may have left before it was read. Nothing where it is refused in any case.
    pub(crate) fn stranger(&self, presence: &Presence, who: &Actor, body: &CommandBody) -> Option<ParticipantId> {
        if let CommandBody::Sanction { participant, .. } = body {
            (may(who.role, Action::Moderate) && !presence.is_here(*participant)).then_some(*participant)
        } else if let CommandBody::Report { target: ReportTarget::Person { participant }, .. } = body {
            self.person(presence, *participant).is_none().then_some(*participant)
        } else {
            None
        }
    }

    /// What a command is about that was said here longer ago than the room holds; nothing where it is refused in any case.
    pub(crate) fn forgotten(&self, who: &Actor, body: &CommandBody) -> Option<MessageId> {
        let chat = &self.chat;
        let moderates = may(who.role, Action::Moderate);
        let (among, id) = match old(body)? {
            Old::Moderated(id) => (&chat.said, Some(id).filter(|_| moderates)?),
            Old::Own(id) => (&chat.said, Some(id).filter(|id| moderates || chat.is_by(*id, who.participant))?),
            Old::Named(id) => (&chat.said, id),
            Old::Note(id) => (&chat.notes, Some(id).filter(|_| may(who.role, Action::EnterBackstage))?),
        };
        (among.get(id).is_none() && chat.is_taken(id)).then_some(id)
    }

    /// What a command is about that was recalled for another one stays known for this one, too.
    pub(crate) fn keep_in_mind(&mut self, body: &CommandBody) {
        match old(body) {
            Some(Old::Moderated(id) | Old::Own(id) | Old::Named(id)) => self.chat.said.keep(id),
            Some(Old::Note(id)) => self.chat.notes.keep(id),
            None => false,
        };
    }

    /// Only people who were here can be named, or who were `named` before.
    pub(crate) fn know(&self, presence: &Presence, people: &[ParticipantId], named: &[ParticipantId]) -> Result<(), Refusal> {
        if people.len() > MAX_MENTIONS {
            return Err(Refusal::TooManyMentions);
        }
        let was_here = |who: ParticipantId| {
            self.crew.member(who).is_some() || presence.known(who).is_some() || self.chat.said.author(who).is_some()
        };
        if people.iter().all(|who| named.contains(who) || was_here(*who)) { Ok(()) } else { Err(Refusal::NoSuchParticipant) }
    }
}

/// What was said that a command is about, and to whom that is open.
enum Old {
    Moderated(MessageId),
    Own(MessageId),
    Named(MessageId),
    Note(MessageId),
}

fn old(body: &CommandBody) -> Option<Old> {
    if let CommandBody::HideMessage { message } | CommandBody::ShowMessage { message } | CommandBody::PinMessage { message } =
        body
    {
        Some(Old::Moderated(*message))
    } else if let CommandBody::EditMessage { message, .. } | CommandBody::RemoveMessage { message } = body {
        Some(Old::Own(*message))
    } else if let CommandBody::SendMessage { reply_to: Some(message), .. }
    | CommandBody::Report { target: ReportTarget::Message { message }, .. } = body
    {
        Some(Old::Named(*message))
    } else if let CommandBody::RemoveNote { note } | CommandBody::SendNote { reply_to: Some(note), .. } = body {
        Some(Old::Note(*note))
    } else {
        None
    }
}
