//! The post office: takes letters out of the outbox, makes the links that they carry, and sends them. What somebody waits for goes before what goes
//! to many, and has lines of its own.

mod calendars;
mod lanes;
mod texts;
mod timely;
mod today;

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use houselights_shared::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use self::{
    calendars::Whom,
    lanes::Lanes,
    texts::Texts,
    timely::{is_over, is_stale},
};
use crate::{
    app::App,
    calendar::Invitation,
    clock,
    config::Config,
    mail::{
        Links, MailConfig, MailConfigError, Mailer, Message, Own, Recipient, ReminderWhen, SendError, compose, retry_after,
        retry_soon_after,
    },
    metrics::Metrics,
    store::{About, EventRow, Letter, NOBODYS, NewLetter, Sent, StoreError, Turn, device_hash, fresh_secret},
    templates::MailKind,
};

/// Letters to many that are taken at once, to be sent one after the other.
const BATCH: usize = 60;
/// For how long those are ours: where others could have taken them since, they wait for their turn anew.
const HELD: Duration = Duration::from_mins(2);
/// How long a letter may take, from connecting to the answer.
const WITHIN_SECONDS: u64 = 60;
/// How often it is looked whether a letter is due that nobody rang for: whatever wrote it.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// What the name of a sign-in's letter begins with; behind it is its device's hash.
const SIGN_IN: &str = "sign-in:";

/// The counter where letters are announced.
pub(crate) struct PostOffice {
    mailer: Option<Mailer>,
    /// Letters sent at once, each over a connection of its own.
    connections: usize,
    bell: Notify,
    texts: Texts,
}

impl PostOffice {
    /// As the settings say; closed where they name no mail server.
    pub(crate) fn new(config: &Config) -> Result<Self, MailConfigError> {
        let connections = config.smtp_connections as usize;
        let mailer = |url: &url::Url| {
            let (url, from) = (url.clone(), config.mail_from.clone());
            let authorities = config.smtp_ca.as_ref().map(std::fs::read_to_string).transpose();
            let authorities = authorities.map_err(|error| MailConfigError::Unreadable(error.to_string()))?;
            Mailer::new(&MailConfig { url, authorities, from, timeout_seconds: WITHIN_SECONDS, connections })
        };
        Ok(Self {
            mailer: config.smtp_url.as_ref().map(mailer).transpose()?,
            connections,
            bell: Notify::new(),
            texts: Texts::default(),
        })
    }

    /// Whether mail is sent at all.
    pub(crate) fn is_open(&self) -> bool {
        self.mailer.is_some()
    }

    /// A letter was written.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }
}

/// The letter that brings the link of a sign-in to the device that asked for it.
pub(crate) fn sign_in_letter(device_secret: &str, email: &str, now: Timestamp) -> NewLetter {
    let device = device_hash(device_secret);
    NewLetter::new(format!("{SIGN_IN}{device}"), email, &Message::MagicLink { device }, About::default(), now)
}

/// Sends what is due until the server stops. What is under way then is finished; what was taken and not begun is anybody's again.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    let Some(mailer) = &app.post_office.mailer else {
        info!("no mail is sent: no mail server is set");
        return;
    };
    let mut lanes = Lanes::new(app.post_office.connections);
    // What a server before this one had taken when it ended.
    if let Err(error) = app.store.give_back_letters(clock::now()).await {
        warn!(%error, "letters that were under way when the server ended wait until they are free again");
    }
    let mut under_way = FuturesUnordered::new();
    loop {
        let wait = match due(&app, &mut lanes).await {
            Ok((letters, wait)) => {
                under_way.extend(letters.into_iter().map(|(turn, letter)| {
                    let app = &app;
                    async move {
                        deliver(app, mailer, letter).await;
                        turn
                    }
                }));
                wait
            }
            Err(error) => {
                warn!(%error, "the outbox cannot be read");
                LOOK_EVERY
            }
        };
        if wait.is_zero() {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => break,
            Some(turn) = under_way.next() => {
                lanes.done(turn);
                if under_way.is_empty() {
                    // What goes behind others can go now.
                    lanes.look();
                }
            }
            () = app.post_office.bell.notified() => lanes.look(),
            () = tokio::time::sleep(wait) => lanes.look(),
        }
    }
    // At once: where what is under way takes too long, nothing after it is done any more.
    if let Err(error) = app.store.put_back_letters(&lanes.held(), clock::now()).await {
        warn!(%error, "letters that were taken and not sent wait until they are free again");
    }
    under_way.for_each(|_| std::future::ready(())).await;
}

