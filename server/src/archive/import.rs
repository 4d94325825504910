//! Reading an archive in. The event is nobody's and lies in the trash until it is whole: one that breaks off is taken back.

use std::collections::{HashMap, HashSet};

use futures_util::{Stream, StreamExt, pin_mut};
use houselights_shared::{EventId, ImageId, OrganisationId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use tracing::warn;

use super::{
    ArchiveError, FORMAT, PAGE, PAGE_BYTES,
    column::Kind,
    copy::Copy,
    rules::{Fault, Rules},
    tables::{TABLES, Table},
};
use crate::{
    app::App,
    clock,
    graphql::input,
    images::Purpose,
    store::{BEING_TAKEN_IN, Statement, StoreError, Value, half_taken, has_room_for_picture, searched},
};

/// Where an archive goes.
pub(crate) struct Import {
    pub(crate) organisation: OrganisationId,
    /// What its page is called where another event has its address.
    pub(crate) other_slug: String,
    pub(crate) now: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    houselights: u32,
    event: EventId,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Row { table: String, row: Map<String, Json> },
    End { end: usize },
}

struct Reading<'a> {
    app: &'a App,
    to: &'a Import,
    event: EventId,
    /// Where the archive's ids are others here.
    copy: Option<Copy>,
    /// The line that is read, from 1.
    line: usize,
    rows: usize,
    /// The table that rows were of last: tables come in their order.
    table: usize,
    /// Rows that may be referred to, by their tables.
    known: HashMap<&'static str, HashSet<String>>,
    rules: Rules,
    waiting: Vec<Statement>,
    /// What these hold, about.
    waiting_bytes: usize,
    slug: Option<String>,
    /// What is stored by now and would have to be taken back.
    is_stored: bool,
    is_held_back: bool,
    pictures: Vec<ImageId>,
}

/// An event that was taken in.
pub(crate) struct Taken {
    pub(crate) event: EventId,
    /// Whether people knew of it where it came from, and it is a draft here.
    pub(crate) is_held_back: bool,
}

/// Imports an archive, given line by line. Its event, whole; where people know of it elsewhere, as a draft.
pub(crate) async fn import(
    app: &App,
    lines: impl Stream<Item = Result<String, ArchiveError>>,
    to: &Import,
) -> Result<Taken, ArchiveError> {
    pin_mut!(lines);
    let head = lines.next().await.transpose()?.unwrap_or_default();
    let head: Head = serde_json::from_str(&head).map_err(|_| wrong(1, "this is no archive of an event"))?;
    if head.houselights != FORMAT {
        return Err(wrong(1, format!("this server reads version {FORMAT} of the format, not {}", head.houselights)));
    }
    // Where another organisation has this event nobody hears of that: theirs is a copy, with ids of its own.
    let copy = match app.store.event(head.event).await?.map(|row| row.organisation) {
        None => None,
        Some(None) => return Err(ArchiveError::Underway),
        Some(Some(other)) if other != to.organisation => Some(Copy::of(head.event)),
        Some(Some(_)) => return Err(ArchiveError::Known),
    };
    // What the server before did not live to take in goes with its pictures, behind its event: whoever takes in the same meanwhile finds
    // them here still, or loses their own.
    tokio::select! {
        () = app.taken_back.cancelled() => {}
        () = app.draining.cancelled() => return Err(wrong(1, "the archive broke off")),
    }
    let event = copy.as_ref().map_or(head.event, |copy| copy.event);
    let mut reading = Reading {
        app,
        to,
        event,
        copy,
        line: 1,
        rows: 0,
        table: 0,
        known: HashMap::new(),
        rules: Rules::new(to.now),
        waiting: Vec::new(),
        waiting_bytes: 0,
        slug: None,
        is_stored: false,
        is_held_back: false,
        pictures: Vec::new(),
    };
    let outcome = reading.all(lines).await;
    if outcome.is_err() {
        let stored = reading.is_stored.then_some(event);
        if let Err(error) = app.store.take_back(stored, &reading.pictures, to.now).await {
            warn!(%error, "what is left of an import is swept away with the trash");
        }
    }
    outcome.map(|()| Taken { event, is_held_back: reading.is_held_back })
}

fn wrong(line: usize, what: impl Into<String>) -> ArchiveError {
    ArchiveError::Line { line, what: what.into() }
}

