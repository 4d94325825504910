//! What the server says of itself to those who work on the same database.

use super::{Statement, Store, StoreError};

impl Store {
    /// How clients reach the server that ran last on this database; nothing where none did.
    pub(crate) async fn public_url(&self) -> Result<Option<String>, StoreError> {
        let rows = self.db.read(Statement::new("SELECT value FROM settings WHERE name = 'public_url'", Vec::new())).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// How clients reach this server.
    pub(crate) async fn remember_public_url(&self, url: &str) -> Result<(), StoreError> {
        let statement = Statement::new(
            "INSERT INTO settings (name, value) VALUES ('public_url', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            vec![url.into()],
        );
        self.db.write(vec![statement]).await.map(drop)
    }
}
