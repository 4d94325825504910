//! People, their organisations, and who may do what there.

use houselights_server::Founders;
use houselights_shared::{Action, Login, Refusal, Role, UpdateBody};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, greet, hello, http, sign_in, socket},
    server::TestServer,
};
use serde_json::{Value, json};

use crate::archive::log_in;

const MEMBERS: &str = "query($id: ID!) { organisation(id: $id) { name may members { person { id email } role } } }";
const ADD: &str = "mutation($id: ID!, $email: String!, $role: StaffRole!) \
                   { addMember(organisation: $id, email: $email, name: \"Grace\", role: $role) { id } }";
const CHANGE: &str = "mutation($id: ID!, $person: ID!, $role: StaffRole!) \
                      { changeMember(organisation: $id, person: $person, role: $role) { id } }";
const REMOVE: &str = "mutation($id: ID!, $person: ID!) { removeMember(organisation: $id, person: $person) { id } }";

#[tokio::test]
async fn whoever_makes_an_organisation_owns_it_and_adds_others() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = ada.organisation("The Globe").await;
    ada.ask(ADD, json!({ "id": id, "email": "Grace@Example.com", "role": "ORGANIZER" })).await;
    let seen = ada.ask(MEMBERS, json!({ "id": id })).await;
    let members = &seen["organisation"]["members"];
    assert_eq!((&members[0]["role"], &members[1]["role"]), (&json!("OWNER"), &json!("ORGANIZER")));
    assert_eq!(members[1]["person"]["email"], "grace@example.com");

    let grace = server.person("grace@example.com").await;
    let seen = grace.ask("{ me { name memberships { role organisation { id name } } } }", json!({})).await;
    assert_eq!(seen["me"]["memberships"][0]["organisation"]["name"], "The Globe");
    assert_eq!(grace.refused(ADD, json!({ "id": id, "email": "x@example.com", "role": "OWNER" })).await, "FORBIDDEN");
    let may = grace.ask(MEMBERS, json!({ "id": id })).await["organisation"]["may"].clone();
    assert!(may.as_array().unwrap().contains(&json!("EDIT_EVENT")) && !may.as_array().unwrap().contains(&json!("ERASE")));
    server.stop().await;
}

#[tokio::test]
async fn the_last_owner_stays() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = ada.organisation("The Globe").await;
    let me = text(&ada.ask("{ me { id } }", json!({})).await["me"]["id"]);
    assert_eq!(ada.refused(REMOVE, json!({ "id": id, "person": me })).await, "LAST_OWNER");
    assert_eq!(ada.refused(CHANGE, json!({ "id": id, "person": me, "role": "MODERATOR" })).await, "LAST_OWNER");
    ada.ask(ADD, json!({ "id": id, "email": "grace@example.com", "role": "OWNER" })).await;
    ada.ask(REMOVE, json!({ "id": id, "person": me })).await;
    assert_eq!(ada.refused(MEMBERS, json!({ "id": id })).await, "NOT_FOUND", "who was taken out sees nothing any more");
    server.stop().await;
}

/// Why a login leads nowhere.
pub(crate) async fn turned_away(server: &TestServer, login: &Login) -> Option<Refusal> {
    greet(socket(server.http()).await, hello(login, None)).await.err().flatten().map(|refused| refused.refusal)
}

