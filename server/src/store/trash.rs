//! What was taken away and can be taken back: for [`TRASH_KEPT`], then it is erased.

use std::time::Duration;

use houselights_shared::{EventId, OrganisationId, Timestamp};

use super::{Edited, Row, Statement, Store, StoreError, Value, agenda::Steps};

/// For how long something stays in the trash.
pub(crate) const TRASH_KEPT: Duration = Duration::from_hours(30 * 24);

/// What can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrashKind {
    Event,
    Session,
    Track,
    Room,
    Speaker,
    TicketType,
    Question,
    Code,
}

/// Something in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrashedRow {
    pub(crate) event: EventId,
    pub(crate) id: String,
    pub(crate) kind: TrashKind,
    pub(crate) title: String,
    pub(crate) deleted_at: Timestamp,
}

/// Something of an organisation's own in the trash: a template, or else a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnTrashed {
    pub(crate) id: String,
    pub(crate) is_template: bool,
    /// Of a webhook its address.
    pub(crate) title: String,
    pub(crate) deleted_at: Timestamp,
}

impl TrashKind {
    /// All that an event can have in its trash.
    const PARTS: [Self; 7] =
        [Self::Session, Self::Track, Self::Room, Self::Speaker, Self::TicketType, Self::Question, Self::Code];

    const fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Session => "session",
            Self::Track => "track",
            Self::Room => "room",
            Self::Speaker => "speaker",
            Self::TicketType => "ticket",
            Self::Question => "question",
            Self::Code => "code",
        }
    }

    fn named(word: &str) -> Result<Self, StoreError> {
        Self::PARTS.into_iter().find(|kind| kind.word() == word).ok_or(StoreError::Corrupt("a kind of trash"))
    }
}

/// What puts a part back: `$1` it, `$2` its event, `$3` since when it may have been in the trash.
macro_rules! back {
    ($table:literal) => {
        back!($table, "")
    };
    ($table:literal, $more:literal) => {
        concat!("UPDATE ", $table, " SET deleted_at = NULL", $more, " WHERE id = $1 AND event_id = $2 AND deleted_at >= $3")
    };
}

/// The part of the list that is of one table.
macro_rules! trashed_in {
    ($kind:literal, $title:literal, $table:literal) => {
        concat!(
            "SELECT event_id, id, '",
            $kind,
            "' AS kind, ",
            $title,
            " AS title, deleted_at FROM ",
            $table,
            " WHERE event_id IN ({list}) AND deleted_at >= $1"
        )
    };
}

impl Store {
    /// What of these events was put into the trash since a moment, the latest first; 2,000 at most.
    pub(crate) async fn trash_of(
        &self,
        events: impl IntoIterator<Item = EventId>,
        since: Timestamp,
    ) -> Result<Vec<TrashedRow>, StoreError> {
        let sql = concat!(
            "SELECT event_id, id, kind, title, deleted_at FROM (",
            trashed_in!("session", "title", "sessions"),
            " UNION ALL ",
            trashed_in!("track", "title", "agenda_tracks"),
            " UNION ALL ",
            trashed_in!("room", "title", "rooms"),
            " UNION ALL ",
            trashed_in!("speaker", "name", "speakers"),
            " UNION ALL ",
            trashed_in!("ticket", "title", "ticket_types"),
            " UNION ALL ",
            trashed_in!("question", "label", "questions"),
            " UNION ALL ",
            trashed_in!("code", "code", "ticket_codes"),
            ") AS trashed ORDER BY deleted_at DESC, id LIMIT 2000"
        );
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, vec![since.into()], ids)).await?.iter().map(trashed).collect()
    }

    /// Takes something out of the trash, where the event has room for it: as much of it as it could be made anew; and writes what is told of it.
    /// [`Edited::Gone`] where it is not there, or has been for longer than `since`. [`StoreError::Conflict`] where another has taken its place.
    pub(crate) async fn restore(
        &self,
        event: EventId,
        (kind, id): (TrashKind, &str),
        since: Timestamp,
        told: Vec<Statement>,
    ) -> Result<Edited, StoreError> {
        let sql = match kind {
            TrashKind::Event => {
                "UPDATE events SET deleted_at = NULL, version = version + 1 WHERE id = $1 AND id = $2 AND deleted_at >= $3"
            }
            TrashKind::Session => back!("sessions", ", version = version + 1"),
            TrashKind::Track => back!("agenda_tracks"),
            TrashKind::Room => back!("rooms"),
            TrashKind::Speaker => back!("speakers"),
            TrashKind::TicketType => back!("ticket_types"),
            TrashKind::Question => back!("questions"),
            TrashKind::Code => back!("ticket_codes"),
        };
        let mut steps = Steps::default();
        if kind != TrashKind::Event {
            steps.room_for(kind, event);
        }
        steps.demand(Statement::new(sql, vec![id.into(), Value::id(&event), since.into()]), Edited::Gone);
        if kind == TrashKind::TicketType {
            let one = "UPDATE events SET version = version WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM ticket_types t \
                       JOIN ticket_types o ON o.event_id = t.event_id AND o.currency <> t.currency \
                       AND o.amount > 0 AND (o.deleted_at IS NULL OR o.taken > 0) WHERE t.id = $2 AND t.amount > 0)";
            steps.demand(Statement::new(one, vec![Value::id(&event), id.into()]), Edited::OtherCurrency);
        }
        if kind == TrashKind::Session {
            // Its event may end earlier by now.
            let ends = "UPDATE events SET ends_at = (SELECT ends_at FROM sessions WHERE id = $1), version = version + 1 \
                        WHERE id = $2 AND ends_at < (SELECT ends_at FROM sessions WHERE id = $1)";
            steps.then(Statement::new(ends, vec![id.into(), Value::id(&event)]));
        }
        for statement in told {
            steps.then(statement);
        }
        self.take(steps).await
    }

    /// What of these organisations' own was put into the trash since a moment, the latest first; 2,000 at most.
    pub(crate) async fn trash_of_organisations(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
        since: Timestamp,
    ) -> Result<Vec<(OrganisationId, OwnTrashed)>, StoreError> {
        let sql = "SELECT id, kind, title, deleted_at, organisation_id FROM (\
                   SELECT id, 'template' AS kind, title, deleted_at, organisation_id FROM templates \
                   WHERE organisation_id IN ({list}) AND deleted_at >= $1 \
                   UNION ALL SELECT id, 'webhook' AS kind, url AS title, deleted_at, organisation_id FROM webhooks \
                   WHERE organisation_id IN ({list}) AND deleted_at >= $1) AS trashed ORDER BY deleted_at DESC, id LIMIT 2000";
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, vec![since.into()], organisations)).await?;
        let own = |row: &Row| {
            let trashed = OwnTrashed {
                id: row.text(0)?.to_owned(),
                is_template: row.text(1)? == "template",
                title: row.text(2)?.to_owned(),
                deleted_at: row.at(3)?,
            };
            Ok((row.parsed(4)?, trashed))
        };
        rows.iter().map(own).collect()
    }

    /// Puts a track into the trash; its sessions have none until it is restored. False where there is none (any more).
    pub(crate) async fn delete_track(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE agenda_tracks SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), id.into()]).changing(1)]).await
    }
}

fn trashed(row: &Row) -> Result<TrashedRow, StoreError> {
    Ok(TrashedRow {
        event: row.parsed(0)?,
        id: row.text(1)?.to_owned(),
        kind: TrashKind::named(row.text(2)?)?,
        title: row.text(3)?.to_owned(),
        deleted_at: row.at(4)?,
    })
}
