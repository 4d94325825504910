//! What was said, found by its words.

use houselights_shared::MessagePage;

use super::{
    Dialect, Sought, Statement, Store, StoreError, Value,
    messages::{end, told, told_of},
};

/// PostgreSQL, which has no index of words in the order of places, is asked for so many places first. Fewer have the words: that is all. As many: they are
/// found soon by going back through the room.
const FOUND_AT_ONCE: usize = 2_000;

/// That a message has words, with the text over which PostgreSQL has an index (`V15__messages.sql`).
macro_rules! has_words {
    ($query:literal) => {
        concat!(
            "array_to_tsvector(string_to_array(rtrim(m.room_id || ' ' || m.words), ' ')) @@ CAST(CAST(",
            $query,
            " AS TEXT) AS tsquery)"
        )
    };
    // The room's id stands among the words of the index, and it may be what the last word begins.
    ($query:literal, $begun:literal) => {
        concat!(has_words!($query), " AND ' ' || m.words LIKE ", $begun)
    };
}

/// That a message is there, or is told of with its trace.
macro_rules! with_trace {
    ($trace:literal) => {
        concat!(" AND (CAST(", $trace, " AS BIGINT) = 1 OR m.gone IS NULL) ")
    };
}

macro_rules! places_with {
    ($words:expr) => {
        concat!("SELECT m.place FROM messages m WHERE ", $words, with_trace!("$2"))
    };
}

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
                    concat!(" AND message_search MATCH $5 AND s.rowid > $1 AND s.rowid < $1 + $2", with_trace!("$6")),
                    "s.rowid"
                );
                self.page(sql, sought, is_sought(format!("{whole}\"{last}\" *"))).await
            }
            Dialect::Postgres => {
                let whole: String = whole.iter().flat_map(|word| ["'", word, "' & "]).collect();
                let mut values = is_sought(format!("'{}' & {whole}'{last}':*", sought.room));
                let may_be_room = sought.room.to_string().starts_with(last.as_str());
                if may_be_room {
                    values.push(format!("% {last}%").into());
                }
                if let Some(places) = self.places_with(sought, values.clone(), may_be_room).await? {
                    return self.page_of(sought, places).await;
                }
                let sql = if may_be_room {
                    told!("messages m", concat!(" AND ", has_words!("$5", "$7"), with_trace!("$6")), "m.place")
                } else {
                    told!("messages m", concat!(" AND ", has_words!("$5"), with_trace!("$6")), "m.place")
                };
                self.page(sql, sought, values).await
            }
        }
    }

    /// The places of all messages that have the words; nothing where they are [`FOUND_AT_ONCE`] or more. `values`: the query, whether with traces, and what
    /// the words begin with where it may be the room.
    async fn places_with(
        &self,
        sought: &Sought,
        mut values: Vec<Value>,
        may_be_room: bool,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let sql = if may_be_room {
            concat!(places_with!(has_words!("$1", "$3")), "AND m.is_note = $4 LIMIT $5")
        } else {
            concat!(places_with!(has_words!("$1")), "AND m.is_note = $3 LIMIT $4")
        };
        values.extend([sought.notes.into(), (FOUND_AT_ONCE as i64).into()]);
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
        let (mut page, _) = self.paged(sought, &rows).await?;
        // What went since its place was found is not found any more.
        page.messages.retain(|message| sought.with_trace || message.gone.is_none());
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_asked_for_as_they_are_indexed() {
        let indexed = include_str!("../../migrations/postgres/V15__messages.sql");
        let (asked, _) = has_words!("").split_once(" @@").unwrap();
        assert!(indexed.contains(&format!("gin ({})", asked.replace("m.", ""))), "{asked}");
    }
}