#[tokio::test]
async fn a_member_who_is_something_else_or_none_any_more_is_so_at_once_in_the_rooms() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = ada.organisation("The Globe").await;
    ada.ask(ADD, json!({ "id": id, "email": "grace@example.com", "role": "ORGANIZER" })).await;
    let grace = server.person("grace@example.com").await;
    let me = text(&grace.ask("{ me { id } }", json!({})).await["me"]["id"]);
    let event = ada.event(&id, "panel").await;
    let (hers, mine) = (log_in(&server, &grace, &event).await, log_in(&server, &ada, &event).await);
    let mut stays = TestClient::connect(server.http(), &mine).await;
    let mut there = TestClient::connect(server.http(), &hers).await;
    assert!(there.me.may.as_ref().is_some_and(|may| may.contains(&Action::CallShow)));

    ada.ask(CHANGE, json!({ "id": id, "person": me, "role": "OWNER" })).await;
    there.say("nothing is different in the rooms").await;
    ada.ask(CHANGE, json!({ "id": id, "person": me, "role": "MODERATOR" })).await;
    assert_eq!(there.ended().await, Some(Refusal::Overloaded));
    assert!(there.refused.is_some_and(|refused| refused.retry_after_ms.is_some()), "she comes back by herself");
    let there = TestClient::connect(server.http(), &hers).await;
    assert_eq!(there.me.role, Role::Moderator);
    assert!(there.me.may.as_ref().is_some_and(|may| !may.contains(&Action::CallShow)));
    let is_hers = |body: &UpdateBody| {
        matches!(body, UpdateBody::CrewArrived { member }
            if member.participant == hers.participant && member.role == Role::Moderator)
    };
    let is_moderator = |client: &TestClient| client.updates.iter().any(|update| is_hers(&update.body));
    stays.until("the others to see it", is_moderator).await;

    let second = log_in(&server, &grace, &event).await;
    let mut there_too = TestClient::connect(server.http(), &second).await;
    ada.ask(REMOVE, json!({ "id": id, "person": me })).await;
    assert_eq!(there_too.ended().await, Some(Refusal::TokenInvalid));
    drop(there);
    assert_eq!(turned_away(&server, &second).await, Some(Refusal::TokenInvalid));
    assert_eq!(grace.refused("mutation($id: ID!) { enterEvent(id: $id) { web } }", json!({ "id": event })).await, "NOT_FOUND");
    stays.say("I am still here").await;
    server.stop().await;
}

#[tokio::test]
async fn logins_are_listed_and_one_that_is_revoked_is_over() {
    let server = TestServer::start().await;
    let (laptop, phone) = (server.person("ada@example.com").await, server.person("ada@example.com").await);
    let logins = "{ me { logins { id isCurrent } } }";
    let seen = phone.ask(logins, json!({})).await;
    let other =
        seen["me"]["logins"].as_array().unwrap().iter().find(|login| login["isCurrent"] == false).unwrap()["id"].clone();
    phone.ask("mutation($id: ID!) { revokeLogin(id: $id) { id } }", json!({ "id": other })).await;
    let (status, answer) = laptop.post(&json!({ "query": logins })).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (401, &json!("UNAUTHENTICATED")));
    let stranger = server.person("eve@example.com").await;
    let own = phone.ask(logins, json!({})).await["me"]["logins"][0]["id"].clone();
    assert_eq!(stranger.refused("mutation($id: ID!) { revokeLogin(id: $id) { id } }", json!({ "id": own })).await, "NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn what_a_sign_in_opened_ends_with_it_and_nothing_else_does() {
    let server = TestServer::start().await;
    let (laptop, phone) = (server.person("ada@example.com").await, server.person("ada@example.com").await);
    let event = laptop.event(&laptop.organisation("The Globe").await, "panel").await;
    let several = "mutation($id: ID!) { updateEvent(id: $id, version: 1, change: { oneDevicePerTicket: false }) { id } }";
    laptop.ask(several, json!({ "id": event })).await;
    let link = async |who: &Api| {
        let entered = who.ask("mutation($id: ID!) { enterEvent(id: $id) { web } }", json!({ "id": event })).await;
        text(&entered["enterEvent"]["web"]).rsplit('/').next().expect("a secret").to_owned()
    };
    let (unused, on_the_laptop) = (link(&laptop).await, log_in(&server, &laptop, &event).await);
    let on_the_phone = log_in(&server, &phone, &event).await;
    let mut stolen = TestClient::connect(server.http(), &on_the_laptop).await;
    let mut own = TestClient::connect(server.http(), &on_the_phone).await;
    phone.ask("mutation { revokeOtherLogins { id } }", json!({})).await;
    assert_eq!(stolen.ended().await, Some(Refusal::TokenInvalid));
    assert_eq!(turned_away(&server, &on_the_laptop).await, Some(Refusal::TokenInvalid));
    let with_the_link = sign_in(server.http(), &unused, None).await.expect_err("its link is over, too");
    assert_eq!(with_the_link.refusal, Refusal::TokenInvalid);
    own.say("I am here still").await;
    // Signing out is the same.
    let out =
        http().delete(format!("http://{}/api/sign-ins/current", server.http())).bearer_auth(phone.token().expect("a token"));
    assert_eq!(out.send().await.expect("answered").status(), 204);
    assert_eq!(own.ended().await, Some(Refusal::TokenInvalid));
    server.stop().await;
}