impl Reading<'_> {
    async fn all(&mut self, mut lines: impl Stream<Item = Result<String, ArchiveError>> + Unpin) -> Result<(), ArchiveError> {
        while let Some(line) = lines.next().await {
            self.line += 1;
            let line = line?;
            match serde_json::from_str(&line).map_err(|_| self.wrong("this is no row of an archive"))? {
                Line::Row { table, row } => self.take(&table, row).await?,
                Line::End { end } if end == self.rows => {
                    self.nothing_more(lines).await?;
                    return self.finish().await;
                }
                Line::End { end } => return Err(self.wrong(format!("{end} rows were written, {} are here", self.rows))),
            }
        }
        Err(self.wrong("the archive broke off"))
    }

    /// An archive that goes on behind its end is two, or no whole one. A line that is empty is none.
    async fn nothing_more(
        &mut self,
        mut lines: impl Stream<Item = Result<String, ArchiveError>> + Unpin,
    ) -> Result<(), ArchiveError> {
        while let Some(line) = lines.next().await {
            self.line += 1;
            if !line?.trim().is_empty() {
                return Err(self.wrong("the archive goes on behind its end"));
            }
        }
        Ok(())
    }

    fn wrong(&self, what: impl Into<String>) -> ArchiveError {
        wrong(self.line, what)
    }

    async fn take(&mut self, name: &str, row: Map<String, Json>) -> Result<(), ArchiveError> {
        let place = TABLES.iter().position(|table| table.name == name).ok_or_else(|| self.wrong("no such table"))?;
        if place < self.table {
            return Err(self.wrong(format!("`{name}` comes too late")));
        }
        self.table = place;
        self.rows += 1;
        let Some(table) = TABLES.get(place) else { return Ok(()) };
        let row = &match &mut self.copy {
            Some(copy) => copy.row(table, row),
            None => row,
        };
        let values = self.values(table, row)?;
        self.rules.take(table, row).map_err(|fault| match fault {
            Fault::TooMany => {
                let what = format!("an event has at most {} rows in `{}`", table.most, table.name);
                ArchiveError::TooLarge { line: self.line, what }
            }
            Fault::Wrong(what) => self.wrong(what),
        })?;
        if table.name == "events" {
            if row.get("id").and_then(Json::as_str) != Some(&self.event.to_string()) {
                return Err(self.wrong("this is another event"));
            }
            self.is_held_back = row.get("phase").and_then(Json::as_str).is_some_and(is_known_of);
            self.slug = row.get("slug").and_then(Json::as_str).map(str::to_owned);
        }
        if table.name == "images" {
            return self.picture(table, row, values).await;
        }
        self.waiting_bytes += values.iter().map(length).sum::<usize>();
        self.waiting.push(insert(table, values, self.to));
        let is_page = self.waiting.len() >= PAGE || self.waiting_bytes > PAGE_BYTES;
        if is_page { self.write().await } else { Ok(()) }
    }

    fn values(&mut self, table: &Table, row: &Map<String, Json>) -> Result<Vec<Value>, ArchiveError> {
        if let Some(unknown) = row.keys().find(|key| table.columns.iter().all(|column| column.name != **key)) {
            return Err(self.wrong(format!("no such column: `{unknown}`")));
        }
        let mut values = Vec::with_capacity(table.columns.len());
        for column in table.columns {
            let value = column.read(row.get(column.name).unwrap_or(&Json::Null)).map_err(|what| self.wrong(what))?;
            if let (Kind::Id(of), Value::Text(id)) = (column.kind, &value) {
                let known = self.known.entry(of).or_default();
                let is_own = of == table.name && column.name == "id";
                if is_own && !known.insert(id.clone()) {
                    return Err(self.wrong("this row is here twice"));
                }
                if !known.contains(id) {
                    return Err(self.wrong(format!("`{}` names what is not here", column.name)));
                }
            }
            values.push(value);
        }
        Ok(values)
    }

    /// A picture goes through the same as one that is uploaded; its row has to say what it is.
    async fn picture(&mut self, table: &Table, row: &Map<String, Json>, mut values: Vec<Value>) -> Result<(), ArchiveError> {
        let named = |why: String| format!("picture {}: {why}", row.get("id").and_then(Json::as_str).unwrap_or_default());
        let bytes = values.iter_mut().find_map(|value| match value {
            Value::Bytes(bytes) => Some(bytes),
            Value::Null | Value::Int(_) | Value::Text(_) => None,
        });
        let Some(bytes) = bytes else { return Err(self.wrong(named("it has no bytes".to_owned()))) };
        let looked = self.app.uploads.accept(std::mem::take(bytes).into(), Purpose::Cover).await;
        let accepted = looked.ok_or(StoreError::Unavailable("pictures are not looked at just now".to_owned()))?;
        let accepted = accepted.map_err(|why| self.wrong(named(why.to_string())))?;
        let number = |column| row.get(column).and_then(Json::as_i64);
        let is_it = number("width") == Some(accepted.width.into())
            && number("height") == Some(accepted.height.into())
            && row.get("content_type").and_then(Json::as_str) == Some(accepted.content_type);
        if !is_it {
            return Err(self.wrong(named("it is of another kind or size than its row says".to_owned())));
        }
        *bytes = accepted.bytes;
        let id = row.get("id").and_then(Json::as_str).and_then(|id| id.parse::<ImageId>().ok());
        let statements = vec![insert(table, values, self.to), has_room_for_picture(self.to.organisation)];
        match self.app.store.store_all(statements).await {
            Ok(()) => self.pictures.extend(id),
            Err(StoreError::Conflict(_) | StoreError::Misfit(_)) => return Err(self.wrong(HERE)),
            Err(StoreError::Unmet(_)) => {
                return Err(self.wrong(named("the organisation has as many pictures as it may".to_owned())));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), ArchiveError> {
        self.waiting_bytes = 0;
        match self.app.store.store_all(std::mem::take(&mut self.waiting)).await {
            Ok(()) => {
                self.is_stored = self.known.get("events").is_some_and(|events| !events.is_empty());
                Ok(())
            }
            Err(StoreError::Conflict(_) | StoreError::Misfit(_)) => Err(self.wrong(HERE)),
            Err(error) => Err(error.into()),
        }
    }

    /// The event becomes the organisation's, under its own address where that is free.
    async fn finish(&mut self) -> Result<(), ArchiveError> {
        self.rules.finish().map_err(|what| self.wrong(what))?;
        self.write().await?;
        let Import { organisation, other_slug, .. } = self.to;
        for slug in self.slug.iter().flat_map(|own| alike(own)).chain([other_slug.clone()]) {
            match self.app.store.reveal_event(self.event, (*organisation, &slug), clock::now()).await {
                Err(StoreError::Conflict(_)) if slug != *other_slug => {}
                Err(StoreError::Unmet(1)) => return Err(self.wrong("the organisation has as many events as it may")),
                revealed => {
                    revealed?;
                    // It is taken in, whatever becomes of this: the next start finds them, too.
                    if let Err(error) = self.app.store.find_unindexed().await {
                        warn!(%error, "logs that were taken in are not indexed for now");
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// An address, and those like it that are tried where it is taken.
fn alike(slug: &str) -> impl Iterator<Item = String> {
    let numbered = (2..10).map(move |number| format!("{slug}-{number}"));
    [slug.to_owned()].into_iter().chain(numbered.filter(|slug| input::slug("", slug).is_ok()))
}

/// Up to five hundred rows are written at once, so which of them it is cannot be said.
const HERE: &str = "up to here, something is in the archive twice or on this server already, or names what is not in it";

/// Whether people are written to about an event in this phase.
fn is_known_of(phase: &str) -> bool {
    matches!(phase, "published" | "live")
}

/// Of what may be long.
fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Null | Value::Int(_) => 0,
    }
}

/// The row as it is stored. The event is nobody's yet, has no address, and lies in the trash; one that people know of becomes a draft.
fn insert(table: &Table, mut values: Vec<Value>, to: &Import) -> Statement {
    let mut names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    match table.name {
        "events" => {
            let phase = names.iter().zip(&values).find_map(|(name, value)| (*name == "phase").then_some(value));
            let is_held_back = matches!(phase, Some(Value::Text(phase)) if is_known_of(phase));
            for (name, value) in names.iter().zip(&mut values) {
                match *name {
                    "slug" => *value = Value::Null,
                    "phase" if is_held_back => *value = "draft".into(),
                    // What nobody was told of is not called off: it could not be published any more.
                    "cancelled_at" | "cancel_reason" if is_held_back => *value = Value::Null,
                    _ => {}
                }
            }
            names.push("deleted_at");
            values.push(half_taken(to.now).into());
        }
        "images" => {
            names.extend(["organisation_id", "unused_since"]);
            values.extend([Value::id(&to.organisation), BEING_TAKEN_IN.into()]);
        }
        "registrations" => {
            let found = |column: &str| match names.iter().position(|name| *name == column).and_then(|place| values.get(place)) {
                Some(Value::Text(text)) => text.clone(),
                Some(Value::Null | Value::Int(_) | Value::Bytes(_)) | None => String::new(),
            };
            let search = searched(&found("name"), &found("email"));
            names.push("search");
            values.push(search.into());
        }
        _ => {}
    }
    let places: Vec<String> = (1..=values.len()).map(|number| format!("${number}")).collect();
    Statement::composed(format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), places.join(", ")), values)
}
