//! Whether another device of the same person sends camera and microphone: of those one sends at a time.

use std::sync::{Mutex, PoisonError};

use houselights_shared::{CrewMember, DeviceId, ParticipantId, Seq, ServerFrame, UpdateBody};
use tokio::sync::watch;

/// As the room's log has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Elsewhere {
    /// Another device sends.
    pub(super) sends: bool,
    /// The position of the log that says so.
    pub(super) as_of: Seq,
}

/// Follows the log.
pub(super) struct Watch {
    me: ParticipantId,
    /// Which device this is; absent where a ticket is good for one.
    device: Mutex<Option<DeviceId>>,
    found: watch::Sender<Elsewhere>,
}

impl Watch {
    pub(super) fn new(me: ParticipantId) -> Self {
        Self { me, device: Mutex::default(), found: watch::Sender::default() }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Elsewhere> {
        self.found.subscribe()
    }

    pub(super) fn hear(&self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Welcome(welcome) => {
                *self.device.lock().unwrap_or_else(PoisonError::into_inner) = welcome.me.device;
            }
            ServerFrame::Snapshot(snapshot) => {
                let backstage = snapshot.crew.iter().flat_map(|crew| &crew.backstage);
                let sends = snapshot.on_stage.iter().chain(backstage).any(|member| self.sends_elsewhere(member));
                self.found.send_replace(Elsewhere { sends, as_of: snapshot.seq });
            }
            ServerFrame::Updates(batch) => {
                for update in &batch.updates {
                    if let UpdateBody::SendingChanged { participant, sending, device, .. } = &update.body
                        && *participant == self.me
                    {
                        let sends = sending.any() && self.is_another(*device);
                        self.found.send_replace(Elsewhere { sends, as_of: update.seq });
                    }
                }
            }
            ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Inbox(_)
            | ServerFrame::Signal(_)
            | ServerFrame::Media(_)
            | ServerFrame::Mine(_)
            | ServerFrame::Waiting { .. }
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
    }

    fn sends_elsewhere(&self, member: &CrewMember) -> bool {
        member.participant == self.me && member.sending.any() && self.is_another(member.device)
    }

    fn is_another(&self, device: Option<DeviceId>) -> bool {
        device != *self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{
        CrewView, EventId, Me, Phase, Role, RoomId, RoomRules, Scene, Sending, Snapshot, Timestamp, Update, UpdateBatch,
        Version, Welcome,
    };

    use super::*;

    const ON: Sending = Sending { camera: true, microphone: false };

    fn welcome(me: ParticipantId, device: Option<DeviceId>) -> ServerFrame {
        let (name, event_title) = ("Ada".to_owned(), String::new());
        let me = Me { participant: me, name, role: Role::Speaker, device, may: None, event: EventId::random(), event_title };
        let now = Timestamp::default();
        ServerFrame::Welcome(Welcome { version: Version::CURRENT, now, me, rooms: Vec::new(), media: None })
    }

    fn changed(participant: ParticipantId, sending: Sending, device: Option<DeviceId>, seq: u64) -> ServerFrame {
        let (room, body) = (RoomId::random(), UpdateBody::SendingChanged { participant, sending, on_stage: false, device });
        let update = Update { room, seq: Seq::new(seq), at: Timestamp::default(), by: Some(participant), body };
        ServerFrame::Updates(UpdateBatch { room, updates: vec![update] })
    }

    fn found(watch: &Watch) -> (bool, u64) {
        let Elsewhere { sends, as_of } = *watch.found.borrow();
        (sends, as_of.number())
    }

    #[test]
    fn another_device_of_mine_that_sends_is_told_from_this_one_and_from_others() {
        let (me, here, there) = (ParticipantId::random(), DeviceId::random(), DeviceId::random());
        let watch = Watch::new(me);
        watch.hear(&welcome(me, Some(here)));
        watch.hear(&changed(me, ON, Some(here), 1));
        assert_eq!(found(&watch), (false, 1));
        watch.hear(&changed(me, ON, Some(there), 2));
        assert_eq!(found(&watch), (true, 2));
        watch.hear(&changed(ParticipantId::random(), ON, Some(here), 3));
        assert_eq!(found(&watch), (true, 2), "somebody else");
        watch.hear(&changed(me, Sending::default(), None, 4));
        assert_eq!(found(&watch), (false, 4));
        let (name, role) = ("Ada".to_owned(), Role::Speaker);
        let member = CrewMember { participant: me, name, role, sending: ON, device: Some(there) };
        let snapshot = Snapshot {
            room: RoomId::random(),
            seq: Seq::new(9),
            title: String::new(),
            phase: Phase::default(),
            on_stage: Vec::new(),
            program: Scene::default(),
            overlay: None,
            chat: Vec::new(),
            pinned: None,
            announcement: None,
            rules: RoomRules::default(),
            questions: Vec::new(),
            polls: Vec::new(),
            crew: Some(CrewView { backstage: vec![member], ..CrewView::default() }),
        };
        watch.hear(&ServerFrame::Snapshot(snapshot));
        assert_eq!(found(&watch), (true, 9));
    }

    #[test]
    fn with_one_device_nothing_is_elsewhere() {
        let me = ParticipantId::random();
        let watch = Watch::new(me);
        watch.hear(&welcome(me, None));
        watch.hear(&changed(me, ON, None, 1));
        assert_eq!(found(&watch), (false, 1));
    }
}
