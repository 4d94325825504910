//! Nothing is left over: a row is put into every table of the database, as the schema tells them and with what each refers to, and then an event or a
//! person is erased. A new table that nobody thought of is found here.

use std::collections::BTreeMap;

use houselights_shared::{EventId, PersonId, Timestamp};

use super::{Database, NOW, Statement, Store, Value, cluster, open};
use crate::store::{Traces, WrittenOut};

on_both! {
    an_event_that_is_erased_leaves_nothing_in_any_table,
    a_person_who_is_erased_leaves_nothing_in_any_table,
}

/// A column as the schema has it.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    is_text: bool,
    /// The table that it refers to.
    refers_to: Option<String>,
}

/// Tables that hold no rows of people or events, with the reason.
const OTHERS: [&str; 3] = [
    // The steps of the schema.
    "refinery_schema_history",
    "settings",
    "probe",
];

/// The tables of the schema, each behind those that it refers to. It is read from SQLite: that both engines have the same, the migrations see to.
async fn schema() -> Vec<(String, Vec<Column>)> {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("house.db").into()).await;
    let sql = "SELECT t.name, c.name, c.type, (SELECT f.\"table\" FROM pragma_foreign_key_list(t.name) f WHERE f.\"from\" = c.name) \
               FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' \
               AND t.name NOT LIKE 'registration_search_%' AND t.name NOT LIKE 'message_search_%' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid";
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in store.db.read(Statement::new(sql, Vec::new())).await.unwrap() {
        let column = Column {
            name: row.text(1).unwrap().to_owned(),
            is_text: row.text(2).unwrap() == "TEXT",
            refers_to: row.maybe(3).unwrap(),
        };
        tables.entry(row.text(0).unwrap().to_owned()).or_default().push(column);
    }
    for other in OTHERS {
        assert!(tables.remove(other).is_some(), "there is no table {other} any more");
    }
    let mut ordered: Vec<(String, Vec<Column>)> = Vec::new();
    while !tables.is_empty() {
        let is_known = |name: &String| ordered.iter().any(|(known, _)| known == name);
        let next = tables.iter().find(|(name, columns)| {
            columns.iter().filter_map(|column| column.refers_to.as_ref()).all(|to| to == *name || is_known(to))
        });
        let next = next.map(|(name, _)| name.clone()).expect("no table refers to itself by others");
        let columns = tables.remove(&next).unwrap();
        ordered.push((next, columns));
    }
    ordered
}

/// The address and the name of whoever is erased, wherever a table has one.
const EMAIL: &str = "mina@example.com";
const NAME: &str = "Mina Murray";