/// What is to be sent now, and until when to wait for more.
async fn due(app: &App, lanes: &mut Lanes<Letter>) -> Result<(Vec<(Turn, Letter)>, Duration), StoreError> {
    let mut letters = Vec::new();
    for turn in [Turn::Urgent, Turn::Bulk] {
        if let Some(most) = lanes.wants(turn) {
            let now = clock::now();
            let taken = app.store.take_letters(turn, most, now).await?;
            lanes.took(turn, (taken, most), now);
        }
        while let Some(letter) = lanes.next(turn, clock::now()) {
            letters.push((turn, letter));
        }
    }
    if lanes.is_looking() {
        // Where there is a free line the next comes at once; otherwise with the next that ends.
        return Ok((letters, if lanes.is_full() { LOOK_EVERY } else { Duration::ZERO }));
    }
    let now = clock::now();
    let wait = app.store.next_letter(now).await?.map_or(LOOK_EVERY, |next| next.since(now)).min(LOOK_EVERY);
    if wait.is_zero() {
        // It was written, or its time has come, since the outbox was looked at.
        lanes.look();
    }
    Ok((letters, wait))
}

/// What a letter's mail is called: the same each time that it is tried, and another where the same is written anew.
fn message_id(letter: &Letter) -> String {
    format!("{}.{}", letter.id, letter.written.micros())
}

async fn deliver(app: &App, mailer: &Mailer, letter: Letter) {
    let outcome = match returned(app, &letter).await {
        Ok(Some(error)) => Sent::Bounced { error },
        Ok(None) => attempt(app, mailer, &letter).await,
        Err(error) => later(&letter, error.to_string()),
    };
    count(&app.metrics, &outcome);
    if let Sent::Later { error, .. } | Sent::Failed { error } | Sent::Bounced { error } = &outcome {
        warn!(attempt = letter.attempt, error, "a mail was not taken");
    }
    if let Err(error) = app.store.letter_sent(&letter, outcome, clock::now()).await {
        warn!(%error, "what became of a mail cannot be stored: it may be sent twice");
    }
}

/// Why a letter does not go: earlier mail of its event came back from there.
async fn returned(app: &App, letter: &Letter) -> Result<Option<String>, StoreError> {
    let Some(event) = letter.about.event else { return Ok(None) };
    let before = app.store.bounced(event, &letter.recipient).await?;
    Ok(before.map(|reason| format!("not sent, as mail from before came back: {reason}")))
}

async fn attempt(app: &App, mailer: &Mailer, letter: &Letter) -> Sent {
    let written = if letter.recipient.ends_with(NOBODYS) {
        // Somebody who was erased, and has a place all the same.
        Ok(None)
    } else {
        write(app, letter, &mailer.from_address()).await
    };
    match written {
        Ok(Some(written)) => {
            let to = Recipient { name: &written.name, address: &letter.recipient };
            let message = compose(&written.message, &written.links, &written.own);
            match mailer.send(&message, to, &written.calendars, &message_id(letter)).await {
                Ok(()) => Sent::Yes,
                Err(SendError::Permanent(error)) => Sent::Bounced { error },
                Err(SendError::Transient(error)) => later(letter, error),
            }
        }
        Ok(None) => Sent::Pointless,
        Err(error) => later(letter, error.to_string()),
    }
}

