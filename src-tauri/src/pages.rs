//! The pages that listen: each gets every event from when it attaches, and before that what it needs to catch up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use houselights_shared::{
    InboxBatch, InboxEntry, InboxNews, InboxSnapshot, Mine, RoomId, Seq, ServerFrame, Signal, SignalBody, Snapshot, Update,
    UpdateBatch, Welcome,
};

use crate::{
    house::{DASHBOARD, WELCOME},
    ipc::{ConnectionState, NativeEvent},
};

/// The most updates that are kept behind a snapshot. Past it they are let go, and a page that attaches has the core ask the
/// server for a fresh snapshot.
const KEPT_UPDATES: usize = 5_000;
/// And the most entries of the inbox.
const KEPT_ENTRIES: usize = 1_000;

/// The pages that are told who is signed in as a person.
const DESK: [&str; 2] = [WELCOME, DASHBOARD];

/// Hands an event to a page; false where the page is gone.
pub type Sink = Box<dyn Fn(&NativeEvent) -> bool + Send + Sync>;

/// All pages, and what a page that attaches late is told.
#[derive(Clone, Default)]
pub struct Pages(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    sinks: HashMap<String, Sink>,
    /// Who is signed in as a person, once it is known.
    account: Option<NativeEvent>,
    connection: Option<ConnectionState>,
    /// With the moment at which it came: its clock has gone on since.
    welcome: Option<(Welcome, Instant)>,
    room: Room,
    inbox: Inbox,
    mine: Option<Mine>,
    /// The room that one waits to be let into.
    waiting: Option<RoomId>,
    lobby: Option<Signal>,
    watching: Option<Signal>,
    slots: Option<Signal>,
}

/// What is kept of the room: it is handed on as it came, so that only the page knows how an update changes a room.
#[derive(Default)]
enum Room {
    /// No snapshot came yet; one is on its way.
    #[default]
    Awaited,
    Kept {
        snapshot: Box<Snapshot>,
        updates: Vec<Update>,
    },
    /// Too many updates since the snapshot.
    LetGo,
}

/// What is kept of the inbox, as of the room. It is no room's.
#[derive(Default)]
enum Inbox {
    /// Nothing came of it yet.
    #[default]
    Awaited,
    Kept {
        snapshot: Box<InboxSnapshot>,
        entries: Vec<InboxEntry>,
        up_to: Seq,
    },
    /// Too many entries since the snapshot.
    LetGo,
}

impl Pages {
    /// A page attaches, in place of one with the same label. False where the core has to ask for a fresh snapshot.
    pub fn attach(&self, label: &str, sink: Sink) -> bool {
        let mut inner = self.lock();
        let frames = [
            inner.welcome.as_ref().map(|welcome| ServerFrame::Welcome(handed_on(welcome, Instant::now()))),
            inner.room.snapshot(),
            inner.room.updates(),
            inner.inbox.snapshot(),
            inner.inbox.entries(),
            inner.mine.clone().map(ServerFrame::Mine),
            inner.waiting.map(|room| ServerFrame::Waiting { room }),
            inner.lobby.clone().map(ServerFrame::Signal),
            inner.watching.clone().map(ServerFrame::Signal),
            inner.slots.clone().map(ServerFrame::Signal),
        ];
        for frame in frames.into_iter().flatten() {
            sink(&NativeEvent::Frame { frame });
        }
        if let Some(account) = inner.account.as_ref().filter(|_| DESK.contains(&label)) {
            sink(account);
        }
        inner.sinks.insert(label.to_owned(), sink);
        !matches!(inner.room, Room::LetGo) && !matches!(inner.inbox, Inbox::LetGo)
    }

    /// The connection as it stands.
    pub fn connection(&self) -> ConnectionState {
        self.lock().connection.clone().unwrap_or(ConnectionState::SignedOut)
    }

    /// The connection changed.
    pub fn connection_is(&self, state: ConnectionState) {
        let mut inner = self.lock();
        if inner.connection.as_ref() != Some(&state) {
            inner.connection = Some(state.clone());
            inner.tell(&NativeEvent::Connection { state });
        }
    }

