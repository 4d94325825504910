//! A house with a show in it, for those tests that need no other.

use houselights_shared::{CommandBody, Role};
use houselights_tests::{
    client::{TestClient, attend, sign_in_as},
    server::{Event, TestServer},
};

/// Who works on the show.
pub(crate) const CREW: [(Role, &str); 3] = [(Role::Producer, "Pat"), (Role::Speaker, "Ada"), (Role::Moderator, "Mo")];

/// A server with an event on it.
pub(crate) async fn show() -> (TestServer, Event) {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    (server, event)
}

/// One of the crew, connected.
pub(crate) async fn crew(server: &TestServer, event: &Event, name: &str) -> TestClient {
    TestClient::connect(server.http(), &sign_in_as(server.http(), event, name).await).await
}

/// A new attendee, connected.
pub(crate) async fn viewer(server: &TestServer, event: &Event, name: &str) -> TestClient {
    TestClient::connect(server.http(), &attend(server.http(), event, name).await).await
}

/// Something to say.
pub(crate) fn send(text: &str) -> CommandBody {
    CommandBody::say(text.to_owned())
}