fn later(letter: &Letter, error: String) -> Sent {
    let is_of_use_for_minutes =
        serde_json::from_str(&letter.message).is_ok_and(|message: Message| message.is_of_use_for_minutes());
    let wait = if is_of_use_for_minutes { retry_soon_after(letter.attempt) } else { retry_after(letter.attempt) };
    match wait {
        Some(wait) => Sent::Later { at: clock::now().plus(wait), error },
        None => Sent::Failed { error },
    }
}

fn count(metrics: &Metrics, outcome: &Sent) {
    match outcome {
        Sent::Yes => metrics.mails_sent.increment(1),
        Sent::Later { .. } => metrics.mails_deferred.increment(1),
        Sent::Failed { .. } | Sent::Bounced { .. } => metrics.mails_failed.increment(1),
        Sent::Pointless => {}
    }
}

/// A letter with all that it needs.
struct Written {
    message: Message,
    name: String,
    links: Links,
    own: Own,
    calendars: Vec<Invitation>,
}

/// Makes a letter's links and looks up what it is about. Nothing where that is over.
async fn write(app: &App, letter: &Letter, from: &str) -> Result<Option<Written>, StoreError> {
    let message: Message = serde_json::from_str(&letter.message).map_err(|_| StoreError::Corrupt("a letter cannot be read"))?;
    let event = match letter.about.event {
        Some(event) => app.store.event(event).await?,
        None => None,
    };
    let now = clock::now();
    if is_stale(&message, letter.written, now) || event.as_ref().is_some_and(|event| is_over(&message, event, now)) {
        return Ok(None);
    }
    let message = match &event {
        None if matches!(message, Message::MemberAdded { .. }) => message.on_server(&app.base_url),
        Some(event) => {
            let Some(message) = today::told(&app.store, event, (letter, message)).await? else { return Ok(None) };
            message
        }
        None => message,
    };
    let Some(web) = link(app, letter, (&message, event.as_ref())).await? else { return Ok(None) };
    let there = event.as_ref().filter(|event| event.deleted_at.is_none());
    let page = there.and_then(|event| Some(format!("{}/e/{}", app.base_url, event.slug.as_ref()?)));
    let (own, calendars) = match &event {
        Some(event) => {
            let whom =
                Whom { from, to: &letter.recipient, has_place: letter.about.participant.is_some(), way_in: web.as_deref() };
            (
                own(&app.post_office.texts, event, &message),
                calendars::of(&app.store, event, (&message, page.as_deref()), whom).await?,
            )
        }
        None => (Own::default(), Vec::new()),
    };
    let name = message.recipient().unwrap_or_default().to_owned();
    let is_new_here =
        matches!(message, Message::Confirmation(_) | Message::PlaceFree { until: None, .. } | Message::MemberAdded { .. });
    let app_url = app.config.app_url.as_ref().filter(|_| is_new_here).map(ToString::to_string);
    Ok(Some(Written { message, name, links: Links { web, page, app: app_url }, own, calendars }))
}

/// The link with a secret that a letter carries: `Some(None)` where it carries none, nothing where what it would lead to is over.
async fn link(
    app: &App,
    letter: &Letter,
    (message, event): (&Message, Option<&EventRow>),
) -> Result<Option<Option<String>>, StoreError> {
    let fresh = || fresh_secret().map_err(|error| StoreError::Unavailable(error.to_string()));
    if let Message::MagicLink { device } = message {
        let secret = fresh()?;
        let armed = app.store.arm_sign_in(device, &secret, clock::now()).await?;
        return Ok(armed.then(|| Some(format!("{}/sign-in/{secret}", app.base_url))));
    }
    if let (Message::PlaceFree { until: Some(_), .. }, Some(registration)) = (message, letter.about.registration) {
        let (secret, slug) = (fresh()?, event.and_then(|event| event.slug.as_deref()).unwrap_or_default());
        let made = app.store.add_payment_link(registration, &secret, clock::now()).await?;
        return Ok(made.then(|| Some(format!("{}/e/{slug}/pay/{secret}", app.base_url))));
    }
    let Some(participant) = letter.about.participant else { return Ok(Some(None)) };
    let secret = fresh()?;
    let room = if let Message::SessionReminder { room_id, .. } = message { *room_id } else { None };
    let to = Some(letter.recipient.as_str());
    let made = app.store.add_invite(participant, (room, to), (&secret, None), clock::now()).await?;
    Ok(made.then(|| Some(format!("{}/join/{secret}", app.base_url))))
}