    /// What comes from now on is of another room.
    pub fn moved(&self, room: RoomId) {
        let mut inner = self.lock();
        (inner.room, inner.watching, inner.slots) = (Room::Awaited, None, None);
        (inner.mine, inner.waiting, inner.lobby) = (None, None, None);
        inner.tell(&NativeEvent::Room { room });
    }

    /// A frame came.
    pub fn frame(&self, frame: ServerFrame) {
        let mut inner = self.lock();
        inner.keep(&frame);
        inner.tell(&NativeEvent::Frame { frame });
    }

    /// Who is signed in as a person, or waits for a link to: a [`NativeEvent::Account`].
    pub(crate) fn account_is(&self, account: NativeEvent) {
        let mut inner = self.lock();
        inner.sinks.retain(|label, sink| !DESK.contains(&label.as_str()) || sink(&account));
        inner.account = Some(account);
    }

    /// Anything else happened.
    pub fn tell(&self, event: &NativeEvent) {
        self.lock().tell(event);
    }

    /// Tells one page; false where it does not listen.
    pub fn tell_one(&self, label: &str, event: &NativeEvent) -> bool {
        let mut inner = self.lock();
        let heard = inner.sinks.get(label).is_some_and(|sink| sink(event));
        if !heard {
            inner.sinks.remove(label);
        }
        heard
    }