/// What a column is filled with: what its name asks for, and else something that no other row has.
fn value(table: &str, column: &Column, ids: &BTreeMap<String, String>) -> Value {
    if let Some(to) = &column.refers_to {
        return ids.get(to).expect("it is filled before").as_str().into();
    }
    match (table, column.name.as_str()) {
        (_, "id") => ids.get(table).unwrap().as_str().into(),
        (_, "email" | "recipient") => EMAIL.into(),
        ("people" | "participants" | "speakers" | "registrations", "name") => NAME.into(),
        ("profiles", "headline" | "about") => format!("I am {NAME}").into(),
        ("messages", "words") => format!("i am {NAME}").into(),
        ("registrations", "search") => format!("{} {EMAIL}", NAME.to_lowercase()).into(),
        (_, "by_participant" | "command_by" | "command_id" | "author") | ("inbox", "peer_id") => {
            ids.get("participants").unwrap().as_str().into()
        }
        ("updates", "body") => {
            let who = ids.get("participants").unwrap();
            format!(r#"{{"what":"message_sent","message":{{"id":"{who}","author":"{who}","name":"{NAME}","role":"attendee","at":0,"text":"I am {NAME}"}}}}"#).into()
        }
        ("inbox", "body") => {
            let who = ids.get("participants").unwrap();
            format!(r#"{{"what":"received","from":{{"participant":"{who}","name":"{NAME}"}},"text":"I am {NAME}"}}"#).into()
        }
        ("deliveries", "body") => format!(r#"{{"registration":{{"email":"{EMAIL}","name":"{NAME}"}}}}"#).into(),
        ("outbox", "message") => format!(r#"{{"name":"{NAME}"}}"#).into(),
        ("registrations", "answers") => format!(r#"{{"{}":["{NAME}"]}}"#, ids.get("questions").unwrap()).into(),
        ("registrations" | "payments" | "outbox" | "deliveries", "state") => "confirmed".into(),
        ("members", "role") => "organizer".into(),
        ("participants" | "invites", "role") => "attendee".into(),
        // Not in the trash: what is erased is so by being asked for.
        (_, "deleted_at") => Value::Null,
        ("images", "bytes") => Value::Bytes(vec![1]),
        (_, name) if column.is_text => format!("{table} {name}").into(),
        _ => Value::Int(1),
    }
}

/// A row in every table; their ids, by the tables.
async fn filled(store: &Store, schema: &[(String, Vec<Column>)]) -> BTreeMap<String, String> {
    let ids: BTreeMap<String, String> = schema.iter().map(|(name, _)| (name.clone(), EventId::random().to_string())).collect();
    for (table, columns) in schema {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        let values = columns.iter().map(|column| value(table, column, &ids)).collect();
        let written = store.db.write(vec![Statement::composed(sql, values)]).await;
        written.unwrap_or_else(|error| panic!("{table} has a column that needs something of its own: {error}"));
    }
    ids
}

async fn count(store: &Store, sql: String, values: Vec<Value>) -> i64 {
    store.db.read(Statement::composed(sql, values)).await.unwrap()[0].int(0).unwrap()
}

/// What belongs to an event, by what it refers to: pictures are its organisation's, and letters and deliveries can be of others.
fn belongs_to_event(schema: &[(String, Vec<Column>)], table: &str) -> bool {
    let columns = &schema.iter().find(|(name, _)| name == table).unwrap().1;
    let refers_to = columns.iter().filter_map(|column| column.refers_to.as_deref()).filter(|to| *to != table);
    table == "events" || refers_to.into_iter().any(|to| belongs_to_event(schema, to))
}

async fn an_event_that_is_erased_leaves_nothing_in_any_table(store: Store) {
    let schema = schema().await;
    let ids = filled(&store, &schema).await;
    let deleted = "UPDATE events SET deleted_at = 5 WHERE id = $1";
    let event = ids.get("events").unwrap().as_str();
    store.db.write(vec![Statement::new(deleted, vec![event.into()]).changing(1)]).await.unwrap();
    store.purge_deleted(Timestamp::from_micros(10)).await.unwrap();
    let mut of_event = 0;
    for (table, _) in &schema {
        let left = count(&store, format!("SELECT count(*) FROM {table}"), Vec::new()).await;
        let is_its = belongs_to_event(&schema, table);
        of_event += usize::from(is_its);
        assert_eq!(left, i64::from(!is_its), "{table}");
    }
    assert!(of_event > 15, "{of_event}");
}

async fn a_person_who_is_erased_leaves_nothing_in_any_table(store: Store) {
    let schema = schema().await;
    let ids = filled(&store, &schema).await;
    let person: PersonId = ids.get("people").unwrap().parse().unwrap();
    assert!(store.erase_person(Traces::All { person, email: EMAIL }, &mut WrittenOut::default()).await.unwrap().is_some());
    for (table, columns) in &schema {
        for column in columns.iter().filter(|column| column.is_text) {
            for told in [EMAIL, NAME, &person.to_string()] {
                let sql = format!("SELECT count(*) FROM {table} WHERE lower({}) LIKE $1", column.name);
                let left = count(&store, sql, vec![format!("%{}%", told.to_lowercase()).into()]).await;
                assert_eq!(left, 0, "{told} stands in {}.{}", table, column.name);
            }
        }
    }
    // That there was somebody stays.
    for table in ["registrations", "participants", "updates", "speakers"] {
        assert_eq!(count(&store, format!("SELECT count(*) FROM {table}"), Vec::new()).await, 1, "{table}");
    }
    store.forget_sign_ins(NOW).await.unwrap();
}

/// Without one, whatever is erased looks through the whole of each table that could refer to it.
#[tokio::test]
async fn what_refers_to_something_is_found_by_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("house.db").into()).await;
    let sql = "SELECT t.name, f.\"from\" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' \
               AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c \
               WHERE c.seqno = 0 AND c.name = f.\"from\" AND i.partial = 0)";
    let bare: Vec<String> = store
        .db
        .read(Statement::new(sql, Vec::new()))
        .await
        .unwrap()
        .iter()
        .map(|row| format!("{}.{}", row.text(0).unwrap(), row.text(1).unwrap()))
        .collect();
    assert_eq!(bare, Vec::<String>::new());
    // And by whom they are, and what waits to be told.
    for (plan, index) in [
        ("SELECT 1 FROM outbox WHERE recipient = 'x'", "outbox_of_recipient"),
        ("SELECT 1 FROM speakers WHERE email = 'x'", "speakers_of_email"),
        ("SELECT 1 FROM registrations WHERE email = 'x'", "registrations_of_email"),
        ("SELECT 1 FROM sign_ins WHERE email = 'x'", "sign_ins_of_email"),
        ("SELECT 1 FROM outbox WHERE state IN ('sent', 'dropped') AND due_at < 5", "outbox_in_turn"),
        ("SELECT min(due_at) FROM deliveries WHERE state = 'queued'", "deliveries_due"),
        ("UPDATE deliveries SET due_at = 7 WHERE webhook_id = 'x' AND state = 'queued' AND due_at < 7", "deliveries"),
        ("DELETE FROM deliveries WHERE state <> 'queued' AND created_at < 5", "deliveries_by_age"),
    ] {
        let rows = store.db.read(Statement::composed(format!("EXPLAIN QUERY PLAN {plan}"), Vec::new())).await.unwrap();
        let told: Vec<String> = rows.iter().map(|row| row.text(3).unwrap().to_owned()).collect();
        assert!(told.iter().any(|step| step.contains("INDEX") && step.contains(index)), "{plan}: {told:?}");
    }
}
