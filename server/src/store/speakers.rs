//! Speakers, as the agenda shows them, and their way into the green room.

use houselights_shared::{EventId, ImageId, ParticipantId, Role, SessionId, SpeakerId, Timestamp};

use super::{
    CreatedInvite, Edited, Image, Row, Statement, Store, StoreError, TrashKind, Value, agenda::Steps,
    bare_events::insert_invite, erasure::NOBODY,
};

/// A speaker as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpeakerRow {
    pub(crate) id: SpeakerId,
    pub(crate) event: EventId,
    /// Who they are in the rooms, once invited.
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) name: String,
    pub(crate) headline: String,
    /// Markdown.
    pub(crate) biography: String,
    pub(crate) email: Option<String>,
    pub(crate) picture: Option<Image>,
    /// When the last invitation was made.
    pub(crate) invited_at: Option<Timestamp>,
    /// When they first signed in with one.
    pub(crate) came_at: Option<Timestamp>,
}

impl SpeakerRow {
    /// Somebody of whom no more is known than their name.
    pub(crate) fn new(event: EventId, name: &str) -> Self {
        Self {
            id: SpeakerId::random(),
            event,
            participant: None,
            name: name.to_owned(),
            headline: String::new(),
            biography: String::new(),
            email: None,
            picture: None,
            invited_at: None,
            came_at: None,
        }
    }

    /// Whether it was forgotten who they are.
    pub(crate) fn is_erased(&self) -> bool {
        self.name == NOBODY && self.email.is_none()
    }
}

/// What is to be different about a speaker; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::option_option, reason = "absent: it stays; none: there is none from now on")]
pub(crate) struct SpeakerChange {
    pub(crate) name: Option<String>,
    pub(crate) headline: Option<String>,
    pub(crate) biography: Option<String>,
    pub(crate) email: Option<Option<String>>,
    pub(crate) picture: Option<Option<ImageId>>,
}

/// What is read of a speaker, after `SELECT`.
macro_rules! speaker_columns {
    ($before:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $before,
            "k.id, k.event_id, k.participant_id, k.name, k.headline, k.biography, k.email, k.invited_at, p.came_at, \
             i.id, i.width, i.height FROM speakers k LEFT JOIN participants p ON p.id = k.participant_id \
             LEFT JOIN images i ON i.id = k.picture_id ",
            $rest
        )
    };
}

impl Store {
    /// A speaker who is not in the trash.
    pub(crate) async fn speaker(&self, id: SpeakerId) -> Result<Option<SpeakerRow>, StoreError> {
        let sql = speaker_columns!("", "WHERE k.id = $1 AND k.deleted_at IS NULL");
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?;
        rows.first().map(|row| speaker(row, 0)).transpose()
    }

