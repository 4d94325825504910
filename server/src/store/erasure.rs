//! What the house knows of a person, and forgetting it (GDPR, articles 15 and 17).
//!
//! Forgotten is who they were: name, address, answers, what they wrote. That there was somebody stays: seats, sums, and the places in the rooms'
//! logs, in which they are nobody from then on. A room that is in memory reads its log again.

mod inboxes;
mod logs;
mod said;

pub(crate) use logs::WrittenOut;

use houselights_shared::{EventId, OrganisationId, ParticipantId, PersonId};
use serde_json::{Value as Json, json};

use super::{Row, Statement, Store, StoreError, Value};

/// The end of addresses that are nobody's (RFC 2606, section 2): no mail goes there.
pub(crate) const NOBODYS: &str = "@erased.invalid";
/// What stands where a name stood.
pub(super) const NOBODY: &str = "Erased";
/// Updates that are read at once.
const PAGE: i64 = 500;
/// Participants that are named in one statement.
const LISTED: usize = 500;

/// Whose traces are meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Traces<'a> {
    /// Everything of a person, everywhere.
    All { person: PersonId, email: &'a str },
    /// What an organisation's events have of an address.
    Within { organisation: OrganisationId, email: &'a str },
}

/// A place where somebody was.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) participant: ParticipantId,
    pub(crate) event: EventId,
    /// As they were called there.
    pub(crate) name: String,
}

impl Traces<'_> {
    fn email(&self) -> &str {
        match self {
            Self::All { email, .. } | Self::Within { email, .. } => email,
        }
    }

    /// Absent where all organisations are meant.
    fn organisation(&self) -> Value {
        match self {
            Self::All { .. } => Value::Null,
            Self::Within { organisation, .. } => Value::id(organisation),
        }
    }
}

impl Store {
    /// Everything that is kept of a person, as JSON for them to read; within an organisation, what its events have of an address. Of the logs that
    /// is what they said; of what else they did, that they did. An organisation hands it on, and reads it: so what is nobody else's to see, what they
    /// voted for or asked without a name, and what they wrote to others, is only in what they ask for themselves.
    pub(crate) async fn person_data(&self, traces: Traces<'_>) -> Result<Json, StoreError> {
        let addressed = || vec![Value::from(traces.email()), traces.organisation()];
        let registrations = "SELECT r.id, e.title, t.title, r.name, r.state, r.amount, r.currency, r.answers, r.created_at, r.used_at \
                             FROM registrations r JOIN events e ON e.id = r.event_id JOIN ticket_types t ON t.id = r.ticket_type_id \
                             WHERE r.email = $1 AND (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2) ORDER BY r.id";
        let columns = ["id", "event", "ticket", "name", "state", "amount", "currency", "answers", "created_at", "used_at"];
        let registrations = self.table(registrations, addressed(), &columns);
        let questions = "SELECT q.id, q.label FROM questions q WHERE q.event_id IN (SELECT r.event_id FROM registrations r JOIN events e \
                         ON e.id = r.event_id WHERE r.email = $1 AND (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2)) ORDER BY q.id";
        let questions = self.table(questions, addressed(), &["id", "asked"]);
        let picks = "SELECT p.registration_id, s.title, p.created_at FROM session_picks p JOIN sessions s ON s.id = p.session_id \
                     JOIN registrations r ON r.id = p.registration_id JOIN events e ON e.id = r.event_id \
                     WHERE r.email = $1 AND (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2) ORDER BY p.registration_id, s.id";
        let picks = self.table(picks, addressed(), &["registration", "session", "created_at"]);
        let payments = "SELECT p.registration_id, p.provider, p.reference, p.amount, p.currency, p.refunded, p.state, p.created_at FROM payments p \
                        JOIN registrations r ON r.id = p.registration_id JOIN events e ON e.id = r.event_id \
                        WHERE r.email = $1 AND (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2) ORDER BY p.reference";
        let columns = ["registration", "provider", "reference", "amount", "currency", "refunded", "state", "created_at"];
        let payments = self.table(payments, addressed(), &columns);
        let speakers = "SELECT e.title, s.name, s.headline, s.biography, s.picture_id FROM speakers s JOIN events e ON e.id = s.event_id \
                        WHERE s.email = $1 AND (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2) ORDER BY s.id";
        let speakers = self.table(speakers, addressed(), &["event", "name", "headline", "biography", "picture"]);
        let mail = "SELECT message, state, created_at, sent_at FROM outbox WHERE recipient = $1 AND (CAST($2 AS TEXT) IS NULL \
                    OR id LIKE 'member:' || CAST($2 AS TEXT) || ':%' OR event_id IN (SELECT id FROM events WHERE organisation_id = $2)) \
                    ORDER BY created_at, id";
        let mail = self.table(mail, addressed(), &["message", "state", "created_at", "sent_at"]);
        let places = self.traces(&traces).await?;
        let mut data = json!({
            "registrations": registrations.await?, "questions": questions.await?, "picks": picks.await?, "payments": payments.await?,
            "speaker": speakers.await?, "mail": mail.await?, "profiles": self.said_of_themselves(&places).await?,
        });
        let Json::Object(object) = &mut data else { return Ok(data) };
        match traces {
            Traces::All { person, .. } => {
                object.insert("in_rooms".to_owned(), self.said(&places, true).await?.into());
                object.insert("directs".to_owned(), self.wrote(&places).await?.into());
                object.extend(self.account_data(person).await?);
            }
            Traces::Within { .. } => {
                object.insert("in_rooms".to_owned(), self.said(&places, false).await?.into());
            }
        }
        Ok(data)
    }

