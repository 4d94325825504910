//! Somebody who is signed in as a person and speaks to `/graphql`.

use std::net::SocketAddr;

use houselights_server::SignInLink;
use houselights_shared::SignedIn;
use serde_json::{Value, json};

use crate::{client, server::TestServer, within};

/// A refusal of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// `extensions.code`.
    pub code: String,
    /// `extensions.field`.
    pub field: Option<String>,
    /// What it says to developers.
    pub message: String,
}

/// Who asks.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    server: SocketAddr,
    token: Option<String>,
}

impl TestServer {
    /// Somebody signs in, as if by a link in a mail.
    pub async fn person(&self, email: &str) -> Api {
        let SignInLink { confirmation, .. } = self.inner().sign_in_link(email).await.expect("a link");
        let http = client::http();
        let confirm = http.post(format!("http://{}/api/sign-ins/confirm", self.http())).json(&confirmation).send();
        let answer = within("signing in", confirm).await.expect("the server answers");
        let signed_in: SignedIn = client::answer(answer).await.expect("the link is good");
        Api::new(self.http(), Some(signed_in.token.as_str().to_owned()))
    }

    /// Nobody in particular.
    #[must_use]
    pub fn stranger(&self) -> Api {
        Api::new(self.http(), None)
    }
}

impl Api {
    /// With this token, or none.
    #[must_use]
    pub fn new(server: SocketAddr, token: Option<String>) -> Self {
        Self { http: client::http(), server, token }
    }

    /// What it shows to be who it is.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends a body as it is; the status and the answer.
    pub async fn post(&self, body: &Value) -> (u16, Value) {
        let mut request = self.http.post(format!("http://{}/graphql", self.server)).json(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = within("an answer", request.send()).await.expect("the server answers");
        let status = response.status().as_u16();
        let text = within("a body", response.text()).await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status}: {error} in {text}")))
    }

    /// Sends a picture to an organisation; the status and the answer.
    pub async fn upload(&self, organisation: &str, purpose: &str, bytes: Vec<u8>) -> (u16, Value) {
        let url = format!("http://{}/api/organisations/{organisation}/images?use={purpose}", self.server);
        let mut request = self.http.post(url).body(bytes);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = within("an answer", request.send()).await.expect("the server answers");
        let status = response.status().as_u16();
        let text = within("a body", response.text()).await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status}: {error} in {text}")))
    }

    /// A file in or out: the status, and what is answered.
    pub async fn file(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> (u16, String) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("http://{}{path}", self.server)).body(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = within("an answer", request.send()).await.expect("the server answers");
        let status = response.status().as_u16();
        (status, within("a body", response.text()).await.expect("a body"))
    }

    /// What a query or mutation answers.
    pub async fn try_ask(&self, document: &str, variables: Value) -> Result<Value, ApiError> {
        let (_, mut answer) = self.post(&json!({ "query": document, "variables": variables })).await;
        let Some(error) = answer.get("errors").and_then(|errors| errors.get(0)) else { return Ok(answer["data"].take()) };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Err(ApiError {
            code: text(&error["extensions"]["code"]).unwrap_or_default(),
            field: text(&error["extensions"]["field"]),
            message: text(&error["message"]).unwrap_or_default(),
        })
    }

    /// As [`try_ask`](Self::try_ask), for what has to be answered.
    pub async fn ask(&self, document: &str, variables: Value) -> Value {
        self.try_ask(document, variables).await.unwrap_or_else(|error| panic!("{error:?} to {document}"))
    }

    /// The code of the refusal.
    pub async fn refused(&self, document: &str, variables: Value) -> String {
        match self.try_ask(document, variables).await {
            Err(error) => error.code,
            Ok(answer) => panic!("{answer} to {document}"),
        }
    }

    /// Makes an organisation: its id.
    pub async fn organisation(&self, name: &str) -> String {
        let made = self.ask("mutation($name: String!) { createOrganisation(name: $name) { id } }", json!({ "name": name }));
        text(&made.await["createOrganisation"]["id"])
    }

    /// Makes an event of a template, which begins in a week, at noon UTC: its id.
    pub async fn event(&self, organisation: &str, template: &str) -> String {
        let document = "mutation($organisation: ID!, $template: ID!, $startsAt: DateTime!) { createEvent(organisation: $organisation, \
                        template: $template, title: \"Opening night\", startsAt: $startsAt, timeZone: \"Europe/Berlin\") { id } }";
        let variables = json!({ "organisation": organisation, "template": template, "startsAt": "2030-06-01T12:00:00Z" });
        text(&self.ask(document, variables).await["createEvent"]["id"])
    }
}

/// A text of an answer.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
