//! People, and how they sign in: by a link in a mail, on the device that asked for it.

use std::time::Duration;

use houselights_shared::{ParticipantId, PersonId, PersonLoginId, Timestamp};

use super::{Answers, LoginId, NewLetter, Row, Statement, Store, StoreError, Value, hashed, purge::erase};

/// For how long a sign-in that was asked for can be finished.
pub(crate) const SIGN_IN_WITHIN: Duration = Duration::from_mins(15);
/// Logins that are ended at once.
const LISTED: usize = 500;
/// How often a login's last use is written down at most.
const NOTE_USE_EVERY: Duration = Duration::from_mins(10);

/// Someone with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) email: String,
    pub(crate) name: String,
}

/// A person on one of their devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonLogin {
    pub(crate) id: PersonLoginId,
    pub(crate) person: PersonId,
    /// What kind of device, in the words that it used of itself.
    pub(crate) device: String,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// A sign-in that a device asks for.
pub(crate) struct SignIn<'a> {
    /// What the device keeps.
    pub(crate) device_secret: &'a str,
    pub(crate) email: &'a str,
    /// What the device calls itself.
    pub(crate) device: &'a str,
    pub(crate) now: Timestamp,
}

/// A login that a confirmed sign-in becomes.
pub(crate) struct Confirmation<'a> {
    /// What the link carried.
    pub(crate) secret: &'a str,
    /// What the device kept.
    pub(crate) device_secret: &'a str,
    /// What the login will be known by.
    pub(crate) token: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) expires: Timestamp,
}

/// A sign-in as it is stored.
pub(crate) struct Asked {
    pub(crate) email: String,
    device: String,
    pub(crate) expires: Timestamp,
}

impl Store {
    /// Stores that a device asks, and with it the letter that will carry the link.
    pub(crate) async fn ask_sign_in(&self, asked: SignIn<'_>, letter: &NewLetter) -> Result<(), StoreError> {
        self.db.write(vec![insert_sign_in(&asked), letter.insert()]).await.map(drop)
    }

    /// Stores a sign-in that whoever runs the server vouches for: no mail is needed.
    pub(crate) async fn vouch_sign_in(&self, asked: SignIn<'_>, secret: &str) -> Result<(), StoreError> {
        let sql = "UPDATE sign_ins SET secret_hash = $1 WHERE device_hash = $2";
        let values = vec![hashed(secret).into(), hashed(asked.device_secret).into()];
        self.db.write(vec![insert_sign_in(&asked), Statement::new(sql, values).changing(1)]).await.map(drop)
    }

    /// The link of a sign-in gets its secret: just before it is sent. False where the sign-in is over.
    pub(crate) async fn arm_sign_in(&self, device_hash: &str, secret: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE sign_ins SET secret_hash = $1 WHERE device_hash = $2 AND expires_at > $3";
        let statement = Statement::new(sql, vec![hashed(secret).into(), device_hash.into(), now.into()]).changing(1);
        self.changed(vec![statement]).await
    }