#[tokio::test]
async fn owners_make_organisations_unless_the_server_lets_anyone() {
    let server = TestServer::with(|config| config.organisations_by = Founders::Owners).await;
    let (ada, eve) = (server.person("ada@example.com").await, server.person("eve@example.com").await);
    let id = ada.organisation("The Globe").await;
    let make = "mutation { createOrganisation(name: \"The Rose\") { id } }";
    assert_eq!(eve.refused(make, json!({})).await, "FORBIDDEN");
    ada.ask(ADD, json!({ "id": id, "email": "eve@example.com", "role": "ORGANIZER" })).await;
    assert_eq!(eve.refused(make, json!({})).await, "FORBIDDEN");
    let person = text(&eve.ask("{ me { id } }", json!({})).await["me"]["id"]);
    ada.ask(CHANGE, json!({ "id": id, "person": person, "role": "OWNER" })).await;
    eve.ask(make, json!({})).await;
    server.stop().await;
}

#[tokio::test]
async fn one_owns_only_so_many_organisations() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let found = async || ada.try_ask("mutation { createOrganisation(name: \"The Globe\") { id } }", json!({})).await;
    let mut made = 0;
    let refused = loop {
        match found().await {
            Ok(_) => made += 1,
            Err(refused) => break refused,
        }
    };
    assert_eq!((made, refused.code.as_str()), (50, "BAD_INPUT"));
    server.stop().await;
}

#[tokio::test]
async fn the_address_of_a_speaker_is_for_who_may_see_people() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "panel").await;
    let make = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Grace\", email: \"grace@example.com\" }) { id } }";
    let speaker = text(&ada.ask(make, json!({ "event": event })).await["createSpeaker"]["id"]);
    ada.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { link } }", json!({ "id": speaker })).await;
    let seen = async |api: &Api| {
        let see = "query($id: ID!) { event(id: $id) { speakers { name email invitedAt cameAt } } }";
        let all = api.ask(see, json!({ "id": event })).await["event"]["speakers"].clone();
        all.as_array().unwrap().iter().find(|speaker| speaker["name"] == "Grace").unwrap().clone()
    };
    let member = async |role: &str| {
        let email = format!("{}@example.com", role.to_lowercase());
        ada.ask(ADD, json!({ "id": organisation, "email": email, "role": role })).await;
        server.person(&email).await
    };
    let key = async |scopes: &[&str]| {
        let granted = "mutation($id: ID!, $scopes: [Scope!]!) { createApiKey(organisation: $id, name: \"K\", scopes: $scopes) { secret } }";
        let key = ada.ask(granted, json!({ "id": organisation, "scopes": scopes })).await;
        Api::new(server.http(), Some(text(&key["createApiKey"]["secret"])))
    };
    for who in [ada.clone(), member("PRODUCER").await, key(&["EVENTS_READ", "PEOPLE_READ"]).await] {
        let speaker = seen(&who).await;
        assert_eq!(speaker["email"], "grace@example.com");
        assert!(speaker["invitedAt"].is_string(), "{speaker}");
    }
    for who in [member("MODERATOR").await, key(&["EVENTS_READ"]).await, key(&["EVENTS_WRITE"]).await] {
        let speaker = seen(&who).await;
        assert_eq!((&speaker["email"], &speaker["invitedAt"], &speaker["cameAt"]), (&Value::Null, &Value::Null, &Value::Null));
    }
    server.stop().await;
}

#[tokio::test]
async fn all_other_logins_of_a_person_are_ended_at_once_and_nobody_elses() {
    let server = TestServer::start().await;
    let ada = async || server.person("ada@example.com").await;
    let (laptop, tablet, phone) = (ada().await, ada().await, ada().await);
    let eve = server.person("eve@example.com").await;
    let left = phone.ask("mutation { revokeOtherLogins { logins { isCurrent } } }", json!({})).await;
    assert_eq!(left["revokeOtherLogins"]["logins"], json!([{ "isCurrent": true }]));
    let me = json!({ "query": "{ me { logins { id } } }" });
    for (api, status) in [(&laptop, 401), (&tablet, 401), (&phone, 200), (&eve, 200)] {
        assert_eq!(api.post(&me).await.0, status);
    }
    assert_eq!(server.stranger().refused("mutation { revokeOtherLogins { id } }", json!({})).await, "UNAUTHENTICATED");
    server.stop().await;
}