    /// The speakers of these events, each event's in their order.
    pub(crate) async fn speakers_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<SpeakerRow>, StoreError> {
        let sql = speaker_columns!("", "WHERE k.event_id IN ({list}) AND k.deleted_at IS NULL ORDER BY k.position, k.id");
        let ids = events.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| speaker(row, 0)).collect()
    }

    /// Who speaks in these sessions, in each session's order.
    pub(crate) async fn speakers_in(
        &self,
        sessions: impl IntoIterator<Item = SessionId>,
    ) -> Result<Vec<(SessionId, SpeakerRow)>, StoreError> {
        let sql = speaker_columns!(
            "c.session_id, ",
            "JOIN session_speakers c ON c.speaker_id = k.id WHERE c.session_id IN ({list}) AND k.deleted_at IS NULL \
             ORDER BY c.session_id, c.position"
        );
        let ids = sessions.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, speaker(row, 1)?))).collect()
    }

    /// What somebody speaks in, with its title, in the order in which it begins.
    pub(crate) async fn speaks_in(&self, speaker: SpeakerId) -> Result<Vec<(SessionId, String)>, StoreError> {
        let sql = "SELECT s.id, s.title FROM session_speakers c JOIN sessions s ON s.id = c.session_id WHERE c.speaker_id = $1 \
                   AND s.deleted_at IS NULL AND s.cancelled_at IS NULL ORDER BY s.starts_at, s.id LIMIT 20";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&speaker)])).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.text(1)?.to_owned()))).collect()
    }

    /// Adds a speaker behind the others.
    pub(crate) async fn create_speaker(&self, new: &SpeakerRow, now: Timestamp) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        steps.room_for(TrashKind::Speaker, new.event);
        let sql = "INSERT INTO speakers (id, event_id, name, headline, biography, email, position, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, \
                   (SELECT coalesce(max(position), -1) + 1 FROM speakers WHERE event_id = $2), $7)";
        let values = vec![
            Value::id(&new.id),
            Value::id(&new.event),
            new.name.as_str().into(),
            new.headline.as_str().into(),
            new.biography.as_str().into(),
            new.email.clone().into(),
            now.into(),
        ];
        steps.then(Statement::new(sql, values));
        self.take(steps).await
    }

    /// Changes a speaker, and what they are called in the rooms from their next login on, with what else is written then. False where there is none
    /// (any more).
    pub(crate) async fn update_speaker(
        &self,
        id: SpeakerId,
        change: &SpeakerChange,
        more: Vec<Statement>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE speakers SET name = coalesce($1, name), headline = coalesce($2, headline), \
                   biography = coalesce($3, biography), email = CASE WHEN $4 = 1 THEN $5 ELSE email END, \
                   picture_id = CASE WHEN $6 = 1 THEN $7 ELSE picture_id END WHERE id = $8 AND deleted_at IS NULL";
        let values = vec![
            change.name.clone().into(),
            change.headline.clone().into(),
            change.biography.clone().into(),
            change.email.is_some().into(),
            change.email.clone().flatten().into(),
            change.picture.is_some().into(),
            change.picture.flatten().map(|id| id.to_string()).into(),
            Value::id(&id),
        ];
        let mut statements = vec![Statement::new(sql, values).changing(1)];
        if let Some(name) = &change.name {
            let sql = "UPDATE participants SET name = $1 WHERE id = (SELECT participant_id FROM speakers WHERE id = $2)";
            statements.push(Statement::new(sql, vec![name.as_str().into(), Value::id(&id)]));
        }
        statements.extend(more);
        self.changed(statements).await
    }

    /// Puts a speaker into the trash, with the letter that tells them. Their invitations and their login are over, also where they are restored.
    /// False where there is none.
    pub(crate) async fn delete_speaker(
        &self,
        id: SpeakerId,
        letter: Option<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let gone =
            "UPDATE speakers SET deleted_at = $1, invited_at = CAST(NULL AS BIGINT) WHERE id = $2 AND deleted_at IS NULL";
        let theirs = |sql| Statement::new(sql, vec![Value::id(&id)]);
        let mut statements = vec![
            Statement::new(gone, vec![now.into(), Value::id(&id)]).changing(1),
            theirs("DELETE FROM invites WHERE participant_id = (SELECT participant_id FROM speakers WHERE id = $1)"),
            theirs("DELETE FROM logins WHERE participant_id = (SELECT participant_id FROM speakers WHERE id = $1)"),
        ];
        statements.extend(letter);
        self.changed(statements).await
    }

    /// Takes back a speaker's invitations, also those whose letter is not sent yet, and ends their login. What of them was in the rooms stays. False
    /// where they are not invited.
    pub(crate) async fn revoke_invitations(&self, id: SpeakerId, now: Timestamp) -> Result<bool, StoreError> {
        let theirs = |sql| Statement::new(sql, vec![Value::id(&id)]);
        let uninvited = "UPDATE speakers SET name = name \
                         WHERE id = $1 AND invited_at IS NOT NULL AND participant_id IS NOT NULL AND deleted_at IS NULL";
        let mut statements = vec![theirs(uninvited).changing(1)];
        statements.extend(ways_in_over(id, None, now));
        self.changed(statements).await
    }

    /// Whether mail with a way in went to somebody at an address, or is on its way, since they were invited: what is not kept any more went.
    pub(crate) async fn was_written_to(
        &self,
        participant: ParticipantId,
        email: &str,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT coalesce(sum(CASE WHEN state = 'sent' OR taken_at IS NOT NULL THEN 1 ELSE 0 END), 0), count(*) FROM outbox \
                   WHERE participant_id = $1 AND recipient = $2 AND created_at >= $3";
        let values = vec![Value::id(&participant), email.into(), since.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        rows.first().map_or(Ok(false), |row| Ok(row.int(0)? > 0 || row.int(1)? == 0))
    }

    /// A speaker in the trash who was sent that they are none any more, at the address that they have, or is about to be.
    pub(crate) async fn sent_off(&self, event: EventId, id: &str) -> Result<Option<SpeakerRow>, StoreError> {
        let sql = speaker_columns!(
            "",
            "WHERE k.id = $1 AND k.event_id = $2 AND k.deleted_at IS NOT NULL AND k.participant_id IS NOT NULL AND EXISTS \
             (SELECT 1 FROM outbox o WHERE o.recipient = k.email AND o.event_id = k.event_id AND o.id LIKE 'speaker-off:' || k.id || ':%')"
        );
        let rows = self.db.read(Statement::new(sql, vec![id.into(), Value::id(&event)])).await?;
        rows.first().map(|row| speaker(row, 0)).transpose()
    }

    /// Notes that a speaker is invited anew, in the write that does so.
    pub(crate) fn invited_again(id: SpeakerId, now: Timestamp) -> Statement {
        let sql = "UPDATE speakers SET invited_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        Statement::new(sql, vec![now.into(), Value::id(&id)])
    }

    /// Stores an invite for a speaker, who is `participant` in the rooms: whom they are already, or, the first time, are from now on. `letter`
    /// is written with it. False where they are another one (by now), or in the trash.
    pub(crate) async fn invite_speaker(
        &self,
        speaker: &SpeakerRow,
        (participant, invite): (ParticipantId, &CreatedInvite),
        letter: Option<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ids = vec![now.into(), Value::id(&speaker.id), Value::id(&participant)];
        let mut statements = Vec::with_capacity(4);
        let noted = if speaker.participant.is_some() {
            "UPDATE speakers SET invited_at = $1 WHERE id = $2 AND participant_id = $3 AND deleted_at IS NULL"
        } else {
            let sql = "INSERT INTO participants (id, event_id, name, role, created_at) VALUES ($1, $2, $3, 'speaker', $4)";
            let values = vec![Value::id(&participant), Value::id(&speaker.event), speaker.name.as_str().into(), now.into()];
            statements.push(Statement::new(sql, values));
            "UPDATE speakers SET invited_at = $1, participant_id = $3 \
             WHERE id = $2 AND participant_id IS NULL AND deleted_at IS NULL"
        };
        statements.push(Statement::new(noted, ids).changing(1));
        statements.push(insert_invite(invite, speaker.event, Some(participant), (now, None)));
        statements.extend(letter);
        self.changed(statements).await
    }
}