    /// The sign-in whose link carries this secret.
    pub(crate) async fn sign_in(&self, secret: &str) -> Result<Option<Asked>, StoreError> {
        let sql = "SELECT email, device, expires_at FROM sign_ins WHERE secret_hash = $1";
        let rows = self.db.read(Statement::new(sql, vec![hashed(secret).into()])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Asked { email: row.text(0)?.to_owned(), device: row.text(1)?.to_owned(), expires: row.at(2)? }))
    }

    /// Turns a sign-in into a login, once: nothing where the link was used meanwhile, or was asked for by another device, be it for the same address.
    pub(crate) async fn confirm_sign_in(
        &self,
        asked: &Asked,
        confirmed: Confirmation<'_>,
    ) -> Result<Option<Person>, StoreError> {
        let Confirmation { secret, device_secret, token, now, expires } = confirmed;
        let used = Statement::new(
            "DELETE FROM sign_ins WHERE secret_hash = $1 AND device_hash = $2 AND expires_at > $3",
            vec![hashed(secret).into(), hashed(device_secret).into(), now.into()],
        );
        let login = NewPersonLogin { email: &asked.email, device: &asked.device, token, now, expires };
        match self.db.write(vec![used.changing(1), insert_person(&asked.email, "", now), login.insert()]).await {
            Ok(_) => self.person_by_email(&asked.email).await,
            Err(StoreError::Unmet(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The person with this address.
    pub(crate) async fn person_by_email(&self, email: &str) -> Result<Option<Person>, StoreError> {
        let sql = "SELECT id, email, name FROM people WHERE email = $1";
        self.db.read(Statement::new(sql, vec![email.into()])).await?.first().map(person).transpose()
    }

    /// The people with these ids.
    pub(crate) async fn people(&self, ids: impl IntoIterator<Item = PersonId>) -> Result<Vec<Person>, StoreError> {
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let sql = "SELECT id, email, name FROM people WHERE id IN ({list})";
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(person).collect()
    }

    /// Who a token stands for; nobody where it ran out.
    pub(crate) async fn person_login(&self, token: &str, now: Timestamp) -> Result<Option<PersonLogin>, StoreError> {
        let sql = "SELECT id, person_id, device, created_at, used_at, expires_at FROM person_logins \
                   WHERE token_hash = $1 AND expires_at > $2";
        let rows = self.db.read(Statement::new(sql, vec![hashed(token).into(), now.into()])).await?;
        let Some(login) = rows.first().map(login).transpose()? else { return Ok(None) };
        if now.since(login.used_at) > NOTE_USE_EVERY {
            let values = vec![now.into(), Value::id(&login.id)];
            self.note(Statement::new("UPDATE person_logins SET used_at = $1 WHERE id = $2", values)).await;
        }
        Ok(Some(login))
    }

    /// A person's logins that have not run out, the newest first.
    pub(crate) async fn logins_of(&self, person: PersonId, now: Timestamp) -> Result<Vec<PersonLogin>, StoreError> {
        let sql = "SELECT id, person_id, device, created_at, used_at, expires_at FROM person_logins \
                   WHERE person_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT 100";
        self.db.read(Statement::new(sql, vec![Value::id(&person), now.into()])).await?.iter().map(login).collect()
    }

    /// Ends a login of this person, and the logins into rooms that it opened: those. Nothing where they have no such login.
    pub(crate) async fn revoke_login(&self, person: PersonId, login: PersonLoginId) -> Result<Option<Vec<Opened>>, StoreError> {
        let sql = "DELETE FROM person_logins WHERE id = $1 AND person_id = $2";
        let ended = Statement::new(sql, vec![Value::id(&login), Value::id(&person)]).changing(1);
        let mut statements = vec![ended];
        statements.extend(close_what_it_opened(&[Value::id(&login)]));
        match self.db.write(statements).await {
            Ok(answers) => opened(&answers).map(Some),
            Err(StoreError::Unmet(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends all logins of a person but one, and the logins into rooms that those opened: those.
    pub(crate) async fn revoke_other_logins(&self, person: PersonId, kept: PersonLoginId) -> Result<Vec<Opened>, StoreError> {
        let others = "SELECT id FROM person_logins WHERE person_id = $1 AND id <> $2";
        let rows = self.db.read(Statement::new(others, vec![Value::id(&person), Value::id(&kept)])).await?;
        let others = rows.iter().map(|row| row.text(0).map(Value::from)).collect::<Result<Vec<_>, _>>()?;
        let mut ended = Vec::new();
        for some in others.chunks(LISTED) {
            let sql = "DELETE FROM person_logins WHERE person_id = $1 AND id IN ({list})";
            let mut statements = vec![Statement::listing(sql, vec![Value::id(&person)], some.iter().cloned())];
            statements.extend(close_what_it_opened(some));
            ended.extend(opened(&self.db.write(statements).await?)?);
        }
        Ok(ended)
    }

    /// Gives a person another name.
    pub(crate) async fn rename_person(&self, person: PersonId, name: &str) -> Result<(), StoreError> {
        let statement = Statement::new("UPDATE people SET name = $1 WHERE id = $2", vec![name.into(), Value::id(&person)]);
        self.db.write(vec![statement]).await.map(drop)
    }

    /// Deletes sign-ins and logins that ran out before a moment.
    pub(crate) async fn forget_sign_ins(&self, expired_before: Timestamp) -> Result<(), StoreError> {
        for over in [
            erase!("sign_ins", "device_hash", "expires_at < $1"),
            erase!("oidc_sign_ins", "state_hash", "expires_at < $1"),
            erase!("person_logins", "id", "expires_at < $1"),
        ] {
            self.erase(over, &expired_before.into()).await?;
        }
        Ok(())
    }
}

/// A login into a room that a person's own login opened.
pub(crate) struct Opened {
    pub(crate) login: LoginId,
    pub(crate) participant: ParticipantId,
}

/// Ends the invites and logins that these sign-ins opened. The invites first: whoever comes in with one at the same moment finds it gone, or is found.
fn close_what_it_opened(logins: &[Value]) -> [Statement; 2] {
    let of = |sql| Statement::listing(sql, Vec::new(), logins.iter().cloned());
    [
        of("DELETE FROM invites WHERE person_login_id IN ({list})"),
        of("DELETE FROM logins WHERE person_login_id IN ({list}) RETURNING token_hash, participant_id"),
    ]
}

/// Of what was closed the logins, which are answered last.
fn opened(answers: &Answers) -> Result<Vec<Opened>, StoreError> {
    let read = |row: &Row| Ok(Opened { login: LoginId::stored(row.text(0)?), participant: row.parsed(1)? });
    answers.last().into_iter().flatten().map(read).collect()
}

/// What tells a device's sign-in from others, or whose letters are meant, as it is stored.
pub(crate) fn device_hash(device_secret: &str) -> String {
    hashed(device_secret)
}

pub(super) fn insert_sign_in(asked: &SignIn<'_>) -> Statement {
    let SignIn { device_secret, email, device, now } = *asked;
    Statement::new(
        "INSERT INTO sign_ins (device_hash, email, device, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        vec![hashed(device_secret).into(), email.into(), device.into(), now.into(), now.plus(SIGN_IN_WITHIN).into()],
    )
}

/// A person, where there is none with this address. What somebody else calls them changes no name.
pub(super) fn insert_person(email: &str, name: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO people (id, email, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING",
        vec![Value::id(&PersonId::random()), email.into(), name.into(), now.into()],
    )
}

/// A login to be stored for whoever has the address.
pub(super) struct NewPersonLogin<'a> {
    pub(super) email: &'a str,
    pub(super) device: &'a str,
    pub(super) token: &'a str,
    pub(super) now: Timestamp,
    pub(super) expires: Timestamp,
}

impl NewPersonLogin<'_> {
    pub(super) fn insert(&self) -> Statement {
        Statement::new(
            "INSERT INTO person_logins (id, token_hash, person_id, device, created_at, used_at, expires_at) \
             SELECT $1, $2, id, $3, CAST($4 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM people WHERE email = $6",
            vec![
                Value::id(&PersonLoginId::random()),
                hashed(self.token).into(),
                self.device.into(),
                self.now.into(),
                self.expires.into(),
                self.email.into(),
            ],
        )
        .changing(1)
    }
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person { id: row.parsed(0)?, email: row.text(1)?.to_owned(), name: row.text(2)?.to_owned() })
}

fn login(row: &Row) -> Result<PersonLogin, StoreError> {
    Ok(PersonLogin {
        id: row.parsed(0)?,
        person: row.parsed(1)?,
        device: row.text(2)?.to_owned(),
        created_at: row.at(3)?,
        used_at: row.at(4)?,
        expires_at: row.at(5)?,
    })
}
