//! What a person has of their own at the server: their name, what is known of them, and being forgotten.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Desk, Login, Standing,
    api::{Access, Failure},
    not_kept,
};
use crate::{
    ipc::{ApiCode, ApiProblem},
    store::Question,
};

/// The mutation by which one says how one is called.
const RENAME_ME: &str = "mutation RenameMe($name: String!) { renameMe(name: $name) { name } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    rename_me: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Desk {
    /// Gives the person another name, here too.
    ///
    /// # Errors
    /// As [`Desk::change`].
    pub(crate) async fn rename_me(&self, name: &str) -> Result<(), ApiProblem> {
        let key = self.login().await?.account.key();
        let question =
            Question { operation: "RenameMe".into(), document: RENAME_ME.into(), variables: json!({ "name": name }) };
        let changed = self.change(question).await?;
        let renamed = serde_json::from_str::<Renamed>(changed.data.get());
        let Renamed { rename_me: Named { name } } =
            renamed.map_err(|_| ApiProblem::new(ApiCode::Unknown, "the answer does not say the name"))?;
        let (_one, standing) = self.change_of_person().await;
        if standing.login.is_none_or(|login| login.account.key() != key) {
            return Ok(());
        }
        let kept = self.0.store.rename_account(key, name.clone()).await;
        self.stand(|standing| {
            if let Some(login) = &mut standing.login {
                login.account.person.name = name;
            }
        });
        kept.map(drop).map_err(|_| not_kept())
    }

    /// What the server knows of the person, as JSON that can be read.
    ///
    /// # Errors
    /// `OFFLINE`, `UNAUTHENTICATED`, `TOO_LARGE`, or the server's refusal.
    pub(crate) async fn own_data(&self) -> Result<String, ApiProblem> {
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        let mut data = self.0.api.own_data(&access).await;
        if matches!(data, Err(Failure::Lost)) {
            // It changes nothing, so once more: the connection that stood may have been a dead one.
            data = self.0.api.own_data(&access).await;
        }
        let unreadable = || ApiProblem::new(ApiCode::Offline, "the server gave nothing that can be read");
        match data {
            Ok(data) => {
                let data: Value = serde_json::from_slice(&data).map_err(|_| unreadable())?;
                serde_json::to_string_pretty(&data).map_err(|_| unreadable())
            }
            Err(Failure::Late | Failure::Lost | Failure::Faulty(None)) => Err(unreadable()),
            Err(Failure::Huge) => Err(ApiProblem::new(ApiCode::TooLarge, "there is more than is read at once")),
            Err(failure @ (Failure::NotSent | Failure::Faulty(Some(_)) | Failure::LoginOver | Failure::Refused(_))) => {
                Err(self.not_changed(failure, &token).await)
            }
        }
    }

    /// Has the server forget who the person is, and then forgets them here: whoever is asked to says their address once more.
    ///
    /// # Errors
    /// `EMAIL_INVALID` where it is another address, `LAST_OWNER`, `OFFLINE`, `UNKNOWN`, `UNAUTHENTICATED`, or the server's refusal: nothing
    /// is forgotten here then. `NOT_KEPT` where the server has forgotten them, and this computer did not let go of it.
    pub(crate) async fn erase_me(&self, email: &str) -> Result<(), ApiProblem> {
        let (account, token) = self.signed_in().await?;
        let access = Access { server: &account.server, token: &token };
        if let Err(failure) = self.erase_at_server(&access, email).await {
            return Err(self.not_changed(failure, &token).await);
        }
        self.0.house.forget(&account.server).await;
        let (one, Standing { login, .. }) = self.change_of_person().await;
        let own = |login: &Login| login.account.key() == account.key();
        if login.as_ref().is_some_and(own) { self.forget_here(one).await } else { Ok(()) }
    }

    /// Where no answer came it is sent once more: done twice it does nothing more, and whose token is over by then was erased.
    async fn erase_at_server(&self, access: &Access<'_>, email: &str) -> Result<(), Failure> {
        match self.0.api.erase(access, email).await {
            Err(Failure::Late | Failure::Lost | Failure::Faulty(None)) => match self.0.api.erase(access, email).await {
                Err(Failure::LoginOver) => Ok(()),
                again => again,
            },
            first => first,
        }
    }
}
