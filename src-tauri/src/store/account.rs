//! Who is signed in, and who asked for a link.

use houselights_shared::{PersonId, Timestamp, Token};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{NotKept, Store};
use crate::ipc::Person;

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

/// A link was asked for and not opened yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Where.
    pub(crate) server: String,
    /// To whom it was sent.
    pub(crate) email: String,
    /// What this device keeps: without it the link is good for nothing.
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
            if let Some(Asked { server, email, device, expires }) = &asked {
                let row = params![server, email, device.as_str(), expires.micros()];
                writing.execute("INSERT INTO asked (one, server, email, device, expires) VALUES (1, ?1, ?2, ?3, ?4)", row)?;
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

    /// Nobody is signed in any more: nothing of theirs is left, in the file or in what lies beside it.
    pub(crate) async fn wipe(&self) -> Result<(), NotKept> {
        self.run(|base| {
            let writing = base.transaction()?;
            writing.execute_batch(WIPE)?;
            writing.commit()?;
            base.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
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
        Ok(Asked {
            server: row.get(0)?,
            email: row.get(1)?,
            device: row.get::<_, String>(2)?.into(),
            expires: Timestamp::from_micros(row.get(3)?),
        })
    };
    base.query_row("SELECT server, email, device, expires FROM asked", [], read).optional()
}
