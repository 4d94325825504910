//! What was said, found by its words.

use houselights_shared::MessagePage;

use super::{
    Dialect, Sought, Statement, Store, StoreError, Value,
    messages::{end, told, told_of},
};

/// PostgreSQL, which has no index of words in the order of places, is asked for so many places first. Fewer have the words: that is all. As many: they are
/// found soon by going back through the room.
const FOUND_AT_ONCE: usize = 2_000;

impl Store {
    /// The messages in which all of these words are, the last of which may be only begun; newest first. What is gone is found only with its trace.
    pub(crate) async fn search_messages(&self, sought: &Sought, words: &[String]) -> Result<MessagePage, StoreError> {
        let Some((last, whole)) = words.split_last() else { return Ok(MessagePage::default()) };
        self.index(sought.room).await?;
        let is_sought = |query: String| vec![query.into(), sought.with_trace.into()];
        match self.db.dialect() {
            // The index is asked from its newest end on, and no further than for a page.
            Dialect::Sqlite => {
                let whole: String = whole.iter().flat_map(|word| ["\"", word, "\" "]).collect();
                let sql = told!(
                    "message_search s CROSS JOIN messages m ON m.place = s.rowid",
                    " AND message_search MATCH $5 AND s.rowid > $1 AND s.rowid < $1 + $2 AND (CAST($6 AS BIGINT) = 1 OR m.gone IS NULL)",
                    "s.rowid"
                );
                self.page(sql, sought, is_sought(format!("{whole}\"{last}\" *"))).await
            }
            Dialect::Postgres => {
                let whole: String = whole.iter().flat_map(|word| ["'", word, "' & "]).collect();
                let values = is_sought(format!("'{}' & {whole}'{last}':*", sought.room));
                let sql = told!(
                    "messages m",
                    " AND array_to_tsvector(string_to_array(rtrim(m.room_id || ' ' || m.words), ' ')) @@ CAST(CAST($5 AS TEXT) AS tsquery) \
                     AND (CAST($6 AS BIGINT) = 1 OR m.gone IS NULL)",
                    "m.place"
                );
                match self.places_with(sought, values.clone()).await? {
                    Some(places) => self.page_of(sought, places).await,
                    None => self.page(sql, sought, values).await,
                }
            }
        }
    }

    /// The places of all messages that have the words; nothing where they are [`FOUND_AT_ONCE`] or more.
    async fn places_with(&self, sought: &Sought, mut values: Vec<Value>) -> Result<Option<Vec<i64>>, StoreError> {
        values.extend([sought.notes.into(), (FOUND_AT_ONCE as i64).into()]);
        let sql = "SELECT m.place FROM messages m \
                   WHERE array_to_tsvector(string_to_array(rtrim(m.room_id || ' ' || m.words), ' ')) @@ CAST(CAST($1 AS TEXT) AS tsquery) \
                   AND (CAST($2 AS BIGINT) = 1 OR m.gone IS NULL) AND m.is_note = $3 LIMIT $4";
        let rows = self.db.read(Statement::new(sql, values).planned_anew()).await?;
        if rows.len() >= FOUND_AT_ONCE {
            return Ok(None);
        }
        rows.iter().map(|row| row.int(0)).collect::<Result<_, _>>().map(Some)
    }

    /// The newest of these places that are sought.
    async fn page_of(&self, sought: &Sought, mut places: Vec<i64>) -> Result<MessagePage, StoreError> {
        let Some(first) = self.first_place(sought.room).await? else { return Ok(MessagePage::default()) };
        places.retain(|place| *place < first + end(sought));
        places.sort_unstable_by_key(|place| std::cmp::Reverse(*place));
        places.truncate(sought.most + 1);
        if places.is_empty() {
            return Ok(MessagePage::default());
        }
        let sql = concat!(told_of!("messages m"), "WHERE m.place IN ({list}) ORDER BY m.place DESC");
        let rows = self.db.read(Statement::listing(sql, Vec::new(), places.into_iter().map(Value::from))).await?;
        Ok(self.paged(sought, &rows).await?.0)
    }
}
