//! The post office: takes letters out of the outbox, makes the links that they carry, and sends them.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use houselights_domain::reminders::When;
use houselights_shared::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    calendar::{self, CalendarEvent, Invitation, Method, Party},
    clock,
    config::Config,
    graphql::input::shown,
    mail::{Links, MailConfig, MailConfigError, Mailer, Message, Own, Recipient, SendError, compose, retry_after},
    metrics::Metrics,
    store::{
        About, EventRow, Letter, NOBODYS, NewLetter, SIGN_IN_WITHIN, Sent, ShowPlan, StoreError, device_hash, fresh_secret,
    },
    templates::{MailKind, Template},
};

/// Letters taken at once.
const BATCH: i64 = 50;
/// And sent at once.
const AT_ONCE: usize = 4;
/// How long a letter may take, from connecting to the answer.
const WITHIN_SECONDS: u64 = 60;
/// How often it is looked whether a letter is due that nobody rang for: another server on the same database may have written it.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// What the name of a sign-in's letter begins with; behind it is its device's hash.
const SIGN_IN: &str = "sign-in:";
/// Whoever belongs to an organisation for longer has found out by themselves.
const WELCOME_WITHIN: Duration = Duration::from_hours(14 * 24);
/// Links that one address is sent within the time that a link can be used.
const LINKS_AT_ONCE: usize = 5;

/// The counter where letters are announced.
pub(crate) struct PostOffice {
    mailer: Option<Mailer>,
    bell: Notify,
}

