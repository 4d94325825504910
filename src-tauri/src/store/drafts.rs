//! What was typed and not saved yet.

use rusqlite::params;

use super::{NotKept, Store, account::is_current};
use crate::ipc::KeptDraft;

/// Drafts that are kept. Full: the one that nobody touched for longest is thrown away.
const MOST: i64 = 500;

impl Store {
    /// Keeps what was typed, in place of what was kept under the same key. False where `account` is not signed in any more. `at`: in
    /// milliseconds since the epoch.
    pub(crate) async fn keep_draft(&self, account: String, draft: KeptDraft) -> Result<bool, NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            if !is_current(&writing, &account)? {
                return Ok(false);
            }
            let KeptDraft { key, text, kept_at } = &draft;
            let row = params![account, key, text, kept_at];
            writing.execute("INSERT OR REPLACE INTO draft (account, key, text, kept) VALUES (?1, ?2, ?3, ?4)", row)?;
            writing.execute(
                "DELETE FROM draft WHERE rowid IN (SELECT rowid FROM draft ORDER BY kept DESC, rowid DESC LIMIT -1 OFFSET ?1)",
                [MOST],
            )?;
            writing.commit()?;
            Ok(true)
        })
        .await
    }

    /// What was typed, the latest first.
    pub(crate) async fn drafts(&self, account: String) -> Result<Vec<KeptDraft>, NotKept> {
        self.run(move |base| {
            let mut drafts =
                base.prepare_cached("SELECT key, text, kept FROM draft WHERE account = ?1 ORDER BY kept DESC, rowid DESC")?;
            let rows = drafts
                .query_map([&account], |row| Ok(KeptDraft { key: row.get(0)?, text: row.get(1)?, kept_at: row.get(2)? }))?;
            rows.collect()
        })
        .await
    }

    /// It was saved, or is not wanted.
    pub(crate) async fn drop_draft(&self, account: String, key: String) -> Result<(), NotKept> {
        self.run(move |base| base.execute("DELETE FROM draft WHERE account = ?1 AND key = ?2", params![account, key]).map(drop))
            .await
    }
}
