//! What waits for a room: the crew's mail apart from the crowd's, so that no crowd holds up the show.

use std::sync::Arc;

use houselights_domain::View;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{Mail, Posted};

/// Mail of the crew that waits. Full: commands are refused as `Overloaded`, those who enter or leave wait.
const CREW: usize = 1_024;
/// And of the crowd: a poll that opens is answered by everybody within a second. Full: as above, by number or by bytes.
const CROWD: usize = 16_384;
/// What the crowd's commands that wait may take, in bytes as they were sent.
const BYTES: usize = 16 * 1024 * 1024;

/// Mail, and its share of what may wait.
struct Letter {
    mail: Mail,
    _weighs: Option<OwnedSemaphorePermit>,
}

/// The way into a mailbox.
#[derive(Clone)]
pub(super) struct Slot {
    crew: mpsc::Sender<Letter>,
    crowd: mpsc::Sender<Letter>,
    bytes: Arc<Semaphore>,
}

/// A mailbox. Of what somebody posts the order stays.
pub(super) struct Mailbox {
    crew: mpsc::Receiver<Letter>,
    crowd: mpsc::Receiver<Letter>,
}

pub(super) fn mailbox() -> (Slot, Mailbox) {
    let ((crew, of_crew), (crowd, of_crowd)) = (mpsc::channel(CREW), mpsc::channel(CROWD));
    let bytes = Arc::new(Semaphore::new(BYTES));
    (Slot { crew, crowd, bytes }, Mailbox { crew: of_crew, crowd: of_crowd })
}

impl Slot {
    fn of(&self, mail: &Mail) -> &mpsc::Sender<Letter> {
        match mail {
            Mail::Command { who, .. }
            | Mail::Report { who, .. }
            | Mail::Enter { who, .. }
            | Mail::Further { who, .. }
            | Mail::Door { who, .. }
            | Mail::Leave { who, .. } => {
                if View::of(who.role) == View::Audience {
                    &self.crowd
                } else {
                    &self.crew
                }
            }
            Mail::People(_) => &self.crowd,
            Mail::Reread { .. } | Mail::Replan | Mail::Votes { .. } | Mail::Expel(_) | Mail::Unban { .. } => &self.crew,
        }
    }

    /// Posts what takes so many bytes, without waiting.
    pub(super) fn post(&self, mail: Mail, bytes: usize) -> Posted {
        let slot = self.of(&mail);
        let weighs = if slot.same_channel(&self.crowd) {
            let weight = u32::try_from(bytes).unwrap_or(u32::MAX);
            let Ok(granted) = Arc::clone(&self.bytes).try_acquire_many_owned(weight) else { return Posted::Full };
            Some(granted)
        } else {
            None
        };
        match slot.try_send(Letter { mail, _weighs: weighs }) {
            Ok(()) => Posted::Taken,
            Err(mpsc::error::TrySendError::Full(_)) => Posted::Full,
            Err(mpsc::error::TrySendError::Closed(_)) => Posted::Gone,
        }
    }

    /// Posts, and waits for a place. False where the room is gone.
    pub(super) async fn deliver(&self, mail: Mail) -> bool {
        self.of(&mail).send(Letter { mail, _weighs: None }).await.is_ok()
    }

    /// How much waits.
    pub(super) fn waiting(&self) -> usize {
        [&self.crew, &self.crowd].into_iter().map(|slot| slot.max_capacity() - slot.capacity()).sum()
    }

    /// Whether both lead to one mailbox.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.crew.same_channel(&other.crew)
    }
}

impl Mailbox {
    /// Waits for mail and takes up to `most` of it, the crew's first. None: nobody can post any more.
    pub(super) async fn recv_many(&mut self, batch: &mut Vec<Mail>, most: usize) -> usize {
        let first = tokio::select! {
            biased;
            Some(letter) = self.crew.recv() => letter,
            Some(letter) = self.crowd.recv() => letter,
            else => return 0,
        };
        batch.push(first.mail);
        let mut taken = 1;
        while taken < most
            && let Ok(letter) = self.crew.try_recv().or_else(|_| self.crowd.try_recv())
        {
            batch.push(letter.mail);
            taken += 1;
        }
        taken
    }

    /// Takes nothing more; what is there can still be received.
    pub(super) fn close(&mut self) {
        self.crew.close();
        self.crowd.close();
    }
}

#[cfg(test)]
mod tests {
    use houselights_domain::Actor;
    use houselights_shared::{Command, CommandBody, CommandId, ParticipantId, Role, RoomId};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::realtime::Outbox;

    /// Commands of somebody who came as such.
    async fn mails(role: Role) -> impl Fn() -> Mail {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let from = Arc::new(Outbox::new(listener.accept().await.unwrap().0));
        let who = Arc::new(Actor { participant: ParticipantId::random(), name: String::new(), role, device: None });
        move || {
            let command = Command { id: CommandId::random(), room: RoomId::random(), body: CommandBody::GoLive };
            Mail::Command { from: Arc::clone(&from), who: Arc::clone(&who), command }
        }
    }

    fn role(mail: &Mail) -> Option<Role> {
        if let Mail::Command { who, .. } = mail { Some(who.role) } else { None }
    }

    #[tokio::test]
    async fn ten_thousand_votes_wait_and_the_crew_goes_first() {
        let (vote, take) = (mails(Role::Attendee).await, mails(Role::Producer).await);
        let (slot, mut mailbox) = mailbox();
        assert!((0..10_000).all(|_| slot.post(vote(), 200) == Posted::Taken));
        while slot.post(vote(), 200) == Posted::Taken {}
        assert_eq!(slot.waiting(), CROWD);
        assert_eq!(slot.post(take(), 200), Posted::Taken, "a crowd fills no place of the crew's");
        let mut batch = Vec::new();
        assert_eq!(mailbox.recv_many(&mut batch, 256).await, 256);
        assert_eq!(role(&batch[0]), Some(Role::Producer));
        assert!(batch[1..].iter().all(|mail| role(mail) == Some(Role::Attendee)));
        assert_eq!(slot.post(vote(), 200), Posted::Taken, "there is room again");
    }

    #[tokio::test]
    async fn what_waits_is_bounded_in_bytes_and_given_back_when_it_is_taken() {
        let vote = mails(Role::Attendee).await;
        let (slot, mut mailbox) = mailbox();
        let taken = (0..2 * CROWD).take_while(|_| slot.post(vote(), 64 * 1024) == Posted::Taken).count();
        assert_eq!(taken, BYTES / (64 * 1024));
        let mut batch = Vec::new();
        mailbox.recv_many(&mut batch, 1).await;
        assert_eq!((slot.post(vote(), 64 * 1024), slot.post(vote(), 1)), (Posted::Taken, Posted::Full));
        drop(slot);
        assert_eq!(mailbox.recv_many(&mut batch, usize::MAX).await, taken);
        assert_eq!(mailbox.recv_many(&mut batch, 1).await, 0);
    }
}
