//! Signing in by mail, what every sign-in ends with, and signing out.

use std::time::Duration;

use houselights_shared::{Refusal, SignInAsked, SignInConfirmation, SignInRequest, SignedIn, Token};

use tokio::sync::MutexGuard;

use super::{Desk, Login, Standing, nobody, not_kept, now};
use crate::{
    house::View,
    ipc::{ApiCode, ApiProblem, Person, Problem, Waiting},
    session::{Link, PersonSecret, Server, SignInLink},
    store::{Asked, KeptAccount},
};

/// The longest address that is sent.
const LONGEST_ADDRESS: usize = 320;
/// How long one sleeps at most before the clock is looked at: it goes on while the computer sleeps.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(20);

impl Desk {
    /// Has a link sent to an address. The person typed the server's address: that is their word that it may be spoken to.
    ///
    /// # Errors
    /// `BAD_INPUT` for the server, `EMAIL_INVALID`, `OFFLINE` or the server's refusal.
    pub async fn start_sign_in(&self, server: &str, email: &str) -> Result<(), ApiProblem> {
        let server = Server::read(server).ok_or_else(|| ApiProblem::bad("server", "this is no server's address"))?;
        let email = email.trim();
        if email.is_empty() || email.len() > LONGEST_ADDRESS {
            return Err(ApiProblem::new(ApiCode::EmailInvalid, "this is no address"));
        }
        let (_one, _standing) = self.change_of_person().await;
        self.0.house.trust().confirm(server.as_str());
        let request = SignInRequest { email: email.into(), device: device_name() };
        let SignInAsked { device, expires } = self.0.house.parts().logins.ask_sign_in(server.as_str(), &request).await?;
        self.waits(Asked { server: server.as_str().into(), by: Waiting::Mail { email: email.into() }, device, expires }).await;
        Ok(())
    }

    /// Signs in with the link from the mail or from the provider's pages, where this device asked for it. One that brings the device's part
    /// along was made for any device: `confirmed` says that the person has seen where it leads, and wants to sign in there.
    ///
    /// # Errors
    /// `NOT_A_LINK`, `NOT_ASKED`, `UNCONFIRMED`, `OFFLINE` or the server's refusal.
    pub async fn confirm_sign_in(&self, link: &str, confirmed: bool) -> Result<(), ApiProblem> {
        self.0.house.link_used(link);
        if let Some(failure) = SignInLink::failure(link) {
            return self.came_back_without(failure).await;
        }
        let link =
            SignInLink::read(link).ok_or_else(|| ApiProblem::new(ApiCode::NotALink, "this is no link to sign in with"))?;
        let (_one, standing) = self.change_of_person().await;
        if self.0.used.lock().await.as_ref() == Some(&link.secret) {
            return Ok(());
        }
        let (server, device) = whom_to_tell(&link, standing.asked.as_ref(), confirmed)?;
        let elsewhere = server != link.server.as_str();
        let confirmation = SignInConfirmation { secret: link.secret.clone(), device };
        let signed = self.0.house.parts().logins.confirm_sign_in(&server, &confirmation).await;
        let signed = signed.map_err(|problem| {
            // Known by two addresses it would have been taken: it is another server's.
            let unknown = matches!(problem, Problem::Refused { refusal: Refusal::TokenInvalid, .. });
            if elsewhere && unknown { not_asked() } else { problem.into() }
        })?;
        *self.0.used.lock().await = Some(link.secret);
        self.enter(server, signed, standing).await;
        Ok(())
    }

    /// Forgets an address that waits for its link; or signs the person out, and forgets all that is kept of them.
    ///
    /// # Errors
    /// `NOT_KEPT` where this computer did not let go of it: what the person kept is still in the file.
    pub async fn sign_out_person(&self) -> Result<(), ApiProblem> {
        let (one, Standing { login, asked, failed, .. }) = self.change_of_person().await;
        let waits = asked.is_some() && failed.is_none();
        if waits && login.as_ref().is_none_or(|login| login.token.is_none()) {
            self.stand(|standing| standing.asked = None);
            return self.0.store.keep_asked(None).await.map_err(|_| not_kept());
        }
        if let Some(Login { account, token: Some(token) }) = login {
            self.end_at_server(account.server, token);
        }
        self.forget_here(one).await
    }

    /// Nobody is signed in from now on, and nothing of whoever was is left on this computer.
    pub(super) async fn forget_here(&self, one: MutexGuard<'_, ()>) -> Result<(), ApiProblem> {
        self.stand(|standing| *standing = Standing { settled: true, ..Standing::default() });
        *self.0.used.lock().await = None;
        let forgotten = self.0.keeper.forget();
        let wiped = self.0.store.wipe().await;
        // A key store may take its time: whoever signs in next does not wait for it.
        drop(one);
        forgotten.await;
        wiped.map_err(|_| not_kept())
    }

    /// Comes into an event by one's own ticket: at once where it is of the server that one is signed in at and nobody's place is taken,
    /// otherwise as any link that is opened.
    ///
    /// # Errors
    /// `NOT_A_LINK`, `OFFLINE` or the server's refusal.
    pub async fn enter_event(&self, text: &str) -> Result<(), ApiProblem> {
        let link = Link::read(text).ok_or_else(|| ApiProblem::new(ApiCode::NotALink, "this is no invite"))?;
        let own = self.standing().await.login.is_some_and(|login| login.account.server == link.server());
        let house = &self.0.house;
        if own && house.attendance().is_err() {
            house.trust().confirm(link.server());
            house.sign_in(text, None).await?;
        } else {
            house.open_link(text);
        }
        Ok(())
    }

