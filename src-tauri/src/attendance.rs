//! One login, running: its connection to the server, its media engine, and what ties the two together.

mod devices;
mod ear;
mod elsewhere;
mod guest;
mod memory;
mod sending;
mod signalling;
mod unsent;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context;
use futures_util::{FutureExt, future::BoxFuture};
use houselights_shared::{CommandBody, CommandId, Outcome, Refusal, RoomId, Sending, Token};
use tokio::{
    sync::watch,
    time::{Duration, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use self::{
    devices::{OwnDevices, choose_again, to_keep},
    ear::{Ear, Welcomed},
    elsewhere::{Elsewhere, Watch},
    guest::Guest,
    memory::{GATHERED, Keeping, Memory},
    sending::Switches,
    signalling::connect_media,
    unsent::Unsent,
};
use crate::{
    cli::Sources,
    house::{Sends, View},
    ipc::{DeviceChoice, DeviceKind, MediaStatus, NativeEvent, Problem, SessionCard},
    media::{Engine, EngineOptions},
    pages::Pages,
    realtime::{Login, Network, Realtime, waits},
    session::{Link, Profile, Secret},
    store::Store,
};

/// How often the page is told how loud one's own microphone is.
const LEVEL_EVERY: Duration = Duration::from_millis(100);

/// Ending may take this long before somebody else comes in.
const END_WITHIN: Duration = Duration::from_secs(1);

/// One login, running.
pub struct Attendance {
    card: Card,
    secret: Secret,
    engine: Engine,
    realtime: Realtime,
    switches: Arc<Switches>,
    unsent: Unsent,
    keeping: Keeping,
    moderates: Arc<AtomicBool>,
    /// Of those of the audience.
    guest: Option<Arc<Guest>>,
    /// Where chosen devices are kept. Held while they are written.
    profile: Mutex<Profile>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Who it is, and in which room they are by now.
type Card = Arc<Mutex<SessionCard>>;

fn now(card: &Card) -> SessionCard {
    card.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What an attendance is given.
pub struct Surroundings<'a> {
    /// Whom to tell.
    pub pages: &'a Pages,
    /// Ends everything at the latest.
    pub stop: &'a CancellationToken,
    /// What was named at the start.
    pub sources: &'a Sources,
    /// Where chosen devices are kept.
    pub profile: &'a Profile,
    /// Where words are kept.
    pub(crate) store: &'a Store,
}

impl Attendance {
    /// Starts the media engine and begins to connect.
    ///
    /// # Errors
    /// Where the server's URL is none, or the engine cannot open its local link.
    pub async fn start(card: SessionCard, secret: Secret, around: Surroundings<'_>) -> anyhow::Result<Self> {
        let server: Url = card.server.parse().context("the server's URL")?;
        let network = Network::new(&server).context("the server's URL is not one of the web")?;
        let sends = View::of(card.role).sends();
        let publish = sends != Sends::Never;
        let options = EngineOptions { clips: around.sources.clips(), allow_test: around.sources.test(), publish };
        let engine = Engine::start(options).await?;
        engine.me(card.participant);
        let stop = around.stop.child_token();
        let welcomes = watch::channel(Welcomed::default()).0;
        let (after_welcome, ended) = (welcomes.subscribe(), CancellationToken::new());
        let (pages, over) = (around.pages.clone(), ended.clone());
        let (me, room) = (card.participant, card.room);
        let (devices, stage) = (Watch::new(me), guest::Watch::new(me));
        let (elsewhere, place) = (devices.subscribe(), stage.subscribe());
        let card = Arc::new(Mutex::new(card));
        let (media, shown) = (engine.clone(), Arc::clone(&card));
        let (memory, heard, keeping) = Memory::new(GATHERED);
        let ((inside, admitted), moderates) = (watch::channel(true), Arc::<AtomicBool>::default());
        let told = Arc::clone(&moderates);
        let listener =
            Ear { pages, engine: media, me, card: shown, devices, stage, memory, welcomes, inside, moderates: told, over };
        let listener = Arc::new(listener);
        let login = Login { token: secret.token.clone(), room };
        let (tasks, whose) = (TaskTracker::new(), now(&card).login());
        tasks.spawn(memory::keep(around.store.clone(), whose.clone(), heard, stop.clone()));
        let realtime = Realtime::start(login, Arc::new(network), listener, (&tasks, stop.clone()));
        let switches = Arc::new(switches(&realtime, &engine));
        let guest = (sends == Sends::AsGuest).then(|| {
            let own = OwnDevices { engine: engine.clone(), profile: around.profile.clone(), named: around.sources.clone() };
            let asking = realtime.clone();
            let ask = move |body| -> BoxFuture<'static, _> {
                let realtime = asking.clone();
                Box::pin(async move { realtime.send(body).await })
            };
            Arc::new(Guest::new(place, Arc::clone(&switches), Box::new(own), Box::new(ask)))
        });
        let told = (realtime.clone(), around.pages.clone());
        let unsent = Unsent::begin(around.store.clone(), (whose, room), told, &tasks).await;
        let profile = Mutex::new(around.profile.clone());
        let attendance =
            Self { card, secret, engine, realtime, switches, unsent, keeping, moderates, guest, profile, tasks, stop };
        attendance.keep_media(after_welcome.clone(), admitted);
        attendance.start_tasks(&around, sends, (&after_welcome, elsewhere, ended));
        Ok(attendance)
    }

    fn keep_media(&self, welcomed: watch::Receiver<Welcomed>, inside: watch::Receiver<bool>) {
        let (stop, media) = (self.stop.clone(), connect_media(self.engine.clone(), self.realtime.clone(), welcomed, inside));
        self.tasks.spawn(async move { stop.run_until_cancelled(media).await });
    }

    fn start_tasks(
        &self,
        around: &Surroundings<'_>,
        sends: Sends,
        (welcomed, elsewhere, ended): (&watch::Receiver<Welcomed>, watch::Receiver<Elsewhere>, CancellationToken),
    ) {
        let until_stopped = |work: BoxFuture<'static, ()>| {
            let stop = self.stop.clone();
            self.tasks.spawn(async move { stop.run_until_cancelled(work).await });
        };
        let engine = &self.engine;
        until_stopped(Box::pin(tell_status(engine.status(), around.pages.clone())));
        until_stopped(Box::pin(end_with_login(ended, engine.clone())));
        if sends != Sends::Never {
            until_stopped(Box::pin(tell_level(engine.own_level(), around.pages.clone())));
            let (telling, welcomed, status) = (Arc::clone(&self.switches), welcomed.clone(), engine.status());
            until_stopped(Box::pin(async move { telling.keep_telling(welcomed, status, elsewhere).await }));
        }
        if let Some(guest) = self.guest.clone() {
            until_stopped(Box::pin(async move { guest.follow().await }));
        }
        if sends == Sends::AtWill {
            let named = around.sources.clone();
            let mut kept = around.profile.devices();
            if named != Sources::default() {
                kept = DeviceChoice { speaker: kept.speaker, ..DeviceChoice::default() };
                until_stopped(Box::pin(send_named(named, engine.clone(), Arc::clone(&self.switches))));
            }
            // All of them stand chosen before the person can choose, who else would lose what was kept; opening them takes its time.
            let mut again: BoxFuture<'static, ()> = Box::pin(choose_again(kept, engine.clone()));
            if (&mut again).now_or_never().is_none() {
                until_stopped(again);
            }
        }
    }

    /// Who it is, and where.
    pub fn card(&self) -> SessionCard {
        now(&self.card)
    }

    /// The login's token.
    pub fn token(&self) -> &Token {
        &self.secret.token
    }

    /// Whether this is the link by which one came.
    pub fn came_by(&self, link: &Link) -> bool {
        self.card().server == link.server() && self.secret.invite.as_str() == link.invite()
    }

    /// The link by which one came, to come by it again.
    pub fn link(&self) -> String {
        format!("{}/join/{}", self.card().server, self.secret.invite.as_str())
    }

    /// The media engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The connection.
    pub fn realtime(&self) -> &Realtime {
        &self.realtime
    }

    /// What one said and the room has not taken.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.unsent
    }

    /// How often something changed that was said in the room before.
    pub(crate) fn changes(&self) -> u64 {
        self.keeping.changes()
    }

    /// Has everything kept that was heard. Whether what is kept of a room is as it stands there now.
    pub(crate) async fn keeps_current(&self, room: RoomId) -> bool {
        self.keeping.is_current(room).await
    }

    /// Whether the connection stands.
    pub(crate) fn is_connected(&self) -> bool {
        self.keeping.is_connected()
    }

    /// Whether one looks after others, as far as the server has said.
    pub(crate) fn moderates(&self) -> bool {
        self.moderates.load(Ordering::Relaxed)
    }

    /// Asks the room for something. What may wait for a connection is kept until the room has answered, over the end of the app too, and goes out
    /// again under the same id.
    ///
    /// # Errors
    /// As [`Realtime::send`].
    pub async fn ask(&self, id: CommandId, body: CommandBody) -> Result<Outcome, Problem> {
        if waits(&body) { self.unsent.send(id, self.card().room, body).await } else { Ok(self.realtime.send(body).await?) }
    }

    /// How devices and media stand.
    pub fn media(&self) -> MediaStatus {
        self.engine.status().borrow().clone()
    }

    /// Chooses a device, and keeps the choice for the next start.
    ///
    /// # Errors
    /// [`Problem::Device`]; it stays chosen, and is used when it is there.
    pub async fn choose(&self, kind: DeviceKind, id: Option<String>) -> Result<(), Problem> {
        let opened = self.engine.choose(kind, id).await;
        let profile = self.profile.lock().unwrap_or_else(PoisonError::into_inner);
        // Read while the file is held: what is written last is what was chosen last.
        let choice = to_keep(self.media().choice, profile.devices());
        if let Err(error) = profile.keep_devices(&choice) {
            tracing::warn!(%error, "the chosen devices cannot be kept");
        }
        opened
    }

    /// Switches camera and microphone on and off, here and for the room. Off holds here at once, whatever the room says. The
    /// room hears what really leaves.
    ///
    /// # Errors
    /// The room's refusal; what was to be switched on is off then.
    pub async fn set_sending(&self, sending: Sending) -> Result<(), Problem> {
        if self.guest.as_ref().is_some_and(|guest| !guest.is_on_stage()) {
            return Err(not_allowed());
        }
        self.switches.set(sending).await
    }

    /// Opens the devices of one of the audience, so that they see that these work before they raise the hand; or closes them again.
    pub async fn check_devices(&self, on: bool) {
        if let Some(guest) = &self.guest {
            guest.check(on).await;
        }
    }

    /// Raises the hand, or changes its note. When it is taken one is heard at once.
    ///
    /// # Errors
    /// What the connection says; whoever is not of the audience raises none.
    pub async fn raise_hand(&self, note: String) -> Result<Outcome, Problem> {
        self.guest()?.raise(note).await
    }

    /// Takes the hand down.
    ///
    /// # Errors
    /// As [`Attendance::raise_hand`].
    pub async fn lower_hand(&self) -> Result<Outcome, Problem> {
        self.guest()?.lower().await
    }

    /// Goes back to the audience from the stage. Nothing is captured from the moment on.
    ///
    /// # Errors
    /// As [`Attendance::raise_hand`].
    pub async fn leave_stage(&self) -> Result<Outcome, Problem> {
        self.guest()?.leave_stage().await
    }

    fn guest(&self) -> Result<&Guest, Problem> {
        self.guest.as_deref().ok_or_else(not_allowed)
    }

    /// Ends it: the connection says goodbye, the devices are closed. After it the pages hear nothing of it any more.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.engine.close().await;
        self.tasks.close();
        if timeout(END_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("the connection to the server does not end in time");
        }
    }
}