/// Ends all that leads a speaker in: their links, also those whose letter is not sent yet, and their login. `invited_at` is when they are invited anew,
/// where they are.
pub(crate) fn ways_in_over(id: SpeakerId, invited_at: Option<Timestamp>, now: Timestamp) -> Vec<Statement> {
    let theirs = |sql| Statement::new(sql, vec![Value::id(&id)]);
    let invited = "UPDATE speakers SET invited_at = CAST($2 AS BIGINT) WHERE id = $1";
    let revoked = "UPDATE invites SET revoked_at = $2 WHERE revoked_at IS NULL \
                   AND participant_id = (SELECT participant_id FROM speakers WHERE id = $1)";
    vec![
        Statement::new(invited, vec![Value::id(&id), invited_at.into()]),
        Statement::new(revoked, vec![Value::id(&id), now.into()]),
        theirs("DELETE FROM logins WHERE participant_id = (SELECT participant_id FROM speakers WHERE id = $1)"),
        theirs(
            "DELETE FROM outbox WHERE state = 'queued' AND participant_id = (SELECT participant_id FROM speakers WHERE id = $1)",
        ),
    ]
}

impl CreatedInvite {
    /// An invite to a green room, not stored yet.
    pub(crate) fn for_speaker(name: &str, base_url: &str) -> Result<Self, StoreError> {
        Self::fresh(Role::Speaker, Some(name.to_owned()), base_url)
    }
}

/// Of a row whose first columns are others'.
fn speaker(row: &Row, first: usize) -> Result<SpeakerRow, StoreError> {
    let picture = match row.maybe(first + 9)? {
        Some(id) => Some(Image { id, width: row.int(first + 10)?, height: row.int(first + 11)? }),
        None => None,
    };
    Ok(SpeakerRow {
        id: row.parsed(first)?,
        event: row.parsed(first + 1)?,
        participant: row.maybe(first + 2)?,
        name: row.text(first + 3)?.to_owned(),
        headline: row.text(first + 4)?.to_owned(),
        biography: row.text(first + 5)?.to_owned(),
        email: row.maybe(first + 6)?,
        invited_at: row.maybe_at(first + 7)?,
        came_at: row.maybe_at(first + 8)?,
        picture,
    })
}
