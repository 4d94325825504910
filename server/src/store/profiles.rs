//! What participants say of themselves.

use std::collections::HashMap;

use houselights_domain::Actor;
use houselights_shared::{EventId, ParticipantId, Profile, ShownTo, Timestamp};
use serde_json::json;

use super::{LoginId, Row, Statement, Store, StoreError, Value, invites::read_role};

/// Of one's profile what stands in a list.
#[expect(clippy::struct_field_names, reason = "it is called so in the profile")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Headline {
    pub(crate) headline: String,
    pub(crate) company: String,
    pub(crate) shown_to: ShownTo,
}

impl Store {
    /// What somebody says of themselves, if they do.
    pub(crate) async fn profile(&self, of: ParticipantId) -> Result<Option<Profile>, StoreError> {
        let sql = "SELECT headline, company, pronouns, about, links, shown_to FROM profiles WHERE participant_id = $1";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&of)])).await?;
        rows.first().map(|row| profile(row, 0)).transpose()
    }

    /// What the person of a login, who signed in, said last at another event. Whoever came by a link alone is nobody of whom that could be told.
    pub(crate) async fn profile_before(&self, login: &LoginId) -> Result<Option<Profile>, StoreError> {
        let sql = "SELECT f.headline, f.company, f.pronouns, f.about, f.links, f.shown_to FROM logins l \
                   JOIN person_logins o ON o.id = l.person_login_id JOIN participants p ON p.person_id = o.person_id \
                   JOIN profiles f ON f.participant_id = p.id WHERE l.token_hash = $1 AND p.id <> l.participant_id \
                   ORDER BY f.changed_at DESC, p.id LIMIT 1";
        let rows = self.db.read(Statement::new(sql, vec![login.as_str().into()])).await?;
        rows.first().map(|row| profile(row, 0)).transpose()
    }

    /// Keeps what somebody says of themselves, in place of what they said before.
    pub(crate) async fn keep_profile(&self, of: ParticipantId, profile: &Profile, now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO profiles (participant_id, headline, company, pronouns, about, links, shown_to, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (participant_id) DO UPDATE SET headline = excluded.headline, \
                   company = excluded.company, pronouns = excluded.pronouns, about = excluded.about, links = excluded.links, \
                   shown_to = excluded.shown_to, changed_at = excluded.changed_at";
        let values = vec![
            Value::id(&of),
            profile.headline.as_str().into(),
            profile.company.as_str().into(),
            profile.pronouns.as_str().into(),
            profile.about.as_str().into(),
            json!(profile.links).to_string().into(),
            stored(profile.shown_to).into(),
            now.into(),
        ];
        self.db.write(vec![Statement::new(sql, values)]).await.map(drop)
    }

    /// The lines of those of these participants who say something that somebody is shown.
    pub(crate) async fn headlines(&self, of: &[ParticipantId]) -> Result<HashMap<ParticipantId, Headline>, StoreError> {
        let sql = "SELECT participant_id, headline, company, shown_to FROM profiles \
                   WHERE participant_id IN ({list}) AND shown_to <> 'nobody' AND (headline <> '' OR company <> '')";
        let rows = self.db.read(Statement::listing(sql, Vec::new(), of.iter().map(Value::id))).await?;
        let headline = |row: &Row| {
            let (headline, company) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
            Ok((row.parsed(0)?, Headline { headline, company, shown_to: read(row.text(3)?) }))
        };
        rows.iter().map(headline).collect()
    }

    /// Somebody of an event, also who is not there.
    pub(crate) async fn participant(&self, event: EventId, who: ParticipantId) -> Result<Option<Actor>, StoreError> {
        let sql = "SELECT name, role FROM participants WHERE id = $1 AND event_id = $2";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&who), Value::id(&event)])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Actor { participant: who, name: row.text(0)?.to_owned(), role: read_role(row.text(1)?), device: None }))
    }
}

fn profile(row: &Row, first: usize) -> Result<Profile, StoreError> {
    Ok(Profile {
        headline: row.text(first)?.to_owned(),
        company: row.text(first + 1)?.to_owned(),
        pronouns: row.text(first + 2)?.to_owned(),
        about: row.text(first + 3)?.to_owned(),
        links: row.json(first + 4)?,
        shown_to: read(row.text(first + 5)?),
    })
}

const fn stored(shown_to: ShownTo) -> &'static str {
    match shown_to {
        ShownTo::Everybody => "everybody",
        ShownTo::Crew => "crew",
        ShownTo::Nobody | ShownTo::Unknown => "nobody",
    }
}

fn read(stored: &str) -> ShownTo {
    match stored {
        "everybody" => ShownTo::Everybody,
        "crew" => ShownTo::Crew,
        _ => ShownTo::Nobody,
    }
}