    /// What is kept of how somebody signs in, and of what they belong to.
    async fn account_data(&self, person: PersonId) -> Result<[(String, Json); 4], StoreError> {
        let own = || vec![Value::id(&person)];
        let people = "SELECT id, email, name, created_at FROM people WHERE id = $1";
        let people = self.table(people, own(), &["id", "email", "name", "created_at"]);
        let logins = "SELECT device, created_at, used_at, expires_at FROM person_logins WHERE person_id = $1 ORDER BY id";
        let logins = self.table(logins, own(), &["device", "created_at", "used_at", "expires_at"]);
        let identities = "SELECT issuer, subject FROM oidc_identities WHERE person_id = $1 ORDER BY issuer, subject";
        let identities = self.table(identities, own(), &["issuer", "subject"]);
        let members = "SELECT o.name, m.role, m.created_at FROM members m JOIN organisations o ON o.id = m.organisation_id \
                       WHERE m.person_id = $1 ORDER BY m.created_at, o.id";
        let members = self.table(members, own(), &["organisation", "role", "since"]);
        Ok([
            ("person".to_owned(), people.await?),
            ("logins".to_owned(), logins.await?),
            ("identities".to_owned(), identities.await?),
            ("memberships".to_owned(), members.await?),
        ])
    }

    async fn table(&self, sql: &'static str, values: Vec<Value>, columns: &[&str]) -> Result<Json, StoreError> {
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let shown = |value: &Value| match value {
            Value::Null | Value::Bytes(_) => Json::Null,
            Value::Int(number) => json!(number),
            Value::Text(text) => json!(text),
        };
        let object = |row: &Row| columns.iter().map(|name| (*name).to_owned()).zip(row.values().iter().map(shown)).collect();
        Ok(Json::Array(rows.iter().map(|row| Json::Object(object(row))).collect()))
    }

    /// Whether a person is the only owner of an organisation.
    pub(crate) async fn owns_alone(&self, person: PersonId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM members m WHERE m.person_id = $1 AND m.role = 'owner' AND NOT EXISTS (SELECT 1 FROM members o \
                   WHERE o.organisation_id = m.organisation_id AND o.role = 'owner' AND o.person_id <> $1) LIMIT 1";
        Ok(!self.db.read(Statement::new(sql, vec![Value::id(&person)])).await?.is_empty())
    }

    /// Leaves nothing of what was erased in the files either, such as in the log of the database.
    pub(crate) async fn leave_no_trace(&self) -> Result<(), StoreError> {
        self.db.forget().await
    }

    /// Forgets who somebody was: where they were, for [`erase_from_logs`](Self::erase_from_logs) once they are out of the rooms. Nothing is
    /// changed where they are the only owner of an organisation. Done twice it changes nothing more.
    pub(crate) async fn erase_person(
        &self,
        traces: Traces<'_>,
        known: &mut WrittenOut,
    ) -> Result<Option<Vec<Trace>>, StoreError> {
        if let Traces::All { person, .. } = traces
            && self.owns_alone(person).await?
        {
            return Ok(None);
        }
        let places = self.traces(&traces).await?;
        // First: what is found by the address is found no more afterwards.
        self.erase_from_logs(&places, known).await?;
        self.erase_from_inboxes(&places).await?;
        self.name_nobody_who_speaks().await?;
        let mut statements = Vec::new();
        if let Traces::All { person, email } = traces {
            statements.extend(self.account(person, email).await?);
        }
        for some in places.chunks(LISTED) {
            let ids = || some.iter().map(|trace| Value::id(&trace.participant));
            let of = |sql| Statement::listing(sql, Vec::new(), ids());
            statements.extend([
                of("UPDATE participants SET name = 'Erased', person_id = NULL WHERE id IN ({list})"),
                of("DELETE FROM profiles WHERE participant_id IN ({list})"),
                of("DELETE FROM logins WHERE participant_id IN ({list})"),
                of("DELETE FROM invites WHERE participant_id IN ({list})"),
                of("DELETE FROM outbox WHERE participant_id IN ({list})"),
            ]);
        }
        statements.extend(self.known_again(&places, traces.email()).await?);
        statements.extend(self.belongings(&traces).await?);
        if let Traces::All { person, .. } = traces {
            statements.push(Statement::new(
                "UPDATE participants SET person_id = NULL WHERE person_id = $1",
                vec![Value::id(&person)],
            ));
            statements.push(Statement::new("DELETE FROM people WHERE id = $1", vec![Value::id(&person)]));
        }
        Ok(self.changed(statements).await?.then_some(places))
    }

