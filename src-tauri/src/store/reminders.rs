//! What one is registered for, and what one was reminded of.

use std::collections::HashSet;

use houselights_shared::Timestamp;
use rusqlite::params;

use super::{NotKept, Store, account::is_current};
use crate::reminders::{Lead, Of, Registration, Said};

impl Store {
    /// What `account` is registered for now, where they are still signed in. What was said of registrations that are gone is
    /// forgotten.
    pub(crate) async fn keep_registrations(&self, account: String, now: Vec<Registration>) -> Result<(), NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            if !is_current(&writing, &account)? {
                return Ok(());
            }
            writing.execute("DELETE FROM registration WHERE account = ?1", [&account])?;
            for Registration { id, title, starts, of } in &now {
                writing.execute(
                    "INSERT OR REPLACE INTO registration (account, id, title, starts, session) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![account, id, title, starts.micros(), *of == Of::Session],
                )?;
            }
            writing.execute(
                "DELETE FROM reminded WHERE account = ?1
                 AND NOT EXISTS (SELECT 1 FROM registration WHERE account = ?1 AND id = reminded.registration)",
                [&account],
            )?;
            writing.commit()
        })
        .await
    }

    /// What `account` is registered for, and what they were reminded of.
    pub(crate) async fn registrations(&self, account: String) -> Result<(Vec<Registration>, HashSet<Said>), NotKept> {
        self.run(move |base| {
            let mut all = base
                .prepare_cached("SELECT id, title, starts, session FROM registration WHERE account = ?1 ORDER BY starts, id")?;
            let registrations = all.query_map([&account], |row| {
                let of = if row.get(3)? { Of::Session } else { Of::Event };
                Ok(Registration { id: row.get(0)?, title: row.get(1)?, starts: Timestamp::from_micros(row.get(2)?), of })
            })?;
            let mut said = base.prepare_cached("SELECT registration, starts, lead FROM reminded WHERE account = ?1")?;
            let said = said.query_map([&account], |row| {
                let (registration, starts) = (row.get(0)?, Timestamp::from_micros(row.get(1)?));
                Ok(Lead::of_minutes(row.get(2)?).map(|lead| Said { registration, starts, lead }))
            })?;
            Ok((
                registrations.collect::<rusqlite::Result<_>>()?,
                said.filter_map(Result::transpose).collect::<rusqlite::Result<_>>()?,
            ))
        })
        .await
    }

    /// They are reminded of these. False where `account` is not signed in any more.
    pub(crate) async fn remember_said(&self, account: String, said: Vec<Said>) -> Result<bool, NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            if !is_current(&writing, &account)? {
                return Ok(false);
            }
            for Said { registration, starts, lead } in &said {
                writing.execute(
                    "INSERT OR IGNORE INTO reminded (account, registration, starts, lead) VALUES (?1, ?2, ?3, ?4)",
                    params![account, registration, starts.micros(), lead.minutes()],
                )?;
            }
            writing.commit()?;
            Ok(true)
        })
        .await
    }
}
