//! What the rules make of a batch of mail.

use std::sync::Arc;

use houselights_domain::{About, Actor, Inbox, InboxRow, Mention};
use houselights_shared::{InboxCommand, InboxCommandBody, ParticipantId, Refusal, RoomId, Seq, Strand, Timestamp};

use super::Desk;
use crate::{
    inbox::{
        Mail, Notice,
        turn::{Known, Turn, other},
    },
    realtime::Outbox,
};

impl Desk {
    pub(super) fn decide(&mut self, now: Timestamp, batch: &[Mail], mut known: Known) -> Turn {
        let mut turn = Turn::default();
        for mail in batch {
            match mail {
                Mail::Command { from, who, command } => {
                    let asked = (who.participant, command.id);
                    match known.answers.get(&asked) {
                        Some(seq) => turn.accept(from, command.id, *seq),
                        None => {
                            if let Some(seq) = self.command(now, (from, who), command, &mut turn) {
                                known.answers.insert(asked, seq);
                            }
                        }
                    }
                }
                Mail::Notice { room, seq, notice } => {
                    let told = self.told.entry(*room).or_default();
                    if *seq > *told {
                        *told = *seq;
                        turn.told.insert(*room, *seq);
                        self.notice(now, *room, notice, (&mut known, &mut turn));
                    }
                }
                Mail::Enter { .. } | Mail::Leave { .. } | Mail::Forget { .. } => {}
            }
        }
        turn
    }

    /// Tells those of what happened in a room whom it concerns.
    fn notice(&mut self, now: Timestamp, room: RoomId, notice: &Notice, (known, turn): (&mut Known, &mut Turn)) {
        let rows = match notice {
            Notice::Mentioned(mention) => {
                let event = self.rooms.get(&room);
                let inboxes = mention.notified.iter().filter_map(|who| self.inboxes.get(who));
                let of_event = inboxes.filter(|inbox| Some(&inbox.event()) == event && !inbox.has_left());
                let news = of_event.filter(|inbox| !known.is_another(inbox.owner().participant, mention));
                let rows: Vec<_> = news.filter_map(|inbox| inbox.mentioned(now, mention)).collect();
                for row in &rows {
                    known.tells(row.owner, mention);
                }
                rows
            }
            Notice::Edited { message, excerpt, mentions } => {
                self.reworded(now, known.told(room, *message), (excerpt, mentions))
            }
            Notice::TakenOut { message } => self.reworded(now, known.told(room, *message), ("", &[])),
        };
        self.take(rows, turn);
    }

    /// Whoever was told of a message is told what it says now, or that it mentions them no more.
    fn reworded<'a>(
        &self,
        now: Timestamp,
        told: impl Iterator<Item = &'a (ParticipantId, Mention)>,
        (excerpt, mentions): (&str, &[ParticipantId]),
    ) -> Vec<InboxRow> {
        let rows = told.filter_map(|(who, mention)| {
            let inbox = self.inboxes.get(who)?;
            if mentions.contains(who) {
                inbox.mentioned(now, &Mention { excerpt: excerpt.to_owned(), ..mention.clone() })
            } else {
                Some(inbox.unmentioned(now, mention.message))
            }
        });
        rows.collect()
    }

    /// Decides a command; the position of its answer, where it was accepted.
    fn command(
        &mut self,
        now: Timestamp,
        (from, who): (&Arc<Outbox>, &Arc<Actor>),
        command: &InboxCommand,
        turn: &mut Turn,
    ) -> Option<Seq> {
        let Some(inbox) = self.inboxes.get(&who.participant) else {
            turn.refuse(from, command.id, Refusal::TokenInvalid.into());
            return None;
        };
        match inbox.decide(now, command, self.about(inbox, &command.body)) {
            Ok(rows) => {
                let seq = rows.first().map_or(inbox.head(), |own| own.entry.position);
                self.take(rows, turn);
                if let InboxCommandBody::SendDirect { to, .. } = &command.body {
                    self.wrote(now, who.participant, *to);
                }
                turn.accept(from, command.id, seq);
                Some(seq)
            }
            Err(refused) => {
                turn.refuse(from, command.id, refused);
                None
            }
        }
    }

    /// What a command of somebody is about: nothing of another event.
    fn about(&self, inbox: &Inbox, body: &InboxCommandBody) -> About<'_> {
        if let InboxCommandBody::MarkRead { strand: Strand::Room { room } | Strand::Notes { room }, .. } = body {
            return if self.rooms.get(room) == Some(&inbox.event()) { About::ARoom } else { About::Nothing };
        }
        let them = other(body).and_then(|them| self.inboxes.get(&them)).filter(|them| them.event() == inbox.event());
        them.map_or(About::Nothing, |them| {
            let pair = (inbox.owner().participant, them.owner().participant);
            About::Somebody(them, self.acquainted.get(&pair).copied().unwrap_or_default())
        })
    }

    pub(super) fn take(&mut self, rows: Vec<InboxRow>, turn: &mut Turn) {
        for row in rows {
            if let Some(inbox) = self.inboxes.get_mut(&row.owner) {
                inbox.apply(&row.entry);
                turn.rows.push(row);
            }
        }
    }

    /// From now on they know each other.
    fn wrote(&mut self, now: Timestamp, one: ParticipantId, other: ParticipantId) {
        let acquainted = self.acquainted.entry((one, other)).or_default();
        if acquainted.are_strangers()
            && let Some(inbox) = self.inboxes.get_mut(&one)
        {
            inbox.approached_a_stranger(now);
        }
        acquainted.wrote = true;
        if let Some(back) = self.acquainted.get_mut(&(other, one)) {
            back.was_written_to = true;
        }
    }
}
