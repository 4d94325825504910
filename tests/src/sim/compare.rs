//! Whether somebody has what a newcomer gets.

use houselights_shared::{Message, Snapshot};
use serde_json::Value;

/// In what they differ, part by part.
pub(super) fn difference(held: Option<&Snapshot>, fresh: &Snapshot) -> Option<String> {
    let Some(held) = held else { return Some("nothing".to_owned()) };
    let (held, fresh) = (as_seen(held.clone()), as_seen(fresh.clone()));
    if held == fresh {
        return None;
    }
    let mut told = String::new();
    differ("", &serde_json::to_value(held).ok()?, &serde_json::to_value(fresh).ok()?, &mut told);
    Some(told)
}

/// Of words that are gone nobody sees whether they were changed before.
fn as_seen(mut snapshot: Snapshot) -> Snapshot {
    let notes = snapshot.crew.iter_mut().flat_map(|crew| crew.notes.iter_mut());
    for Message { edited_at, .. } in snapshot.chat.iter_mut().chain(notes).filter(|message| message.gone.is_some()) {
        *edited_at = None;
    }
    snapshot
}

fn differ(at: &str, held: &Value, fresh: &Value, told: &mut String) {
    match (held, fresh) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for key in ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))) {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                differ(&format!("{at}.{key}"), &of(ours), &of(theirs), told);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                differ(&format!("{at}[{index}]"), ours, theirs, told);
            }
        }
        _ if held == fresh => {}
        _ => *told = format!("{told}\n{at} is {held} instead of {fresh}"),
    }
}