    /// A sign-in was asked for, in place of the one before.
    pub(super) async fn waits(&self, asked: Asked) {
        if self.0.store.keep_asked(Some(asked.clone())).await.is_err() {
            tracing::warn!("a restart before it comes to an end will lose the sign-in");
        }
        self.end_in_time(&asked);
        self.stand(|standing| (standing.asked, standing.failed) = (Some(asked), None));
    }

    /// When the time of a sign-in is up, nobody waits for it any more, and the person is told.
    pub(super) fn end_in_time(&self, asked: &Asked) {
        let (desk, device, expires) = (self.clone(), asked.device.clone(), asked.expires);
        self.0.house.spawn(async move {
            while now() < expires {
                tokio::time::sleep(expires.since(now()).min(LOOK_AT_CLOCK)).await;
            }
            let (_one, standing) = desk.change_of_person().await;
            let Some(asked) = standing.asked.filter(|asked| asked.device == device) else { return };
            if desk.0.store.keep_asked(None).await.is_err() {
                tracing::warn!("what was kept of a sign-in is still there");
            }
            let why = match asked.by {
                Waiting::Mail { .. } => ApiCode::TokenExpired,
                Waiting::Provider { .. } => ApiCode::TimedOut,
            };
            desk.stand(|standing| (standing.asked, standing.failed) = (None, standing.failed.or(Some(why))));
        });
    }

    /// One at a time, and none before it is known what was kept.
    pub(super) async fn change_of_person(&self) -> (MutexGuard<'_, ()>, Standing) {
        self.standing().await;
        let one = self.0.changing.lock().await;
        (one, self.standing().await)
    }

    /// The server says that this login is over. What is kept stays, to be read.
    pub(super) async fn login_over(&self, over: &Token) {
        let _one = self.0.changing.lock().await;
        let is_it = |login: &Login| login.token.as_ref() == Some(over);
        if !self.0.standing.borrow().login.as_ref().is_some_and(is_it) {
            return;
        }
        tracing::info!("the person's login is over");
        self.stand(|standing| {
            if let Some(login) = &mut standing.login {
                login.token = None;
            }
        });
        // By and by; nobody waits for it.
        drop(self.0.keeper.forget());
    }

    async fn enter(&self, server: String, signed: SignedIn, before: Standing) {
        let SignedIn { token, person, email, name } = signed;
        let account = KeptAccount { server, person: Person { id: person, email, name } };
        if self.0.store.keep_account(account.clone()).await.is_err() {
            tracing::warn!("who is signed in cannot be kept");
        }
        if let Err(error) = self.0.house.parts().profile.know(&account.server) {
            tracing::warn!(%error, "the server cannot be kept as known");
        }
        self.0.keeper.keep(PersonSecret { person, server: account.server.clone(), token: token.clone() });
        let another = before.login.as_ref().is_some_and(|login| login.account.key() != account.key());
        let login = Login { account, token: Some(token) };
        self.stand(|standing| *standing = Standing { settled: true, login: Some(login), ..Standing::default() });
        if let Some(Login { account, token: Some(token) }) = before.login {
            self.end_at_server(account.server, token);
        }
        if another {
            self.0.house.renew(View::Dashboard);
        }
    }

    /// Beside everything else: the server may take its time.
    fn end_at_server(&self, server: String, token: Token) {
        let logins = self.0.house.parts().logins.clone();
        self.0.house.spawn(async move { logins.sign_out_person(&server, token.as_str()).await });
    }

    /// Whoever is signed in with a login that stands.
    pub(super) async fn signed_in(&self) -> Result<(KeptAccount, Token), ApiProblem> {
        let Login { account, token } = self.login().await?;
        Ok((account, token.ok_or_else(nobody)?))
    }
}

/// Which server is told, and what this device kept. The part of this device goes to nobody but the server that gave it; that may be
/// known by more than one address, so the link's is not compared with it.
fn whom_to_tell(link: &SignInLink, asked: Option<&Asked>, confirmed: bool) -> Result<(String, Token), ApiProblem> {
    let asked = asked.filter(|asked| asked.expires > now());
    match (&link.device, asked) {
        (None, Some(asked)) => Ok((asked.server.clone(), asked.device.clone())),
        (None, None) => Err(not_asked()),
        (Some(device), Some(asked)) if *device == asked.device => Ok((asked.server.clone(), device.clone())),
        // Whoever sent such a link knows the login that comes of it, or can end it: the person has to want it.
        (Some(_), _) if !confirmed => Err(Problem::Unconfirmed.into()),
        (Some(device), _) => Ok((link.server.as_str().to_owned(), device.clone())),
    }
}

pub(super) fn not_asked() -> ApiProblem {
    ApiProblem::new(ApiCode::NotAsked, "this link was not asked for on this device, or too long ago")
}

/// What this device is called in the list of one's sign-ins.
pub(super) fn device_name() -> String {
    let host = match std::env::consts::OS {
        "linux" => std::fs::read_to_string("/proc/sys/kernel/hostname").ok(),
        "windows" => std::env::var("COMPUTERNAME").ok(),
        _ => None,
    };
    let host = host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty());
    host.map_or_else(|| std::env::consts::OS.to_owned(), |host| format!("{host} ({})", std::env::consts::OS))
}
