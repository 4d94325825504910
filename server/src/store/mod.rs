//! What outlives the process: a port per feature over the small [`Db`] trait, with one SQL text for every engine.

mod agenda;
mod announcements;
mod api_keys;
mod archives;
mod audit;
mod bans;
mod bare_events;
mod bounces;
mod codes;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod conformance_integrators;
mod creation;
mod database;
mod db;
mod deliveries;
mod duplicates;
mod erasure;
mod events;
#[cfg(test)]
mod flaky;
mod held;
mod images;
mod inbox;
mod inbox_stand;
mod invites;
mod landing;
mod life;
mod logins;
mod mail_states;
mod message_search;
mod messages;
mod migrations;
mod oidc;
mod open_error;
mod organisations;
mod outbox;
mod outline;
mod payments;
mod people;
mod picks;
mod places;
mod postgres;
mod profiles;
mod programme;
mod promotion;
mod purge;
mod questions;
mod registrations;
mod replacing;
mod reported;
mod sales;
#[cfg(test)]
mod seats;
mod sessions;
mod settings;
mod slugs;
mod speakers;
mod speaking;
mod sqlite;
mod templates;
mod tickets;
mod trash;
mod unindexed;
mod updates;
mod webhooks;

use std::sync::Arc;

use sha2::{Digest, Sha256};

pub(crate) use houselights_domain::EventPhase;

pub(crate) use agenda::{Edited, InRoom, RoomRow, RoomStands, TrackRow};
pub(crate) use announcements::{Addressee, Allowance, Announcement, Audience, NewAnnouncement};
pub(crate) use api_keys::{ApiKey, KEY_PREFIX, MOST_KEYS};
pub(crate) use archives::{BEING_TAKEN_IN, half_taken, has_room_for_picture};
pub(crate) use bans::BanRow;
pub(crate) use bare_events::app_link;
pub use bare_events::{Created, CreatedInvite, NewEvent, NewInvite};
pub(crate) use bounces::good_again;
pub(crate) use codes::{NewTicketCode, TicketCode};
pub(crate) use creation::{NO_CURRENCY, NewEventOf, ShowPlan};
pub use database::{Database, UnknownEngine};
pub(crate) use db::{Answers, Db, Dialect, Row, Standing, Statement, StoreError, Value};
pub(crate) use deliveries::{Delivery, DeliveryState, Handed, Parcel, announce};
pub(crate) use duplicates::Original;
pub(crate) use erasure::{NOBODYS, Trace, Traces, WrittenOut};
pub(crate) use events::{Child, EventChange, EventFilter, EventRow};
#[cfg(test)]
pub(crate) use flaky::{Flaky, Mood};
pub(crate) use images::{Image, ImageFile};
pub(crate) use invites::Entering;
pub(crate) use invites::{Holder, Invite};
pub(crate) use landing::{PublicEvent, PublicQuestion, PublicSession, PublicSpeaker};
pub(crate) use life::Deleted;
pub(crate) use logins::{Identity, LoginId, NewLogin};
pub(crate) use mail_states::{LastLetter, MailState};
pub(crate) use messages::Sought;
pub(crate) use oidc::{NewOidcSignIn, OidcSignIn, Vouched};
pub use open_error::OpenError;
pub(crate) use organisations::{
    Added, Founded, MOST_EVENTS, MOST_MEMBERS, MOST_OWNED, Member, MemberChange, Organisation, stored_staff,
};
#[cfg(test)]
pub(crate) use outbox::LEASE;
pub(crate) use outbox::{About, Letter, NewLetter, Sent, Turn, unsaid};
pub(crate) use outline::{Outline, TicketOutline};
#[cfg(test)]
pub(crate) use outline::{RoomOutline, SessionOutline, TrackOutline};
pub(crate) use payments::{
    PaymentRow, PaymentState, closing, moving, not_to_come_back, notice, refunded_in_part, refunding_all, under_way,
};
pub(crate) use people::{Confirmation, Opened, Person, PersonLogin, SIGN_IN_WITHIN, SignIn, device_hash};
#[cfg(all(test, unix))]
pub(crate) use postgres::cluster;
pub(crate) use reported::RoomFigures;
pub(crate) use sales::SalesFigures;
pub(crate) use sessions::{Going, NewSession, SessionChange, SessionRow};
pub(crate) use speakers::{SpeakerChange, SpeakerRow, ways_in_over};
pub(crate) use speaking::{Discarded, Entry, Invited};
pub(crate) use templates::OwnTemplate;
pub(crate) use trash::{OwnTrashed, TRASH_KEPT, TrashKind, TrashedRow};

pub(crate) use picks::Picked;
pub(crate) use places::{By, NewPlace, Seat, Taken};
pub(crate) use profiles::Headline;
pub(crate) use promotion::Admitted;
pub(crate) use questions::{NewQuestion, Question, QuestionChange};
pub(crate) use registrations::{RegistrationFilter, RegistrationRow, RegistrationState, searched};
pub(crate) use tickets::{NewTicketType, TicketType, TicketTypeChange};
pub(crate) use webhooks::{Belonging, MOST_WEBHOOKS, Webhook};