impl PostOffice {
    /// As the settings say; closed where they name no mail server.
    pub(crate) fn new(config: &Config) -> Result<Self, MailConfigError> {
        let mailer = |url: &url::Url| {
            let (url, from) = (url.clone(), config.mail_from.clone());
            let authorities = config.smtp_ca.as_ref().map(std::fs::read_to_string).transpose();
            let authorities = authorities.map_err(|error| MailConfigError::Unreadable(error.to_string()))?;
            Mailer::new(&MailConfig { url, authorities, from, timeout_seconds: WITHIN_SECONDS })
        };
        Ok(Self { mailer: config.smtp_url.as_ref().map(mailer).transpose()?, bell: Notify::new() })
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

/// The letter that brings the link of a sign-in, under each of the names that it can have: one for each that an address is sent within the time that a
/// link can be used. So it is written under the first that nobody has taken.
pub(crate) fn sign_in_letters(device_secret: &str, email: &str, now: Timestamp) -> [NewLetter; LINKS_AT_ONCE] {
    let message = Message::MagicLink { device: device_hash(device_secret) };
    let window = now.micros() / i64::try_from(SIGN_IN_WITHIN.as_micros()).unwrap_or(i64::MAX);
    let whose = device_hash(email);
    std::array::from_fn(|number| {
        NewLetter::new(format!("{SIGN_IN}{whose}:{window}:{number}"), email, &message, About::default(), now)
    })
}

/// Sends what is due until the server stops. What is under way then is finished.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    let Some(mailer) = &app.post_office.mailer else {
        info!("no mail is sent: no mail server is set");
        return;
    };
    loop {
        let wait = match round(&app, mailer).await {
            Ok(wait) => wait,
            Err(error) => {
                warn!(%error, "the outbox cannot be read");
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.post_office.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Sends everything that is due. Until when to wait then.
async fn round(app: &App, mailer: &Mailer) -> Result<Duration, StoreError> {
    loop {
        let letters = app.store.take_letters(BATCH, clock::now()).await?;
        if letters.is_empty() {
            let now = clock::now();
            let next = app.store.next_letter().await?.map_or(LOOK_EVERY, |next| next.since(now));
            return Ok(next.min(LOOK_EVERY));
        }
        stream::iter(letters).for_each_concurrent(AT_ONCE, |letter| deliver(app, mailer, letter)).await;
    }
}

async fn deliver(app: &App, mailer: &Mailer, letter: Letter) {
    let written = if letter.recipient.ends_with(NOBODYS) {
        // Somebody who was erased, and has a place all the same.
        Ok(None)
    } else {
        write(app, &letter, &mailer.from_address()).await
    };
    let outcome = match written {
        Ok(Some(written)) => {
            let to = Recipient { name: &written.name, address: &letter.recipient };
            let message = compose(&written.message, &written.links, &written.own);
            match mailer.send(&message, to, written.calendar.as_ref(), &letter.id).await {
                Ok(()) => Sent::Yes,
                Err(SendError::Permanent(error)) => Sent::Bounced { error },
                Err(SendError::Transient(error)) => later(&letter, error),
            }
        }
        Ok(None) => Sent::Pointless,
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

fn later(letter: &Letter, error: String) -> Sent {
    match retry_after(letter.attempt) {
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
    calendar: Option<Invitation>,
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
    let Some(web) = link(app, letter, (&message, event.as_ref())).await? else { return Ok(None) };
    let page = event.as_ref().and_then(|event| Some(format!("{}/e/{}", app.base_url, event.slug.as_ref()?)));
    let (own, calendar) = match &event {
        Some(event) => (own(event, &message), calendar(event, &message, page.as_deref(), (from, &letter.recipient))),
        None => (Own::default(), None),
    };
    let name = message.recipient().unwrap_or_default().to_owned();
    Ok(Some(Written { message, name, links: Links { web, page }, own, calendar }))
}

/// Whether a letter comes too late, however long it waited for a mail server: it remembers an event that is moved or cancelled meanwhile, or what it
/// is about is over.
fn is_over(message: &Message, event: &EventRow, now: Timestamp) -> bool {
    match message {
        Message::Reminder { when, about } => {
            event.cancelled_at.is_some()
                || event.starts_at != about.starts_at
                || !When::from(*when).is_of_use(event.starts_at, now)
        }
        Message::Confirmation(_)
        | Message::Waiting(_)
        | Message::PlaceFree { .. }
        | Message::Changed { .. }
        | Message::PlaceCancelled { .. }
        | Message::SpeakerInvitation { .. } => event.ends_at <= now,
        // Of an event that had two dates the later one counts.
        Message::Cancelled { about, .. } => event.ends_at.max(about.starts_at) <= now,
        // Money is of interest for as long as it takes; the others are of no event.
        Message::Refunded { .. } | Message::WrongAmount { .. } | Message::MagicLink { .. } | Message::MemberAdded { .. } => {
            false
        }
    }
}

/// Whether a letter that is of no event waited for too long. The link of a sign-in runs out by itself.
fn is_stale(message: &Message, written: Timestamp, now: Timestamp) -> bool {
    match message {
        Message::MemberAdded { .. } => now.since(written) > WELCOME_WITHIN,
        Message::MagicLink { .. }
        | Message::Confirmation(_)
        | Message::Waiting(_)
        | Message::PlaceFree { .. }
        | Message::Reminder { .. }
        | Message::Changed { .. }
        | Message::Cancelled { .. }
        | Message::PlaceCancelled { .. }
        | Message::WrongAmount { .. }
        | Message::Refunded { .. }
        | Message::SpeakerInvitation { .. } => false,
    }
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
    let made = app.store.add_invite(participant, None, (&secret, None), clock::now()).await?;
    Ok(made.then(|| Some(format!("{}/join/{secret}", app.base_url))))
}

/// The event's own text for a message, and its colour.
fn own(event: &EventRow, message: &Message) -> Own {
    let accent = Some(event.accent.clone());
    let Some(kind) = message.template_kind() else { return Own { accent, ..Own::default() } };
    let plan: ShowPlan = serde_json::from_str(&event.show_plan).unwrap_or_default();
    let text = Template::read(&plan.source).ok().and_then(|mut template| template.mails.remove(&kind));
    Own { subject: text.as_ref().map(|text| text.subject.clone()), body: text.map(|text| text.body), accent }
}

/// What goes into the recipient's calendar.
fn calendar(event: &EventRow, message: &Message, page: Option<&str>, (from, to): (&str, &str)) -> Option<Invitation> {
    let method = message.calendar_method()?;
    let party = |name: &str, address: &str| Some(Party { name: name.to_owned(), address: address.to_owned() });
    let entry = CalendarEvent {
        uid: calendar::event_uid(event.id),
        sequence: u32::try_from(event.version).unwrap_or(u32::MAX),
        stamp: shown(clock::now()),
        starts_at: shown(event.starts_at),
        ends_at: shown(event.ends_at),
        title: event.title.clone(),
        description: event.summary.clone(),
        url: page.map(str::to_owned),
        location: None,
        organizer: party(&event.title, from),
        attendee: party(message.recipient().unwrap_or_default(), to),
        is_cancelled: method == Method::Cancel,
    };
    Some(calendar::invitation(&entry, method))
}

impl Message {
    /// What whoever gets it is called, where that is known.
    fn recipient(&self) -> Option<&str> {
        match self {
            Self::MagicLink { .. } => None,
            Self::MemberAdded { name, .. } => name.as_deref(),
            Self::Confirmation(about)
            | Self::Waiting(about)
            | Self::PlaceFree { about, .. }
            | Self::Reminder { about, .. }
            | Self::Changed { about, .. }
            | Self::Cancelled { about, .. }
            | Self::PlaceCancelled { about, .. }
            | Self::WrongAmount { about, .. }
            | Self::Refunded { about, .. } => Some(&about.name),
            Self::SpeakerInvitation { name, .. } => Some(name),
        }
    }

    /// Which text of a template says it.
    fn template_kind(&self) -> Option<MailKind> {
        use crate::mail::ReminderWhen;
        match self {
            Self::Confirmation(_) => Some(MailKind::Confirmation),
            Self::Reminder { when: ReminderWhen::Day, .. } => Some(MailKind::ReminderDay),
            Self::Reminder { when: ReminderWhen::Hour, .. } => Some(MailKind::ReminderHour),
            Self::Reminder { when: ReminderWhen::Minutes, .. } => Some(MailKind::ReminderMinutes),
            Self::Changed { .. } => Some(MailKind::Changed),
            Self::Cancelled { .. } => Some(MailKind::Cancelled),
            Self::SpeakerInvitation { .. } => Some(MailKind::SpeakerInvitation),
            Self::MagicLink { .. }
            | Self::Waiting(_)
            | Self::PlaceFree { .. }
            | Self::PlaceCancelled { .. }
            | Self::WrongAmount { .. }
            | Self::Refunded { .. }
            | Self::MemberAdded { .. } => None,
        }
    }

    /// What it does to the recipient's calendar.
    fn calendar_method(&self) -> Option<Method> {
        match self {
            Self::Confirmation(_) | Self::Changed { .. } | Self::SpeakerInvitation { .. } => Some(Method::Request),
            Self::Cancelled { .. } | Self::PlaceCancelled { had_place: true, .. } | Self::Refunded { .. } => {
                Some(Method::Cancel)
            }
            Self::MagicLink { .. }
            | Self::PlaceCancelled { had_place: false, .. }
            | Self::WrongAmount { .. }
            | Self::Waiting(_)
            | Self::PlaceFree { .. }
            | Self::Reminder { .. }
            | Self::MemberAdded { .. } => None,
        }
    }
}