/// The event's own text for a message, and its colour.
fn own(texts: &Texts, event: &EventRow, message: &Message) -> Own {
    let accent = Some(event.accent.clone());
    let Some(kind) = message.template_kind() else { return Own { accent, ..Own::default() } };
    let text = texts.of(&event.show_plan).get(&kind).cloned();
    Own { subject: text.as_ref().map(|text| text.subject.clone()), body: text.map(|text| text.body), accent }
}

impl Message {
    /// With the address of the server that it comes from, where it tells it.
    fn on_server(mut self, address: &str) -> Self {
        if let Self::MemberAdded { server, .. } = &mut self {
            address.clone_into(server);
        }
        self
    }

    /// What whoever gets it is called, where that is known.
    fn recipient(&self) -> Option<&str> {
        match self {
            Self::MagicLink { .. } => None,
            Self::MemberAdded { name, .. } => name.as_deref(),
            Self::Confirmation(about)
            | Self::Waiting(about)
            | Self::PlaceFree { about, .. }
            | Self::PaymentUnderWay(about)
            | Self::PaymentFailed(about)
            | Self::PlaceRanOut(about)
            | Self::Reminder { about, .. }
            | Self::SessionReminder { about, .. }
            | Self::Changed { about, .. }
            | Self::Cancelled { about, .. }
            | Self::PlaceCancelled { about, .. }
            | Self::WrongAmount { about, .. }
            | Self::RefundOnItsWay { about, .. }
            | Self::Refunded { about, .. } => Some(&about.name),
            Self::SpeakerInvitation { name, .. } => Some(name),
            Self::SpeakerReminder { about, .. }
            | Self::SpeakerChanged { about, .. }
            | Self::SpeakerCancelled { about, .. }
            | Self::SpeakerOff(about)
            | Self::SpeakerMoved(about) => Some(&about.name),
        }
    }

    /// Which text of a template says it.
    fn template_kind(&self) -> Option<MailKind> {
        match self {
            Self::Confirmation(_) => Some(MailKind::Confirmation),
            Self::Reminder { when: ReminderWhen::Day, .. } => Some(MailKind::ReminderDay),
            Self::Reminder { when: ReminderWhen::Hour, .. } => Some(MailKind::ReminderHour),
            Self::Reminder { when: ReminderWhen::Minutes, .. } => Some(MailKind::ReminderMinutes),
            Self::Changed { .. } => Some(MailKind::Changed),
            Self::Cancelled { .. } => Some(MailKind::Cancelled),
            Self::SpeakerInvitation { .. } => Some(MailKind::SpeakerInvitation),
            Self::MagicLink { .. }
            | Self::SessionReminder { .. }
            | Self::SpeakerReminder { .. }
            | Self::Waiting(_)
            | Self::PlaceFree { .. }
            | Self::PaymentUnderWay(_)
            | Self::PaymentFailed(_)
            | Self::PlaceRanOut(_)
            | Self::PlaceCancelled { .. }
            | Self::WrongAmount { .. }
            | Self::RefundOnItsWay { .. }
            | Self::Refunded { .. }
            | Self::SpeakerChanged { .. }
            | Self::SpeakerCancelled { .. }
            | Self::SpeakerOff(_)
            | Self::SpeakerMoved(_)
            | Self::MemberAdded { .. } => None,
        }
    }
}
