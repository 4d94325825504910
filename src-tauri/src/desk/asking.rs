//! What the page asks of the server, and what it keeps on this computer.

use houselights_shared::{OrganisationId, Token};
use serde_json::value::RawValue;

use super::{
    Desk, Login,
    api::{Access, Failure},
    nobody, not_kept, now_ms,
};
use crate::{
    ipc::{ApiCode, ApiProblem, Changed, Fetched, ImageUse, KeptDraft, UploadedImage},
    store::Question,
};

/// The longest draft, and the longest name of one, in bytes.
const LONGEST_DRAFT: usize = 256 * 1024;
const LONGEST_KEY: usize = 512;

impl Desk {
    /// Asks a question: answered by the server; or, where it cannot be reached or the login is over, by what it answered last.
    ///
    /// # Errors
    /// `OFFLINE` or `UNAUTHENTICATED` where nothing is kept either, `TOO_LARGE`, or the server's refusal.
    pub(crate) async fn ask(&self, question: Question) -> Result<Fetched, ApiProblem> {
        let Login { account, token } = self.login().await?;
        let key = account.key();
        let Some(token) = token else { return self.kept_answer(key, question, nobody()).await };
        let access = Access { server: &account.server, token: &token };
        let mut answer = self.0.api.graphql(&access, &question).await;
        if answer.as_ref().is_err_and(|failure| *failure == Failure::Lost) && *self.0.reached.borrow() {
            // It changes nothing, so once more: the connection that stood may have been a dead one.
            answer = self.0.api.graphql(&access, &question).await;
        }
        let away = || ApiProblem::new(ApiCode::Offline, "the server cannot be reached");
        match answer {
            Ok(data) => {
                self.reached_is(true);
                let as_of = now_ms();
                if self.0.store.keep_answer(key.clone(), question, data.get().to_owned(), as_of).await.is_err() {
                    tracing::warn!("an answer was not kept");
                }
                let still = self.login().await.is_ok_and(|login| login.account.key() == key);
                if still { Ok(Fetched { data, as_of, is_fresh: true }) } else { Err(nobody()) }
            }
            Err(Failure::NotSent | Failure::Late | Failure::Lost | Failure::Faulty(_)) => {
                self.reached_is(false);
                self.kept_answer(key, question, away()).await
            }
            Err(Failure::LoginOver) => {
                self.login_over(&token).await;
                self.kept_answer(key, question, nobody()).await
            }
            Err(Failure::Huge) => Err(ApiProblem::new(ApiCode::TooLarge, "the answer is larger than what is read")),
            Err(Failure::Refused(problem)) => {
                self.reached_is(true);
                Err(problem)
            }
        }
    }

    /// Makes a change. It is sent once, and not later.
    ///
    /// # Errors
    /// `OFFLINE` where it was certainly not sent, `UNKNOWN` where nobody knows whether it was done, or the server's refusal.
    pub(crate) async fn change(&self, change: Question) -> Result<Changed, ApiProblem> {
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        match self.0.api.graphql(&access, &change).await {
            Ok(data) => Ok(Changed { data }),
            Err(failure) => Err(self.not_changed(failure, &token).await),
        }
    }

    /// Hands a picture over for an organisation.
    ///
    /// # Errors
    /// As [`Desk::change`].
    pub(crate) async fn upload(&self, bytes: Vec<u8>, use_: ImageUse, organisation: &str) -> Result<UploadedImage, ApiProblem> {
        let organisation: OrganisationId =
            organisation.parse().map_err(|_| ApiProblem::bad("organisation", "this is no organisation's id"))?;
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        match self.0.api.upload(&access, (organisation, use_), bytes).await {
            Ok(image) => Ok(image),
            Err(failure) => Err(self.not_changed(failure, &token).await),
        }
    }

    /// Keeps what was typed and is not saved yet: once this comes back it survives a crash.
    ///
    /// # Errors
    /// `TOO_LARGE`, `UNAUTHENTICATED` where nobody is signed in to whom it belongs, `NOT_KEPT`.
    pub(crate) async fn keep_draft(&self, key: String, text: String) -> Result<(), ApiProblem> {
        if text.len() > LONGEST_DRAFT || key.len() > LONGEST_KEY {
            return Err(ApiProblem::new(ApiCode::TooLarge, "more was typed than is kept"));
        }
        let account = self.login().await?.account.key();
        let draft = KeptDraft { key, text, kept_at: now_ms() };
        let kept = self.0.store.keep_draft(account, draft).await.map_err(|_| not_kept())?;
        if kept { Ok(()) } else { Err(nobody()) }
    }

    /// What was typed and not saved, the latest first; nothing where nobody is signed in.
    ///
    /// # Errors
    /// `NOT_KEPT` where it cannot be read.
    pub(crate) async fn drafts(&self) -> Result<Vec<KeptDraft>, ApiProblem> {
        let Ok(login) = self.login().await else { return Ok(Vec::new()) };
        self.0.store.drafts(login.account.key()).await.map_err(|_| not_kept())
    }

    /// It was saved, or is not wanted.
    ///
    /// # Errors
    /// `NOT_KEPT` where it is still there.
    pub(crate) async fn drop_draft(&self, key: String) -> Result<(), ApiProblem> {
        let Ok(login) = self.login().await else { return Ok(()) };
        self.0.store.drop_draft(login.account.key(), key).await.map_err(|_| not_kept())
    }

    async fn kept_answer(&self, key: String, question: Question, otherwise: ApiProblem) -> Result<Fetched, ApiProblem> {
        let kept = self.0.store.answer(key, question).await.ok().flatten();
        let read = |(text, as_of)| Some(Fetched { data: RawValue::from_string(text).ok()?, as_of, is_fresh: false });
        kept.and_then(read).ok_or(otherwise)
    }

    pub(super) async fn not_changed(&self, failure: Failure, token: &Token) -> ApiProblem {
        match failure {
            Failure::NotSent => {
                self.reached_is(false);
                ApiProblem::new(ApiCode::Offline, "nothing was sent: the server cannot be reached")
            }
            Failure::Late | Failure::Lost | Failure::Huge | Failure::Faulty(None) => {
                ApiProblem::new(ApiCode::Unknown, "sent, and not answered: nobody knows whether it was done")
            }
            Failure::Faulty(Some(problem)) | Failure::Refused(problem) => problem,
            Failure::LoginOver => {
                self.login_over(token).await;
                nobody()
            }
        }
    }

    /// Whether the server answered. When it does again, what one is registered for is asked for again too.
    fn reached_is(&self, reached: bool) {
        if self.0.reached.send_replace(reached) != reached && reached {
            self.0.look.notify_one();
        }
    }
}
