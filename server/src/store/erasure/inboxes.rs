//! Writing somebody out of inboxes, their own and those of whoever they wrote to.

use super::{Json, LISTED, NOBODY, PAGE, Statement, Store, StoreError, Trace, Value, json};

impl Store {
    /// Writes them out of inboxes: their own is gone, and what they wrote to others.
    pub(crate) async fn erase_from_inboxes(&self, places: &[Trace]) -> Result<(), StoreError> {
        for some in places.chunks(LISTED) {
            let of = |sql| Statement::listing(sql, Vec::new(), some.iter().map(|trace| Value::id(&trace.participant)));
            let statements = vec![
                of("DELETE FROM inbox WHERE participant_id IN ({list})"),
                of("UPDATE inbox SET kind = 'nothing', body = '{\"what\":\"nothing\"}' \
                    WHERE kind IN ('received', 'mentioned') AND peer_id IN ({list})"),
            ];
            self.db.write(statements).await?;
        }
        for trace in places {
            self.name_nobody_in_inboxes(trace).await?;
        }
        Ok(())
    }

    /// Whoever wrote to somebody, or blocked them, knows them by no name any more.
    async fn name_nobody_in_inboxes(&self, trace: &Trace) -> Result<(), StoreError> {
        let (mut owner, mut place) = (String::new(), 0_i64);
        loop {
            let sql = "SELECT participant_id, position, body FROM inbox WHERE peer_id = $1 AND kind <> 'nothing' \
                       AND (participant_id > $2 OR (participant_id = $2 AND position > $3)) ORDER BY participant_id, position LIMIT $4";
            let values = vec![Value::id(&trace.participant), owner.as_str().into(), place.into(), PAGE.into()];
            let rows = self.db.read(Statement::new(sql, values)).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            (owner, place) = (last.text(0)?.to_owned(), last.int(1)?);
            let mut statements = Vec::with_capacity(rows.len());
            for row in &rows {
                let body = nameless(row.json(2)?).to_string();
                let sql = "UPDATE inbox SET body = $1 WHERE participant_id = $2 AND position = $3";
                statements.push(Statement::new(sql, vec![body.into(), row.text(0)?.into(), row.int(1)?.into()]));
            }
            self.db.write(statements).await?;
        }
    }
}

/// An entry that is about one person, without their name.
fn nameless(mut entry: Json) -> Json {
    for peer in ["to", "who"] {
        if let Some(name) = entry.get_mut(peer).and_then(|peer| peer.get_mut("name")) {
            *name = json!(NOBODY);
        }
    }
    entry
}
