//! What the server says on a connection.

use std::time::Duration;

use houselights_shared::{MediaAnswer, MediaOutcome, Refusal, Refused, Reply, ServerFrame, Version};
use tokio::time::Instant;

use super::{DOORS_CROWD, Link};
use crate::{
    ipc::ConnectionState,
    realtime::{
        Answered, Unanswered, backoff,
        over::{Over, ends, sends_away},
        standing::Standing,
    },
};

impl Link {
    pub(super) fn received(&mut self, standing: &mut Standing, frame: Option<ServerFrame>) -> Result<(), Over> {
        let frame = frame.ok_or(Over::Lost(None))?;
        let heard = standing.hear();
        match frame {
            ServerFrame::Welcome(welcome) => {
                Version::CURRENT.agree(welcome.version).map_err(Over::Ended)?;
                standing.welcome();
                self.attempt = 0;
                if let Some(room) = welcome.rooms.first().filter(|room| **room != self.login.room) {
                    self.move_to(*room);
                }
                self.names_room = true;
                self.outbox.give_up(heard, self.timing.in_time);
                tracing::info!(room.id = %self.login.room, "connected to the server");
                self.listener.state(ConnectionState::Connected { round_trip_ms: None });
                self.listener.frame(ServerFrame::Welcome(welcome));
            }
            ServerFrame::Refused(Refused { refusal, retry_after_ms, opens_at }) => {
                let asked = retry_after_ms.map(|ms| Duration::from_millis(u64::from(ms)));
                if refusal == Refusal::DoorsClosed {
                    return Err(Over::Early { opens_at, asked: asked.unwrap_or(DOORS_CROWD) });
                }
                if sends_away(refusal) {
                    return Err(Over::Away { refusal, until: opens_at, asked });
                }
                return Err(if ends(refusal) { Over::Ended(refusal) } else { Over::Lost(asked) });
            }
            ServerFrame::Reply(reply) => self.replied(reply, heard),
            ServerFrame::Media(answer) => self.media_answered(answer),
            ServerFrame::Updates(batch) => {
                let batch = self.position.accept(batch).map_err(|_gap| {
                    tracing::warn!(room.id = %self.login.room, "an update is missing: resuming");
                    Over::Lost(None)
                })?;
                self.listener.frame(ServerFrame::Updates(batch));
            }
            ServerFrame::Snapshot(snapshot) => {
                self.position.replaced(snapshot.room, snapshot.seq);
                self.listener.frame(ServerFrame::Snapshot(snapshot));
            }
            ServerFrame::Inbox(news) => {
                let news = self.letters.accept(news).map_err(|_gap| {
                    tracing::warn!("an entry of the inbox is missing: resuming");
                    Over::Lost(None)
                })?;
                if let Some(news) = news {
                    self.listener.frame(ServerFrame::Inbox(news));
                }
            }
            ServerFrame::Signal(_) | ServerFrame::Mine(_) | ServerFrame::Waiting { .. } => self.listener.frame(frame),
            ServerFrame::Pong { sent_at, .. } => {
                if let Some(took) = standing.pong(sent_at) {
                    self.listener.state(ConnectionState::Connected { round_trip_ms: Some(took) });
                }
            }
            ServerFrame::Unknown => {}
        }
        Ok(())
    }

    fn replied(&mut self, Reply { id, outcome }: Reply, now: Instant) {
        let random = backoff::random();
        // Ids are one's own: what is of the one is not of the other.
        if !self.outbox.asks_again(id, outcome, now, random) && !self.letters.asks_again(id, outcome, now, random) {
            self.outbox.answered(id, outcome);
            self.letters.answered(id, outcome);
        }
    }

    fn media_answered(&mut self, answer: MediaAnswer) {
        let Some(offered) = self.offers.remove(&answer.id) else { return };
        let _ = offered.send(match answer.outcome {
            MediaOutcome::Answered { sdp } => Ok(Answered { id: answer.id, sdp }),
            MediaOutcome::Refused { refusal, retry_after_ms } => Err(Unanswered::Refused { refusal, retry_after_ms }),
            MediaOutcome::Unknown => Err(Unanswered::Refused { refusal: Refusal::Unknown, retry_after_ms: None }),
        });
    }
}
