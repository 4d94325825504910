//! Reading an event out, page by page.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures_util::{Stream, stream};
use houselights_shared::EventId;
use serde_json::{Map, json};

use super::{
    FORMAT, PAGE, PAGE_BYTES,
    column::{Column, Kind},
    secrets::Strangers,
    tables::{TABLES, Table},
};
use crate::{
    bounds::rows,
    store::{Row, Statement, Store, StoreError, Value},
};

/// Where the export is.
enum Place {
    Head,
    /// A table, and the key of the last row that was read of it.
    Rows {
        table: usize,
        after: String,
    },
    End,
}

struct Export {
    store: Store,
    event: EventId,
    place: Place,
    rows: usize,
    /// What was written, by its table. What came while the archive is written may refer to what was read too early: it is left out.
    written: HashMap<&'static str, HashSet<String>>,
    strangers: Strangers,
}

/// The archive of an event, as lines.
pub(crate) fn export(store: Store, event: EventId) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
    let begun = Export { store, event, place: Place::Head, rows: 0, written: HashMap::new(), strangers: Strangers::default() };
    stream::try_unfold(Some(begun), |export| async move {
        let Some(export) = export else { return Ok(None) };
        export.next().await.map(Some)
    })
}

impl Export {
    async fn next(mut self) -> Result<(Bytes, Option<Self>), StoreError> {
        match &self.place {
            Place::Head => {
                self.strangers = Strangers::new()?;
                let head = line(&json!({ "houselights": FORMAT, "event": self.event.to_string() }));
                self.place = Place::Rows { table: 0, after: String::new() };
                Ok((head, Some(self)))
            }
            Place::Rows { table, after } => {
                let (table, after) = (*table, after.clone());
                let Some(spec) = TABLES.get(table) else {
                    self.place = Place::End;
                    return Ok((Bytes::new(), Some(self)));
                };
                let (lines, last) = self.page(spec, &after).await?;
                self.place = match last {
                    Some(after) => Place::Rows { table, after },
                    None => Place::Rows { table: table + 1, after: String::new() },
                };
                Ok((lines, Some(self)))
            }
            Place::End => Ok((line(&json!({ "end": self.rows })), None)),
        }
    }

    /// A page of a table as lines, and the key of its last row where there may be more.
    async fn page(&mut self, table: &Table, after: &str) -> Result<(Bytes, Option<String>), StoreError> {
        let most = self.fitting(table, after).await?;
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let sql = format!(
            "SELECT {key}, {columns} FROM {name} WHERE {of_event} AND {key} > $2 ORDER BY {key} LIMIT $3",
            key = table.key,
            columns = names.join(", "),
            name = table.name,
            of_event = table.of_event,
        );
        let values = vec![Value::id(&self.event), after.into(), rows(most).into()];
        let rows = self.store.rows(Statement::composed(sql, values)).await?;
        let mut lines = Vec::new();
        for row in &rows {
            if self.is_complete(table, row) {
                self.rows += 1;
                lines.extend_from_slice(&self.line_of(table, row));
            }
        }
        let last = rows.last().filter(|_| rows.len() == most).map(|row| row.text(0).map(str::to_owned)).transpose()?;
        Ok((lines.into(), last))
    }

    /// How many of the rows behind this one are read at once: a page of them, or fewer where they are long.
    async fn fitting(&self, table: &Table, after: &str) -> Result<usize, StoreError> {
        let long = table.columns.iter().filter(|column| matches!(column.kind, Kind::Json(_) | Kind::Bytes(_)));
        let lengths: Vec<String> = long.map(|column| format!("OCTET_LENGTH({})", column.name)).collect();
        if lengths.is_empty() {
            return Ok(PAGE);
        }
        let sql = format!(
            "SELECT {lengths} FROM {name} WHERE {of_event} AND {key} > $2 ORDER BY {key} LIMIT $3",
            lengths = lengths.join(" + "),
            key = table.key,
            name = table.name,
            of_event = table.of_event,
        );
        let values = vec![Value::id(&self.event), after.into(), rows(PAGE).into()];
        let mut bytes = 0;
        for (place, row) in self.store.rows(Statement::composed(sql, values)).await?.iter().enumerate() {
            bytes += usize::try_from(row.int(0)?).unwrap_or(usize::MAX);
            if bytes > PAGE_BYTES {
                return Ok(place.max(1));
            }
        }
        Ok(PAGE)
    }

    fn line_of(&mut self, table: &Table, row: &Row) -> Bytes {
        let values = row.values().iter().skip(1).map(Column::write);
        let mut columns: Map<_, _> = table.columns.iter().map(|column| column.name.to_owned()).zip(values).collect();
        if let Some(people) = self.written.get("participants").filter(|_| table.name == "updates") {
            self.strangers.hide(&mut columns, people);
        }
        line(&json!({ "table": table.name, "row": columns }))
    }

    /// Whether all that a row refers to is in the archive.
    fn is_complete(&mut self, table: &Table, row: &Row) -> bool {
        table.columns.iter().zip(row.values().iter().skip(1)).all(|(column, value)| match (column.kind, value) {
            (Kind::Id(of), Value::Text(id)) if of == table.name => self.written.entry(of).or_default().insert(id.clone()),
            (Kind::Id(of), Value::Text(id)) => self.written.get(of).is_some_and(|ids| ids.contains(id)),
            _ => true,
        })
    }
}

fn line(value: &serde_json::Value) -> Bytes {
    let mut line = value.to_string();
    line.push('\n');
    line.into()
}
