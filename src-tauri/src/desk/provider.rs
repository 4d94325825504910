//! Signing in with an account of the server's provider: its page opens in the person's browser, and a link leads back from there.

use houselights_shared::{ProviderFailure, ProviderSignIn, ProviderSignInAsked, Refusal, SignInWays};
use url::Url;

use super::{
    Desk, now,
    signing::{device_name, not_asked},
};
use crate::{
    ipc::{ApiCode, ApiProblem, Problem, Waiting},
    session::Server,
    store::Asked,
};

impl Desk {
    /// How one can sign in to a server. The person typed its address: that is their word that it may be asked. Nothing of them is sent.
    ///
    /// # Errors
    /// `BAD_INPUT` for the server, `OFFLINE` or the server's refusal.
    pub async fn sign_in_ways(&self, server: &str) -> Result<SignInWays, ApiProblem> {
        Ok(self.0.house.parts().logins.ways(read(server)?.as_str()).await?)
    }

    /// Opens the page of the server's provider in the person's browser. The link at its end, which
    /// [`confirm_sign_in`](Self::confirm_sign_in) takes, is good on this device alone.
    ///
    /// # Errors
    /// `BAD_INPUT` for the server, `PROVIDER_NOT_OFFERED`, `PROVIDER_UNAVAILABLE`, `NO_BROWSER`, `OFFLINE` or the server's refusal.
    pub async fn start_provider_sign_in(&self, server: &str) -> Result<(), ApiProblem> {
        let server = read(server)?;
        let (_one, _standing) = self.change_of_person().await;
        self.0.house.trust().confirm(server.as_str());
        let logins = &self.0.house.parts().logins;
        let ways = logins.ways(server.as_str()).await.map_err(or_not_offered)?;
        let name = ways.oidc.ok_or_else(not_offered)?;
        let request = ProviderSignIn { device: device_name() };
        let asked = logins.ask_provider(server.as_str(), &request).await.map_err(or_not_offered)?;
        let ProviderSignInAsked { device, expires, url } = asked;
        let page = page(&url, &server)
            .ok_or_else(|| ApiProblem::new(ApiCode::ProviderUnavailable, "the server names no page that may be opened"))?;
        if !self.0.house.browse(page.as_str()) {
            return Err(ApiProblem::new(ApiCode::NoBrowser, "no browser opens"));
        }
        self.waits(Asked { server: server.as_str().into(), by: Waiting::Provider { name }, device, expires }).await;
        Ok(())
    }

    /// The provider's pages ended otherwise. That is told; what is kept stays, for anybody can make such a link.
    pub(super) async fn came_back_without(&self, failure: ProviderFailure) -> Result<(), ApiProblem> {
        let (_one, standing) = self.change_of_person().await;
        let asked = standing.asked.filter(|asked| asked.expires > now());
        match asked.ok_or_else(not_asked)?.by {
            Waiting::Mail { .. } => return Err(not_asked()),
            Waiting::Provider { .. } => {}
        }
        let why = match failure {
            ProviderFailure::Cancelled => ApiCode::ProviderCancelled,
            ProviderFailure::Refused => ApiCode::ProviderRefused,
            ProviderFailure::Unreachable => ApiCode::ProviderUnavailable,
        };
        self.stand(|standing| standing.failed = Some(why));
        Ok(())
    }
}

fn read(server: &str) -> Result<Server, ApiProblem> {
    Server::read(server).ok_or_else(|| ApiProblem::bad("server", "this is no server's address"))
}

/// What may be opened of what a server names: a page of the web, which nobody reads on the way unless the server itself is one that is
/// spoken to so.
fn page(url: &str, server: &Server) -> Option<Url> {
    let page = Url::parse(url).ok().filter(|page| matches!(page.scheme(), "https" | "http"))?;
    (server.is_plain() || !Server::is_plain_page(&page)).then_some(page)
}

fn not_offered() -> ApiProblem {
    ApiProblem::new(ApiCode::ProviderNotOffered, "this server has no provider of accounts")
}

/// A server that has no provider, or does not know of such a thing at all, says that there is nothing there.
fn or_not_offered(problem: Problem) -> ApiProblem {
    let nothing_there = matches!(
        problem,
        Problem::Refused { refusal: Refusal::ProviderUnavailable, retry_after_ms: None }
            | Problem::Refused { refusal: Refusal::TokenInvalid, .. }
    );
    if nothing_there { not_offered() } else { problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_the_web_is_opened_and_in_plain_only_beside_a_server_in_plain() {
        let opens = |url: &str, server: &str| page(url, &Server::read(server).unwrap()).is_some();
        let (safe, plain) = ("https://show.example", "http://show.example");
        assert!(opens("https://accounts.example/authorize?state=s", safe) && opens("http://127.0.0.1:9/authorize", safe));
        assert!(!opens("http://accounts.example/authorize", safe) && opens("http://accounts.example/authorize", plain));
        for url in
            ["file:///etc/passwd", "javascript:alert(1)", "houselights://join?server=x", "mailto:x@y.example", "/authorize", ""]
        {
            assert!(!opens(url, plain), "{url}");
        }
    }
}
