//! Documents that are kept by their hash, so that a client sends them once (Apollo's automatic persisted queries).
//!
//! Kept is what was within all bounds and fits the schema, for whoever is signed in; a stranger could fill the memory with it. What is kept is weighed
//! in bytes, and what was not asked for the longest goes first.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{
    Request, ServerError, ServerResult, ValidationResult,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest, NextValidation},
    from_value,
};
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

/// Keeps documents.
#[derive(Default)]
pub(super) struct Persisted(Arc<Mutex<Shelf>>);

impl ExtensionFactory for Persisted {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(OneRequest { shelf: Arc::clone(&self.0), comes: Mutex::default() })
    }
}

/// What a client says of the document.
#[derive(Deserialize)]
struct Named {
    version: i32,
    #[serde(rename = "sha256Hash")]
    hash: String,
}

struct OneRequest {
    shelf: Arc<Mutex<Shelf>>,
    /// What is to be kept once it was found good.
    comes: Mutex<Option<(Hash, Arc<str>)>>,
}

#[async_trait::async_trait]
impl Extension for OneRequest {
    async fn prepare_request(
        &self,
        context: &ExtensionContext<'_>,
        mut request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        if let Some(named) = request.extensions.remove("persistedQuery") {
            let named: Named = from_value(named).map_err(|_| bad("persistedQuery has `version` and `sha256Hash`"))?;
            if named.version != 1 {
                return Err(bad("persistedQuery is of version 1"));
            }
            if request.query.is_empty() {
                let known = hash_of(&named.hash).and_then(|hash| lock(&self.shelf).take_down(&hash));
                // The message is the one that clients look for.
                let unknown = || coded(ServerError::new("PersistedQueryNotFound", None), Code::PersistedQueryNotFound);
                known.ok_or_else(unknown)?.as_ref().clone_into(&mut request.query);
            } else {
                let hash: Hash = Sha256::digest(request.query.as_bytes()).into();
                if hash_of(&named.hash) != Some(hash) {
                    return Err(bad("this is not the hash of the document"));
                }
                if is_signed_in(&request) {
                    if request.query.len() <= DOCUMENT_BYTES {
                        *lock(&self.comes) = Some((hash, request.query.as_str().into()));
                    }
                } else {
                    counted(context, &request)?;
                }
            }
        }
        next.run(context, request).await
    }

    async fn validation(
        &self,
        context: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let good = next.run(context).await?;
        if let Some((hash, document)) = lock(&self.comes).take() {
            lock(&self.shelf).put(hash, document);
        }
        Ok(good)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
fn counted(context: &ExtensionContext<'_>, request: &Request) -> ServerResult<()> {
    let Some(app) = context.data_opt::<Arc<App>>() else { return Ok(()) };
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
