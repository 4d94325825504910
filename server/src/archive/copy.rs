//! An archive whose event another organisation has: the same event, with ids of its own.

use std::collections::HashMap;

use houselights_shared::EventId;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{column::Kind, tables::Table};

/// What each id of the archive is here. A row says its own before others refer to it.
pub(super) struct Copy {
    pub(super) event: EventId,
    ids: HashMap<Uuid, Uuid>,
}

impl Copy {
    /// Of this event.
    pub(super) fn of(event: EventId) -> Self {
        let own = EventId::random();
        let ids = [event, own].map(|id| id.to_string().parse().unwrap_or_default());
        Self { event: own, ids: HashMap::from([ids.into()]) }
    }

    /// A row with the ids that it has here. What no row before it had stays, and is found to be missing.
    pub(super) fn row(&mut self, table: &Table, mut row: Map<String, Json>) -> Map<String, Json> {
        for column in table.columns {
            let Some(value) = row.get_mut(column.name) else { continue };
            match column.kind {
                Kind::Id(of) => {
                    let id = value.as_str().and_then(|id| id.parse().ok());
                    if let Some(id) = id.filter(|_| of == table.name && column.name == "id") {
                        // In the order of the archive's, which is that in which they were made.
                        self.ids.entry(id).or_insert_with(Uuid::now_v7);
                    }
                    self.replace(value);
                }
                Kind::AnyId => self.replace(value),
                // JSON as text: answers by their questions, plans, and what happened in rooms.
                Kind::Json(_) => {
                    if let Some(mut inner) = value.as_str().and_then(|text| serde_json::from_str(text).ok()) {
                        // An event's plan names rooms and sessions, which follow it.
                        if table.name == "events" {
                            self.name(&inner);
                        }
                        self.replace(&mut inner);
                        *value = inner.to_string().into();
                    }
                }
                Kind::Name
                | Kind::Text(_)
                | Kind::Line(_)
                | Kind::Number(..)
                | Kind::Instant
                | Kind::Word(_)
                | Kind::Colour
                | Kind::Slug
                | Kind::Zone
                | Kind::Email
                | Kind::Currency
                | Kind::Texts(_)
                | Kind::Bytes(_) => {}
            }
        }
        row
    }

    /// Gives ids of their own to all that are named.
    fn name(&mut self, value: &Json) {
        match value {
            Json::String(text) => {
                if let Some(id) = id(text) {
                    self.ids.entry(id).or_insert_with(Uuid::now_v7);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.name(item)),
            Json::Object(object) => object.values().for_each(|inner| self.name(inner)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn other(&self, text: &str) -> Option<String> {
        self.ids.get(&id(text)?).map(Uuid::to_string)
    }

    fn replace(&self, value: &mut Json) {
        match value {
            Json::String(text) => {
                if let Some(other) = self.other(text) {
                    *text = other;
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.replace(item)),
            Json::Object(object) => {
                object.values_mut().for_each(|inner| self.replace(inner));
                let renamed = object.keys().filter_map(|key| Some((key.clone(), self.other(key)?))).collect::<Vec<_>>();
                for (key, other) in renamed {
                    if let Some(inner) = object.remove(&key) {
                        object.insert(other, inner);
                    }
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

/// As all of them are written: nothing else is looked for in what may be long.
fn id(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| text.parse().ok())?
}
