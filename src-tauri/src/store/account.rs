//! Who is signed in, and who asked for a link.

use houselights_shared::{PersonId, Timestamp, Token};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{NotKept, Store, base::forget_aside};
use crate::ipc::{Person, Waiting};

/// Who signed in on this computer. Their token is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptAccount {
    /// The server's base URL.
    pub(crate) server: String,
    /// Who.
    pub(crate) person: Person,
}

impl KeptAccount {
    /// What everything is kept under that is theirs.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.server, self.person.id)
    }
}

/// A sign-in was asked for and has not come to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Where.
    pub(crate) server: String,
    /// What it waits for.
    pub(crate) by: Waiting,
    /// What this device keeps: without it the link at the end is good for nothing.
    pub(crate) device: Token,
    /// Until when the link can be used.
    pub(crate) expires: Timestamp,
}

/// Both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Who signed in.
    pub(crate) account: Option<KeptAccount>,
    /// Who asked.
    pub(crate) asked: Option<Asked>,
}

/// Everything that is somebody's.
const WIPE: &str = "DELETE FROM answer; DELETE FROM draft; DELETE FROM registration; DELETE FROM reminded; DELETE FROM account; DELETE FROM asked;";

impl Store {
    /// Who is signed in, and who asked.
    pub(crate) async fn kept(&self) -> Result<Kept, NotKept> {
        self.run(|base| Ok(Kept { account: account(base)?, asked: asked(base)? })).await
    }

    /// A link was asked for, in place of the one before; none: nobody waits for one any more.
    pub(crate) async fn keep_asked(&self, asked: Option<Asked>) -> Result<(), NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            writing.execute("DELETE FROM asked", [])?;
            if let Some(Asked { server, by, device, expires }) = &asked {
                let (email, provider) = match by {
                    Waiting::Mail { email } => (email.as_str(), None),
                    Waiting::Provider { name } => ("", Some(name)),
                };
                let row = params![server, email, provider, device.as_str(), expires.micros()];
                let sql = "INSERT INTO asked (one, server, email, provider, device, expires) VALUES (1, ?1, ?2, ?3, ?4, ?5)";
                writing.execute(sql, row)?;
            }
            writing.commit()
        })
        .await
    }

    /// Somebody signed in, and nobody waits for a link any more. What is of somebody else is thrown away.
    pub(crate) async fn keep_account(&self, now: KeptAccount) -> Result<(), NotKept> {
        self.run(move |base| {
            let before = account(base)?;
            let writing = base.transaction()?;
            if before.is_some_and(|before| before.key() != now.key()) {
                writing.execute_batch(WIPE)?;
            }
            writing.execute_batch("DELETE FROM account; DELETE FROM asked;")?;
            let Person { id, email, name } = &now.person;
            let row = params![now.server, id.to_string(), email, name];
            writing.execute("INSERT INTO account (one, server, person, email, name) VALUES (1, ?1, ?2, ?3, ?4)", row)?;
            writing.commit()
        })
        .await
    }

    /// The person is called otherwise. False where it is not they who are signed in.
    pub(crate) async fn rename_account(&self, key: String, name: String) -> Result<bool, NotKept> {
        self.run(move |base| {
            let is_theirs = is_current(base, &key)?;
            if is_theirs {
                base.execute("UPDATE account SET name = ?1", params![name])?;
            }
            Ok(is_theirs)
        })
        .await
    }

    /// Nobody is signed in any more: nothing of theirs is left, in the file or in what lies beside it.
    pub(crate) async fn wipe(&self) -> Result<(), NotKept> {
        self.run(|base| {
            let writing = base.transaction()?;
            writing.execute_batch(WIPE)?;
            writing.commit()?;
            base.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            forget_aside(base)
        })
        .await
    }
}

/// Whether this is who is signed in: what comes late of somebody who has left is not kept.
pub(super) fn is_current(base: &Connection, key: &str) -> rusqlite::Result<bool> {
    Ok(account(base)?.is_some_and(|account| account.key() == key))
}

fn account(base: &Connection) -> rusqlite::Result<Option<KeptAccount>> {
    let read = |row: &Row<'_>| -> rusqlite::Result<Option<KeptAccount>> {
        let Ok(id) = row.get::<_, String>(1)?.parse::<PersonId>() else { return Ok(None) };
        Ok(Some(KeptAccount { server: row.get(0)?, person: Person { id, email: row.get(2)?, name: row.get(3)? } }))
    };
    Ok(base.query_row("SELECT server, person, email, name FROM account", [], read).optional()?.flatten())
}

fn asked(base: &Connection) -> rusqlite::Result<Option<Asked>> {
    let read = |row: &Row<'_>| {
        let by = match row.get(2)? {
            Some(name) => Waiting::Provider { name },
            None => Waiting::Mail { email: row.get(1)? },
        };
        let (device, expires) = (row.get::<_, String>(3)?.into(), Timestamp::from_micros(row.get(4)?));
        Ok(Asked { server: row.get(0)?, by, device, expires })
    };
    base.query_row("SELECT server, email, provider, device, expires FROM asked", [], read).optional()
}