fn not_allowed() -> Problem {
    Problem::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None }
}

/// Switches that work on this engine and tell this room.
fn switches(realtime: &Realtime, engine: &Engine) -> Switches {
    let (realtime, engine) = (realtime.clone(), engine.clone());
    let say = move |sending, take_over| -> BoxFuture<'static, _> {
        let realtime = realtime.clone();
        Box::pin(async move { realtime.send(CommandBody::SetSending { sending, take_over }).await })
    };
    Switches::new(Box::new(say), Box::new(move |sending| engine.set_sending(sending)))
}

async fn tell_status(mut status: watch::Receiver<MediaStatus>, pages: Pages) {
    loop {
        let status_now = status.borrow_and_update().clone();
        pages.tell(&NativeEvent::Media { status: status_now });
        if status.changed().await.is_err() {
            return;
        }
    }
}

/// Whoever may not come back is neither seen nor heard, and no light of a camera says otherwise.
async fn end_with_login(ended: CancellationToken, engine: Engine) {
    ended.cancelled().await;
    engine.close().await;
}

async fn tell_level(mut level: watch::Receiver<u8>, pages: Pages) {
    while level.changed().await.is_ok() {
        let below_full_scale = *level.borrow_and_update();
        pages.tell(&NativeEvent::OwnLevel { below_full_scale });
        tokio::time::sleep(LEVEL_EVERY).await;
    }
}

/// Opens and sends the sources that were named at the start.
async fn send_named(sources: Sources, engine: Engine, switches: Arc<Switches>) {
    let Sources { camera, microphone } = sources;
    let named = Sending { camera: camera.is_some(), microphone: microphone.is_some() };
    for (kind, id) in [(DeviceKind::Camera, camera), (DeviceKind::Microphone, microphone)] {
        if id.is_none() {
            continue;
        }
        if let Err(problem) = engine.choose(kind, id).await {
            tracing::warn!(?problem, "a source cannot be used");
        }
    }
    if named != Sending::default() {
        switches.begin(named);
    }
}