    /// How somebody signs in, and what they belong to: gone, unless an organisation would have no owner.
    async fn account(&self, person: PersonId, email: &str) -> Result<Vec<Statement>, StoreError> {
        let own = |sql| Statement::new(sql, vec![Value::id(&person)]);
        let addressed = |sql| Statement::new(sql, vec![email.into()]);
        let mut statements = vec![
            // Two owners who go at the same moment meet here, one after the other.
            own("UPDATE organisations SET name = name WHERE id IN (SELECT organisation_id FROM members WHERE person_id = $1)"),
            own("UPDATE organisations SET name = name WHERE id IN (SELECT m.organisation_id FROM members m WHERE m.person_id = $1 \
                 AND m.role = 'owner' AND NOT EXISTS (SELECT 1 FROM members o WHERE o.organisation_id = m.organisation_id \
                 AND o.role = 'owner' AND o.person_id <> $1))")
            .changing(0),
            own("DELETE FROM person_logins WHERE person_id = $1"),
            own("DELETE FROM oidc_identities WHERE person_id = $1"),
            own("DELETE FROM members WHERE person_id = $1"),
            addressed("DELETE FROM sign_ins WHERE email = $1"),
        ];
        // Letters to others say who added them.
        let known = self.people([person]).await?.pop();
        for called in known.map(|person| [person.name, person.email]).into_iter().flatten().filter(|called| !called.is_empty())
        {
            let by = format!("\"by\":{}", json!(called));
            let sql = "UPDATE outbox SET message = replace(message, $1, '\"by\":\"Erased\"') WHERE message LIKE $2 ESCAPE '\\'";
            statements.push(Statement::new(sql, vec![by.as_str().into(), within(&by).into()]));
        }
        Ok(statements)
    }

    /// Registrations, what they are as speakers, and what was written to and about them.
    async fn belongings(&self, traces: &Traces<'_>) -> Result<Vec<Statement>, StoreError> {
        let (email, organisation) = (traces.email(), traces.organisation());
        let of = |sql| Statement::new(sql, vec![email.into(), organisation.clone()]);
        let pictures = of("SELECT picture_id FROM speakers WHERE email = $1 AND picture_id IS NOT NULL \
             AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))");
        let pictures = self.db.read(pictures).await?;
        let pictures = pictures.iter().map(|row| row.text(0).map(Value::from)).collect::<Result<Vec<_>, _>>()?;
        let told = within(&format!("\"email\":{}", json!(email)));
        let mut statements = vec![
            of(
                "DELETE FROM outbox WHERE (recipient = $1 AND (CAST($2 AS TEXT) IS NULL OR id LIKE 'member:' || CAST($2 AS TEXT) || ':%' \
                OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))) \
                OR registration_id IN (SELECT id FROM registrations WHERE email = $1 AND (CAST($2 AS TEXT) IS NULL \
                OR event_id IN (SELECT id FROM events WHERE organisation_id = $2)))",
            ),
            of("DELETE FROM bounced_addresses WHERE email = $1 AND (CAST($2 AS TEXT) IS NULL \
                OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))"),
            Statement::new(
                "DELETE FROM deliveries WHERE body LIKE $1 ESCAPE '\\' AND (CAST($2 AS TEXT) IS NULL \
                 OR webhook_id IN (SELECT id FROM webhooks WHERE organisation_id = $2))",
                vec![told.into(), organisation.clone()],
            ),
            of(
                "UPDATE speakers SET name = 'Erased', headline = '', biography = '', email = NULL, picture_id = NULL WHERE email = $1 \
                AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))",
            ),
            // Nobody waits any more; a code that they would have used is free.
            of("UPDATE ticket_codes SET taken = taken - 1 WHERE id IN (SELECT code_id FROM registrations WHERE email = $1 \
                AND state = 'waiting' AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2)))"),
            of("UPDATE registrations SET state = 'cancelled' WHERE email = $1 AND state = 'waiting' \
                AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))"),
            // Whoever is paying pays for nothing: the box office ends the checkout next, and the place with it.
            of("UPDATE registrations SET expires_at = 0 WHERE email = $1 AND state = 'pending' \
                AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))"),
            // Its own id keeps the address of each place one of its own.
            of(
                "UPDATE registrations SET name = 'Erased', search = '', answers = '{}', email = id || '@erased.invalid' WHERE email = $1 \
                AND (CAST($2 AS TEXT) IS NULL OR event_id IN (SELECT id FROM events WHERE organisation_id = $2))",
            ),
        ];
        if !pictures.is_empty() {
            let sql = "DELETE FROM images WHERE id IN ({list}) AND NOT EXISTS (SELECT 1 FROM speakers s WHERE s.picture_id = images.id) \
                       AND NOT EXISTS (SELECT 1 FROM events e WHERE e.logo_id = images.id OR e.cover_id = images.id)";
            statements.push(Statement::listing(sql, Vec::new(), pictures));
        }
        Ok(statements)
    }

