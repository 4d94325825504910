//! Documents that are kept by their hash, so that a client sends them once (Apollo's automatic persisted queries).
//!
//! Kept is what was within all bounds and fits the schema, for whoever is signed in; a stranger could fill the memory with it. What is kept is weighed
//! in bytes, and what was not asked for the longest goes first.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Request, Response, ServerError, ServerResult, from_value};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    error::{Code, Denial},
    guard::{Origin, Viewer},
    limits::coded,
};
use crate::{app::App, http::attempt_from};

/// The longest document that is kept.
const DOCUMENT_BYTES: usize = 16 * 1024;
/// All that is kept.
const SHELF_BYTES: usize = 4 * 1024 * 1024;
/// What a document costs besides its text.
const EACH_BYTES: usize = 256;

type Hash = [u8; 32];

/// The documents that are kept.
#[derive(Default)]
pub(super) struct Persisted(Mutex<Shelf>);

/// A document that is to be kept if it turns out to be good.
pub(super) struct Candidate(Hash, Arc<str>);

/// What a client says of the document.
#[derive(Deserialize)]
struct Named {
    version: i32,
    #[serde(rename = "sha256Hash")]
    hash: String,
}

impl Persisted {
    /// Puts the document that a request names by its hash into it; and the other way round, what to keep of one that brings both.
    ///
    /// # Errors
    ///
    /// `PERSISTED_QUERY_NOT_FOUND` for a hash that is not kept, upon which clients send the document; `BAD_INPUT` for a hash of something else; `SLOW_DOWN` for
    /// strangers who bring many.
    pub(super) fn completed(&self, app: &App, request: &mut Request) -> ServerResult<Option<Candidate>> {
        let Some(named) = request.extensions.remove("persistedQuery") else { return Ok(None) };
        let named: Named = from_value(named).map_err(|_| bad("persistedQuery has `version` and `sha256Hash`"))?;
        if named.version != 1 {
            return Err(bad("persistedQuery is of version 1"));
        }
        if request.query.is_empty() {
            let known = hash_of(&named.hash).and_then(|hash| self.with(|shelf| shelf.take_down(&hash)));
            // The message is the one that clients look for.
            let unknown = || coded(ServerError::new("PersistedQueryNotFound", None), Code::PersistedQueryNotFound);
            known.ok_or_else(unknown)?.as_ref().clone_into(&mut request.query);
            return Ok(None);
        }
        let hash: Hash = Sha256::digest(request.query.as_bytes()).into();
        if hash_of(&named.hash) != Some(hash) {
            return Err(bad("this is not the hash of the document"));
        }
        if !is_signed_in(request) {
            counted(app, request)?;
            return Ok(None);
        }
        Ok((request.query.len() <= DOCUMENT_BYTES).then(|| Candidate(hash, request.query.as_str().into())))
    }

    /// Keeps a document that was answered: one that does not fit the schema has errors of no field.
    pub(super) fn keep(&self, candidate: Candidate, answer: &Response) {
        if answer.errors.iter().all(|error| !error.path.is_empty()) {
            self.with(|shelf| shelf.put(candidate.0, candidate.1));
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut Shelf) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn bad(message: &str) -> ServerError {
    coded(ServerError::new(message, None), Code::BadInput)
}

fn data<T: 'static>(request: &Request) -> Option<&T> {
    request.data.get(&TypeId::of::<T>())?.downcast_ref()
}

fn is_signed_in(request: &Request) -> bool {
    data::<Arc<Viewer>>(request).is_some_and(|viewer| viewer.is_known())
}

/// Counts an attempt of a stranger's.
fn counted(app: &App, request: &Request) -> ServerResult<()> {
    attempt_from(app, data::<Origin>(request).and_then(|origin| origin.0)).map_err(|wait| {
        let denial = Denial::new(Code::SlowDown, "too many attempts").after(wait);
        async_graphql::Error::from(denial).into_server_error(async_graphql::Pos::default())
    })
}

/// From its 64 hexadecimal digits.
fn hash_of(written: &str) -> Option<Hash> {
    if written.len() != 64 || !written.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, digits) in hash.iter_mut().zip(written.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// What is kept.
#[derive(Default)]
struct Shelf {
    /// With when it was last asked for.
    documents: HashMap<Hash, (u64, Arc<str>)>,
    by_use: BTreeMap<u64, Hash>,
    uses: u64,
    bytes: usize,
}

impl Shelf {
    fn take_down(&mut self, hash: &Hash) -> Option<Arc<str>> {
        let (used, document) = self.documents.get_mut(hash)?;
        self.by_use.remove(used);
        self.uses += 1;
        *used = self.uses;
        self.by_use.insert(self.uses, *hash);
        Some(Arc::clone(document))
    }

    fn put(&mut self, hash: Hash, document: Arc<str>) {
        if self.take_down(&hash).is_some() {
            return;
        }
        self.bytes += document.len() + EACH_BYTES;
        self.uses += 1;
        self.by_use.insert(self.uses, hash);
        self.documents.insert(hash, (self.uses, document));
        while self.bytes > SHELF_BYTES {
            let Some((_, oldest)) = self.by_use.pop_first() else { return };
            if let Some((_, gone)) = self.documents.remove(&oldest) {
                self.bytes -= gone.len() + EACH_BYTES;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(number: u32) -> (Hash, Arc<str>) {
        let document = format!("{number}{}", " ".repeat(DOCUMENT_BYTES)).into_boxed_str();
        (Sha256::digest(document.as_bytes()).into(), document.into())
    }

    #[test]
    fn what_is_kept_has_a_weight_and_the_longest_unused_goes_first() {
        let mut shelf = Shelf::default();
        let (first, document) = kept(0);
        shelf.put(first, document);
        for number in 1..1_000 {
            let (hash, document) = kept(number);
            shelf.put(hash, Arc::clone(&document));
            shelf.put(hash, document);
            assert!(shelf.take_down(&first).is_some(), "it is asked for all the time");
        }
        assert!(shelf.bytes <= SHELF_BYTES && shelf.bytes > SHELF_BYTES - 2 * DOCUMENT_BYTES, "{}", shelf.bytes);
        assert_eq!(shelf.bytes, shelf.documents.values().map(|(_, text)| text.len() + EACH_BYTES).sum::<usize>());
        assert_eq!(shelf.documents.len(), shelf.by_use.len());
        assert!(shelf.take_down(&kept(1).0).is_none());
        assert!(shelf.take_down(&kept(999).0).is_some());
    }

    #[test]
    fn a_hash_is_64_digits() {
        assert_eq!(hash_of(&"0f".repeat(32)), Some([15; 32]));
        for wrong in ["", "0f", &"0g".repeat(32), &"ä".repeat(32), &"+1".repeat(32)] {
            assert_eq!(hash_of(wrong), None);
        }
    }
}