    /// Whoever was in an event is not any more; what they were told is forgotten.
    pub fn forget(&self) {
        let mut inner = self.lock();
        let (sinks, account) = (std::mem::take(&mut inner.sinks), inner.account.take());
        *inner = Inner { sinks, account, ..Inner::default() };
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A page's sink that panicked leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A welcome, with the server's clock as it is now.
fn handed_on((welcome, came): &(Welcome, Instant), now: Instant) -> Welcome {
    Welcome { now: welcome.now.plus(now.saturating_duration_since(*came)), ..welcome.clone() }
}

impl Inner {
    fn tell(&mut self, event: &NativeEvent) {
        self.sinks.retain(|_, sink| sink(event));
    }

    fn keep(&mut self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Welcome(welcome) => {
                self.welcome = Some((welcome.clone(), Instant::now()));
                // Told anew where there is any.
                (self.mine, self.waiting, self.lobby) = (None, None, None);
            }
            ServerFrame::Mine(mine) => self.mine = Some(mine.clone()),
            ServerFrame::Waiting { room } => self.waiting = Some(*room),
            ServerFrame::Snapshot(snapshot) => {
                self.waiting = None;
                self.room = Room::Kept { snapshot: Box::new(snapshot.clone()), updates: Vec::new() };
            }
            ServerFrame::Updates(batch) => {
                self.waiting = None;
                self.room.add(&batch.updates);
            }
            ServerFrame::Inbox(news) => self.inbox.take_in(news),
            ServerFrame::Signal(signal) => match signal.body {
                SignalBody::Watching { .. } => self.watching = Some(signal.clone()),
                SignalBody::Slots { .. } => self.slots = Some(signal.clone()),
                SignalBody::Lobby { .. } => self.lobby = Some(signal.clone()),
                SignalBody::Levels { .. } | SignalBody::Reactions { .. } | SignalBody::Counted { .. } | SignalBody::Unknown => {
                }
            },
            ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Media(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
    }
}

impl Room {
    fn add(&mut self, new: &[Update]) {
        if let Self::Kept { updates, .. } = self {
            updates.extend_from_slice(new);
            if updates.len() > KEPT_UPDATES {
                *self = Self::LetGo;
            }
        }
    }

    fn snapshot(&self) -> Option<ServerFrame> {
        match self {
            Self::Kept { snapshot, .. } => Some(ServerFrame::Snapshot(Snapshot::clone(snapshot))),
            Self::Awaited | Self::LetGo => None,
        }
    }

    fn updates(&self) -> Option<ServerFrame> {
        match self {
            Self::Kept { snapshot, updates } if !updates.is_empty() => {
                Some(ServerFrame::Updates(UpdateBatch { room: snapshot.room, updates: updates.clone() }))
            }
            Self::Kept { .. } | Self::Awaited | Self::LetGo => None,
        }
    }
}

impl Inbox {
    fn take_in(&mut self, news: &InboxNews) {
        match (news, &mut *self) {
            (InboxNews::Stands(snapshot), _) => {
                *self = Self::Kept { snapshot: Box::new(snapshot.clone()), entries: Vec::new(), up_to: snapshot.up_to };
            }
            (InboxNews::Entries(batch), Self::Kept { entries, up_to, .. }) => {
                entries.extend_from_slice(&batch.entries);
                *up_to = batch.up_to;
                if entries.len() > KEPT_ENTRIES {
                    *self = Self::LetGo;
                }
            }
            (InboxNews::Entries(_), Self::Awaited | Self::LetGo) | (InboxNews::Unknown, _) => {}
        }
    }

    fn snapshot(&self) -> Option<ServerFrame> {
        match self {
            Self::Kept { snapshot, .. } => Some(ServerFrame::Inbox(InboxNews::Stands(InboxSnapshot::clone(snapshot)))),
            Self::Awaited | Self::LetGo => None,
        }
    }

    fn entries(&self) -> Option<ServerFrame> {
        let Self::Kept { snapshot, entries, up_to } = self else { return None };
        let batch = InboxBatch { after: snapshot.up_to, up_to: *up_to, entries: entries.clone() };
        (*up_to > snapshot.up_to).then_some(ServerFrame::Inbox(InboxNews::Entries(batch)))
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{Timestamp, UpdateBody};

    use super::*;

    /// A page that writes down what it is told.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<String>>>);

    impl Page {
        fn sink(&self) -> Sink {
            let told = Arc::clone(&self.0);
            Box::new(move |event| {
                told.lock().unwrap().push(match event {
                    NativeEvent::Frame { frame: ServerFrame::Snapshot(snapshot) } => {
                        format!("snapshot {}", snapshot.seq.number())
                    }
                    NativeEvent::Frame { frame: ServerFrame::Updates(batch) } => {
                        let seqs: Vec<_> = batch.updates.iter().map(|update| update.seq.number()).collect();
                        format!("updates {seqs:?}")
                    }
                    NativeEvent::Frame { frame: ServerFrame::Signal(signal) } => format!("{:?}", signal.body),
                    NativeEvent::Frame { frame } => format!("{frame:?}"),
                    NativeEvent::Connection { .. }
                    | NativeEvent::Room { .. }
                    | NativeEvent::Media { .. }
                    | NativeEvent::Unsent { .. }
                    | NativeEvent::OwnLevel { .. }
                    | NativeEvent::Keeping { .. }
                    | NativeEvent::CloseAsked
                    | NativeEvent::Account { .. }
                    | NativeEvent::LinkOpened { .. } => format!("{event:?}"),
                });
                true
            })
        }

        fn told(&self) -> Vec<String> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    fn snapshot(room: RoomId, seq: u64) -> ServerFrame {
        let text = format!(r#"{{"frame":"snapshot","room":"{room}","seq":{seq},"title":"Stage"}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn updates(room: RoomId, seqs: impl IntoIterator<Item = u64>) -> ServerFrame {
        let update = |seq| Update { room, seq: Seq::new(seq), at: Timestamp::default(), by: None, body: UpdateBody::HIDDEN };
        ServerFrame::Updates(UpdateBatch { room, updates: seqs.into_iter().map(update).collect() })
    }

    fn watching(room: RoomId, count: u32) -> ServerFrame {
        ServerFrame::Signal(Signal { room, body: SignalBody::Watching { count } })
    }

    #[test]
    fn a_page_that_is_loaded_again_gets_where_the_room_stands() {
        let (pages, room, page) = (Pages::default(), RoomId::random(), Page::default());
        pages.frame(snapshot(room, 3));
        pages.frame(updates(room, [4]));
        pages.frame(watching(room, 7));
        pages.frame(watching(room, 8));
        assert!(pages.attach("attendee", page.sink()));
        pages.frame(updates(room, [5]));
        let told = ["snapshot 3", "updates [4]", "Watching { count: 8 }", "updates [5]"];
        assert_eq!(page.told(), told);
        let again = Page::default();
        assert!(pages.attach("attendee", again.sink()));
        assert_eq!(again.told(), ["snapshot 3", "updates [4, 5]", "Watching { count: 8 }"]);
        pages.frame(updates(room, [6]));
        assert_eq!(page.told(), Vec::<String>::new(), "the page before is replaced");
    }

    #[test]
    fn a_page_that_is_loaded_again_gets_where_the_inbox_stands_in_whichever_room() {
        let (pages, page) = (Pages::default(), Page::default());
        let inbox = |text: &str| pages.frame(serde_json::from_str(text).unwrap());
        inbox(r#"{"frame":"inbox","is":"stands","up_to":4}"#);
        let mention = r#"{"position":5,"at":0,"body":{"what":"unmentioned","message":"01990000-0000-7000-8000-000000000001"}}"#;
        inbox(&format!(r#"{{"frame":"inbox","is":"entries","after":4,"up_to":6,"entries":[{mention}]}}"#));
        pages.moved(RoomId::random());
        assert!(pages.attach("attendee", page.sink()));
        let told = page.told();
        assert!(told.len() == 2 && told[0].contains("up_to: Seq(4)") && told[1].contains("up_to: Seq(6)"), "{told:?}");
        pages.forget();
        assert!(pages.attach("attendee", page.sink()));
        assert_eq!(page.told(), Vec::<String>::new(), "it was somebody's who left");
        inbox(r#"{"frame":"inbox","is":"stands","up_to":4}"#);
        let many = (5..=KEPT_ENTRIES + 5).map(|position| mention.replace(":5,", &format!(":{position},"))).collect::<Vec<_>>();
        inbox(&format!(r#"{{"frame":"inbox","is":"entries","after":4,"up_to":2000,"entries":[{}]}}"#, many.join(",")));
        assert!(!pages.attach("attendee", page.sink()), "the core asks for it anew");
    }

    #[test]
    fn a_page_that_is_loaded_later_gets_the_servers_clock_as_it_is_then() {
        let room = RoomId::random();
        let text = format!(
            r#"{{"version":1,"now":5000000,"rooms":["{room}"],"me":{{"participant":"{room}","name":"Ada","role":"producer",
            "event":"{room}","event_title":"Show"}}}}"#
        );
        let came = Instant::now();
        let kept = (serde_json::from_str(&text).unwrap(), came);
        let later = came + std::time::Duration::from_mins(40);
        assert_eq!(handed_on(&kept, later).now, Timestamp::from_micros(2_405_000_000));
    }

    #[test]
    fn after_too_many_updates_a_fresh_snapshot_is_asked_for() {
        let (pages, room, page) = (Pages::default(), RoomId::random(), Page::default());
        pages.frame(snapshot(room, 0));
        pages.frame(updates(room, 1..=KEPT_UPDATES as u64 + 1));
        assert!(!pages.attach("attendee", page.sink()));
        assert_eq!(page.told(), Vec::<String>::new());
        pages.frame(snapshot(room, 6_000));
        assert_eq!(page.told(), ["snapshot 6000"]);
        assert!(pages.attach("attendee", page.sink()));
    }

    #[test]
    fn of_a_room_that_was_left_a_page_hears_nothing() {
        let (pages, [one, other], page) = (Pages::default(), [RoomId::random(), RoomId::random()], Page::default());
        pages.frame(snapshot(one, 3));
        pages.moved(other);
        assert!(pages.attach("attendee", page.sink()));
        assert_eq!(page.told(), Vec::<String>::new());
        pages.frame(snapshot(other, 0));
        let late = Page::default();
        assert!(pages.attach("studio", late.sink()));
        assert_eq!((page.told(), late.told()), (vec!["snapshot 0".to_owned()], vec!["snapshot 0".to_owned()]));
    }

    #[test]
    fn the_same_state_is_told_once_and_nothing_of_one_person_reaches_the_next() {
        let (pages, room, page) = (Pages::default(), RoomId::random(), Page::default());
        assert!(pages.attach("welcome", page.sink()));
        pages.connection_is(ConnectionState::Connecting);
        pages.connection_is(ConnectionState::Connecting);
        assert_eq!(page.told().len(), 1);
        pages.frame(snapshot(room, 3));
        pages.forget();
        assert_eq!(pages.connection(), ConnectionState::SignedOut);
        page.told();
        assert!(pages.attach("attendee", page.sink()));
        assert_eq!(page.told(), Vec::<String>::new());
    }
}