    /// What tells that others speak in a session names nobody any more. Written before names were looked up as it is told, it did; they are not needed.
    async fn name_nobody_who_speaks(&self) -> Result<(), StoreError> {
        for (found, set) in [
            (
                "SELECT id, message FROM announcements WHERE id > $1 AND message LIKE '%\"kind\":\"session\\_speakers\"%' ESCAPE '\\' ORDER BY id LIMIT $2",
                "UPDATE announcements SET message = $1 WHERE id = $2 AND message = $3",
            ),
            (
                "SELECT id, message FROM outbox WHERE id > $1 AND message LIKE '%\"kind\":\"session\\_speakers\"%' ESCAPE '\\' ORDER BY id LIMIT $2",
                "UPDATE outbox SET message = $1 WHERE id = $2 AND message = $3",
            ),
        ] {
            let mut behind = String::new();
            loop {
                let rows = self.db.read(Statement::new(found, vec![behind.as_str().into(), PAGE.into()])).await?;
                let Some(last) = rows.last() else { break };
                last.text(0)?.clone_into(&mut behind);
                let mut statements = Vec::new();
                for row in &rows {
                    let before = row.text(1)?;
                    if let Some(message) = without_speakers(before) {
                        statements.push(Statement::new(set, vec![message.into(), row.text(0)?.into(), before.into()]));
                    }
                }
                if !statements.is_empty() {
                    self.db.write(statements).await?;
                }
            }
        }
        Ok(())
    }

    /// Where they were.
    async fn traces(&self, traces: &Traces<'_>) -> Result<Vec<Trace>, StoreError> {
        let sql = "SELECT p.id, p.event_id, p.name FROM participants p JOIN events e ON e.id = p.event_id \
                   WHERE (CAST($2 AS TEXT) IS NULL OR e.organisation_id = $2) \
                   AND (p.person_id IN (SELECT id FROM people WHERE email = $1) OR p.id IN \
                   (SELECT participant_id FROM registrations WHERE email = $1 UNION SELECT participant_id FROM speakers WHERE email = $1)) \
                   ORDER BY p.id";
        let rows = self.db.read(Statement::new(sql, vec![traces.email().into(), traces.organisation()])).await?;
        rows.iter()
            .map(|row| Ok(Trace { participant: row.parsed(0)?, event: row.parsed(1)?, name: row.text(2)?.to_owned() }))
            .collect()
    }
}

/// What has this in it, as LIKE takes it literally.
fn within(part: &str) -> String {
    format!("%{}%", part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// A message without the names of those who speak in a session; nothing where there are none in it.
fn without_speakers(message: &str) -> Option<String> {
    let mut message: Json = serde_json::from_str(message).ok()?;
    let changes = message.get_mut("what").and_then(Json::as_array_mut)?;
    let told = changes.iter_mut().filter_map(Json::as_object_mut);
    let speakers = told.filter(|change| change.get("kind").and_then(Json::as_str) == Some("session_speakers"));
    let named = speakers.filter_map(|change| change.remove("speakers")).count();
    (named > 0).then(|| message.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_in_a_session_is_taken_out_of_what_was_written_before() {
        let before = r#"{"kind":"changed","what":[{"kind":"session_speakers","session":"A","speakers":["Ada"],"id":"1"},{"kind":"title","was":"B"}]}"#;
        let after: Json = serde_json::from_str(&without_speakers(before).unwrap()).unwrap();
        let left = json!({ "kind": "changed", "what": [{ "kind": "session_speakers", "session": "A", "id": "1" }, { "kind": "title", "was": "B" }] });
        assert_eq!((after.clone(), without_speakers(&after.to_string())), (left, None));
    }
}
