//! Why a request was refused: GraphQL errors whose `extensions.code` a client acts on.

use async_graphql::{Error, ErrorExtensions};
use tracing::warn;

use crate::store::StoreError;

/// A code. A client does something different for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nobody is signed in, or not any more: sign in.
    Unauthenticated,
    /// The role, or the scope of the key, does not reach that far.
    Forbidden,
    /// No such thing, or it is not the viewer's to see.
    NotFound,
    /// What was given cannot be taken; `extensions.field` names it.
    BadInput,
    /// It was changed meanwhile: read it again.
    Conflict,
    /// Not in this phase of the event.
    WrongPhase,
    /// No seat is left.
    SoldOut,
    /// Sales have not begun, or are over.
    NotOnSale,
    /// No such code, or it is used up or over.
    DiscountRefused,
    /// People are registered or wait: it has to be cancelled first, so that they hear of it.
    PeopleRegistered,
    /// This address has a place already.
    AlreadyRegistered,
    /// An organisation keeps an owner.
    LastOwner,
    /// Another event has this address.
    SlugTaken,
    /// The payment provider refused or cannot be reached.
    PaymentFailed,
    /// The template cannot be used; `extensions.line` and `extensions.column` say where.
    TemplateInvalid,
    /// More was asked for at once than is answered.
    TooComplex,
    /// This server does not tell its schema: take the one that is committed.
    IntrospectionOff,
    /// No document is kept by this hash: send it with its hash.
    PersistedQueryNotFound,
    /// Too often; `extensions.retryAfterMs` says when again.
    SlowDown,
    /// The server cannot store just now: nothing was done.
    StorageUnavailable,
}

impl Code {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput => "BAD_INPUT",
            Self::Conflict => "CONFLICT",
            Self::WrongPhase => "WRONG_PHASE",
            Self::SoldOut => "SOLD_OUT",
            Self::NotOnSale => "NOT_ON_SALE",
            Self::DiscountRefused => "CODE_INVALID",
            Self::PeopleRegistered => "PEOPLE_REGISTERED",
            Self::AlreadyRegistered => "ALREADY_REGISTERED",
            Self::LastOwner => "LAST_OWNER",
            Self::SlugTaken => "SLUG_TAKEN",
            Self::PaymentFailed => "PAYMENT_FAILED",
            Self::TemplateInvalid => "TEMPLATE_INVALID",
            Self::TooComplex => "TOO_COMPLEX",
            Self::IntrospectionOff => "INTROSPECTION_OFF",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::SlowDown => "SLOW_DOWN",
            Self::StorageUnavailable => "STORAGE_UNAVAILABLE",
        }
    }
}

/// A refusal. Its message is for developers; users are told by the page, in words of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) code: Code,
    message: String,
    /// Which argument, where it is about one.
    field: Option<&'static str>,
    retry_after_ms: Option<u32>,
    /// Which line of a file, where it is about one, and which character of the line.
    line: Option<usize>,
    column: Option<usize>,
}

impl Denial {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after_ms: None, line: None, column: None }
    }

    /// What was given for `field` cannot be taken.
    pub(crate) fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(Code::BadInput, message) }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing, or it is not yours to see")
    }

    pub(crate) fn conflict() -> Self {
        Self::new(Code::Conflict, "it was changed meanwhile")
    }

    #[must_use]
    pub(crate) fn after(mut self, retry_after_ms: u32) -> Self {
        self.retry_after_ms = Some(retry_after_ms);
        self
    }

    #[must_use]
    pub(crate) fn at(mut self, line: usize, column: Option<usize>) -> Self {
        (self.line, self.column) = (Some(line), column);
        self
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::new(denial.message).extend_with(|_, extensions| {
            extensions.set("code", denial.code.as_str());
            if let Some(field) = denial.field {
                extensions.set("field", field);
            }
            if let Some(after) = denial.retry_after_ms {
                extensions.set("retryAfterMs", after);
            }
            if let Some(line) = denial.line {
                extensions.set("line", line);
            }
            if let Some(column) = denial.column {
                extensions.set("column", column);
            }
        })
    }
}

/// A demand that was not met means that somebody else was there first; callers that know better say so themselves.
impl From<StoreError> for Denial {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unmet(_) | StoreError::Conflict(_) | StoreError::Misfit(_) => Self::conflict(),
            StoreError::Unavailable(_) | StoreError::Corrupt(_) => {
                warn!(%error, "a request met a store that fails");
                Self::new(Code::StorageUnavailable, "the server cannot store just now").after(1_000)
            }
        }
    }
}
