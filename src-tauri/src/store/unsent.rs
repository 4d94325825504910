//! What one said and the room has not answered.

use houselights_shared::CommandId;
use rusqlite::params;

use super::{NotKept, Store};
use crate::ipc::Written;

impl Store {
    /// Keeps what a login wrote, in place of what has its id.
    pub(crate) async fn keep_unsent(&self, login: String, written: impl Into<Written>) -> Result<(), NotKept> {
        let written = written.into();
        self.run(move |base| {
            let text = serde_json::to_string(&written).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            base.execute(
                "INSERT INTO unsent (login, id, message) VALUES (?1, ?2, ?3) ON CONFLICT (login, id) DO UPDATE SET message = ?3",
                params![login, written.id().to_string(), text],
            )
            .map(drop)
        })
        .await
    }

    /// It was taken, or it is not wanted any more.
    pub(crate) async fn drop_unsent(&self, login: String, id: CommandId) -> Result<(), NotKept> {
        self.run(move |base| {
            base.execute("DELETE FROM unsent WHERE login = ?1 AND id = ?2", params![login, id.to_string()]).map(drop)
        })
        .await
    }

    /// All of them, of whatever login, in the order in which they were said. One that another version of the app wrote is passed over.
    pub(crate) async fn unsent(&self) -> Result<Vec<(String, Written)>, NotKept> {
        self.run(|base| {
            let mut all = base.prepare_cached("SELECT login, message FROM unsent ORDER BY place")?;
            let rows = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(rows.into_iter().filter_map(|(login, text)| Some((login, serde_json::from_str(&text).ok()?))).collect())
        })
        .await
    }

    /// Nobody is in an event any more: what was said there and not sent goes.
    pub(crate) async fn forget_unsent(&self) -> Result<(), NotKept> {
        self.run(|base| base.execute("DELETE FROM unsent", []).map(drop)).await
    }
}