use tracing::debug;

use crate::metrics::Metrics;

/// The ports of all features.
#[derive(Clone)]
pub(crate) struct Store {
    db: Arc<dyn Db>,
    unindexed: Arc<unindexed::Unindexed>,
}

impl Store {
    /// Opens or makes the database and brings its schema up to date.
    pub(crate) async fn open(database: &Database, metrics: &Arc<Metrics>) -> Result<Self, OpenError> {
        Ok(Self { db: engine(database, metrics).await?, unindexed: Arc::default() })
    }

    /// The same, which writes only while the lock is held.
    #[must_use]
    pub(crate) fn under(self, lock: &Lock) -> Self {
        match lock {
            // The system lets go of a file's when the process ends.
            Lock::File { .. } => self,
            Lock::Postgres(hold) => Self { db: Arc::new(held::Held { inner: self.db, hold: Arc::clone(hold) }), ..self },
        }
    }

    #[cfg(test)]
    pub(crate) fn over(db: Arc<dyn Db>) -> Self {
        Self { db, unindexed: Arc::default() }
    }

    /// Writes, and says whether the demands of all statements were met.
    async fn changed(&self, statements: Vec<Statement>) -> Result<bool, StoreError> {
        match self.db.write(statements).await {
            Ok(_) => Ok(true),
            Err(StoreError::Unmet(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes down when something was used. Nobody depends on it: whoever asks is served all the same where it cannot be stored.
    async fn note(&self, statement: Statement) {
        if let Err(error) = self.db.write(vec![statement]).await {
            debug!(%error, "a last use is not written down");
        }
    }

    /// Whether the last write was stored.
    pub(crate) fn is_writable(&self) -> bool {
        self.db.is_writable()
    }

    /// Whether the database is still where it was opened.
    pub(crate) fn is_in_place(&self) -> bool {
        self.db.is_in_place()
    }

    /// Looks whose the database is, and whether it answers.
    pub(crate) async fn look(&self) -> Standing {
        self.db.look().await
    }

    /// Writes one row, to find out whether writing works (again).
    pub(crate) async fn probe(&self, now: i64) -> Result<(), StoreError> {
        let statement = Statement::new(
            "INSERT INTO probe (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
            vec![Value::Int(now)],
        );
        self.db.write(vec![statement]).await.map(drop)
    }

    /// Lets queued writes finish and closes the files.
    pub(crate) async fn close(&self) {
        self.db.close().await;
    }
}

/// The engine for a database.
pub(crate) async fn engine(database: &Database, metrics: &Arc<Metrics>) -> Result<Arc<dyn Db>, OpenError> {
    match database {
        Database::File(path) => {
            let (path, metrics) = (path.clone(), Arc::clone(metrics));
            let opened = tokio::task::spawn_blocking(move || sqlite::Sqlite::open(&path, &metrics)).await;
            Ok(Arc::new(opened.map_err(|_| OpenError::Panicked)??))
        }
        Database::Postgres(url) => Ok(Arc::new(postgres::Postgres::open(url, metrics).await?)),
    }
}

/// Held by the server that runs on a database: rooms have one owner. Making an event beside it needs none.
pub(crate) enum Lock {
    File { _held: sqlite::Lock },
    Postgres(Arc<postgres::Hold>),
}

impl Lock {
    /// Takes it, or says who has it.
    pub(crate) async fn take(database: &Database) -> Result<Self, OpenError> {
        match database {
            Database::File(path) => {
                let path = path.clone();
                let taken = tokio::task::spawn_blocking(move || sqlite::Lock::take(&path)).await;
                Ok(Self::File { _held: taken.map_err(|_| OpenError::Panicked)?? })
            }
            Database::Postgres(url) => Ok(Self::Postgres(Arc::new(postgres::Hold::take(url).await?))),
        }
    }
}

/// The store knows of it, and may outlive the server.
impl Drop for Lock {
    fn drop(&mut self) {
        match self {
            Self::File { .. } => {}
            Self::Postgres(hold) => hold.let_go(),
        }
    }
}

/// What is stored in place of a secret: its SHA-256, in lower-case hex.
pub(crate) fn hashed(secret: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(secret.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A fresh secret of 256 bits, in URL-safe characters.
pub(crate) fn fresh_secret() -> Result<String, getrandom::Error> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = [0_u8; 43];
    getrandom::fill(&mut random)?;
    Ok(random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63))).map(|&c| char::from(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_url_safe_and_new_each_time() {
        let (one, two) = (fresh_secret().unwrap(), fresh_secret().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
    }

    #[test]
    fn a_hash_is_the_standard_one() {
        assert_eq!(hashed("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
