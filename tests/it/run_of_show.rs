//! The run of show in the control room: it follows the plan, two producers call it together, and it outlives a kill.

use houselights_shared::{
    CommandBody, Cue, CueId, Layout, Login, Outcome, PollKind, Refusal, RunOfShow, Scene, Seq, UpdateBody,
};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, sign_in},
    server::{Program, TestServer},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::SERVER;

const PLAN: &str = "query($id: ID!) { event(id: $id) { version startsAt rooms { id } sessions { id title version } \
                    showPlan { cues { id session room title minutes scene notes } } } }";
const UPDATE: &str = "mutation($event: ID!, $version: Int!, $change: ShowPlanChange!) { \
                      updateShowPlan(event: $event, version: $version, change: $change) { version } }";

/// An event of the template for panels, with its organizer, a producer, and Grace, who speaks in its first session.
struct Show {
    server: TestServer,
    ada: Api,
    event: String,
    organizer: Login,
    producer: Login,
    grace: Login,
}

async fn came(server: &TestServer, web: &Value) -> Login {
    let web = text(web);
    sign_in(server.http(), web.rsplit('/').next().expect("a secret"), None).await.expect("the link is good")
}

async fn enters(server: &TestServer, who: &Api, event: &str) -> Login {
    let entered = who.ask("mutation($id: ID!) { enterEvent(id: $id) { web } }", json!({ "id": event })).await;
    came(server, &entered["enterEvent"]["web"]).await
}

impl Show {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.person("ada@example.com").await;
        let organisation = ada.organisation("The Globe").await;
        let event = ada.event(&organisation, "panel").await;
        let add = "mutation($organisation: ID!) { addMember(organisation: $organisation, email: \"pat@example.com\", name: \"Pat\", \
                   role: PRODUCER) { id } }";
        let pat = server.person("pat@example.com").await;
        ada.ask(add, json!({ "organisation": organisation })).await;
        let made = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Grace\" }) { id } }";
        let grace = ada.ask(made, json!({ "event": event })).await["createSpeaker"]["id"].clone();
        let invited = ada.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { web } }", json!({ "id": grace })).await;
        let login = came(&server, &invited["inviteSpeaker"]["web"]).await;
        let (organizer, producer) = (enters(&server, &ada, &event).await, enters(&server, &pat, &event).await);
        let show = Self { server, ada, event, organizer, producer, grace: login };
        let session = show.see().await["sessions"][0].clone();
        let speaks = "mutation($id: ID!, $version: Int!, $speakers: [ID!]) { \
                      updateSession(id: $id, version: $version, change: { speakers: $speakers }) { id } }";
        show.ada.ask(speaks, json!({ "id": session["id"], "version": session["version"], "speakers": [grace] })).await;
        show
    }

    async fn see(&self) -> Value {
        self.ada.ask(PLAN, json!({ "id": self.event })).await["event"].take()
    }

    async fn plan(&self, cues: &Value) {
        let version = self.see().await["version"].clone();
        self.ada.ask(UPDATE, json!({ "event": self.event, "version": version, "change": { "cues": cues } })).await;
    }

    async fn enter(&self, login: &Login) -> TestClient {
        TestClient::connect(self.server.http(), login).await
    }
}

/// What somebody of the crew has of the plan.
fn planned(client: &TestClient) -> RunOfShow {
    let later = client.updates.iter().rev().find_map(|update| {
        if let UpdateBody::RunOfShowSet { run_of_show } = &update.body { Some(run_of_show.clone()) } else { None }
    });
    let first = || client.snapshot.as_ref().and_then(|snapshot| Some(snapshot.crew.as_ref()?.run_of_show.clone()));
    later.or_else(first).expect("the crew is told")
}

fn titles(run: &RunOfShow) -> Vec<&str> {
    run.cues.iter().map(|cue| cue.title.as_str()).collect()
}

fn cue(client: &TestClient, title: &str) -> Cue {
    planned(client).cues.into_iter().find(|cue| cue.title == title).expect("it is planned")
}

/// The cue that was called last, and the preview, by the updates since somebody came.
fn called(client: &TestClient) -> Vec<CueId> {
    let one = |body: &UpdateBody| if let UpdateBody::CueCalled { cue } = body { Some(*cue) } else { None };
    client.updates.iter().filter_map(|update| one(&update.body)).collect()
}

fn previewed(client: &TestClient) -> Option<Scene> {
    let one = |body: &UpdateBody| if let UpdateBody::PreviewSet { scene } = body { Some(scene.clone()) } else { None };
    client.updates.iter().rev().find_map(|update| one(&update.body))
}

#[tokio::test]
async fn what_the_organizer_plans_the_producer_sees_at_once() {
    let show = Show::new().await;
    let mut pat = show.enter(&show.producer).await;
    let first = planned(&pat);
    assert_eq!(titles(&first)[..3], ["Line-up in the green room", "Welcome, the question, first vote", "Opening statements"]);
    assert_eq!((first.scenes.len(), first.sessions[0].cast[0].name.as_str()), (4, "Grace"));
    // The event begins at noon: the line-up a quarter of an hour before, the welcome then, the statements after five minutes.
    let noon = 1_906_545_600;
    let due: Vec<_> = first.cues.iter().take(3).map(|cue| cue.due.map(|due| due.micros() / 1_000_000 - noon)).collect();
    assert_eq!(due, [Some(-900), Some(0), Some(300)]);

    let mut cues = show.see().await["showPlan"]["cues"].clone();
    cues[1]["title"] = json!("Welcome");
    cues.as_array_mut().unwrap().remove(2);
    show.plan(&cues).await;
    pat.until("the plan", |client| titles(&planned(client))[1] == "Welcome").await;
    assert_eq!((cue(&pat, "Welcome").id, planned(&pat).cues.len()), (first.cues[1].id, first.cues.len() - 1));

    // The agenda moves its times.
    let session = show.see().await["sessions"][0].clone();
    let moved = "mutation($id: ID!, $version: Int!, $from: DateTime!) { updateSession(id: $id, version: $version, change: { \
                 startsAt: $from }) { id } }";
    let variables = json!({ "id": session["id"], "version": session["version"], "from": "2030-06-01T12:05:00Z" });
    show.ada.ask(moved, variables).await;
    pat.until("the new time", |client| cue(client, "Welcome").due.is_some_and(|due| due.micros() == (noon + 300) * 1_000_000))
        .await;

    // Its polls are offered from now on no more; said once more, that changes nothing: nothing is said.
    let without_polls = async || {
        let version = show.see().await["version"].clone();
        let polls = json!({ "event": show.event, "version": version, "change": { "polls": [] } });
        show.ada.ask(UPDATE, polls).await;
    };
    without_polls().await;
    pat.until("no polls", |client| planned(client).polls.is_empty()).await;
    let before = pat.seq;
    without_polls().await;
    let said = pat.say("Still here?").await;
    assert_eq!(said, before.next());
    show.server.stop().await;
}

#[tokio::test]
async fn two_producers_call_one_show_and_the_audience_learns_nothing() {
    let show = Show::new().await;
    let (mut pat, mut ada) = (show.enter(&show.producer).await, show.enter(&show.organizer).await);
    let (welcome, statements) = (cue(&pat, "Welcome, the question, first vote"), cue(&pat, "Opening statements"));
    pat.done(CommandBody::CallCue { cue: welcome.id }).await;
    ada.until("the call", |client| called(client) == [welcome.id]).await;
    let nobody = Scene { layout: Layout::Solo, seats: Vec::new() };
    assert!(previewed(&ada).is_none_or(|scene| scene == nobody), "Grace is not here");

    let mut grace = show.enter(&show.grace).await;
    // Both go on at the same moment: one does.
    let (one, other) = (
        pat.post(CommandBody::CallCue { cue: statements.id }).await,
        ada.post(CommandBody::CallCue { cue: statements.id }).await,
    );
    for outcome in [pat.reply_to(one).await, ada.reply_to(other).await] {
        assert!(matches!(outcome, Outcome::Accepted { .. }));
    }
    let end = pat.say("Called").await;
    for client in [&mut pat, &mut ada] {
        client.until("all of it", |client| client.seq >= end).await;
        assert_eq!(called(client), [welcome.id, statements.id]);
        assert_eq!(previewed(client), Some(Scene { layout: Layout::Solo, seats: vec![Some(show.grace.participant)] }));
        assert!(!client.updates.iter().any(|update| matches!(update.body, UpdateBody::Taken { .. })));
    }
    let refused = grace.ask(CommandBody::CallCue { cue: welcome.id }).await;
    assert!(matches!(refused, Outcome::Refused { refusal: Refusal::NotAllowed, .. }));

    // Whoever comes later finds it as it is.
    let late = show.enter(&show.producer).await;
    let crew = late.snapshot.as_ref().and_then(|snapshot| snapshot.crew.as_ref()).expect("the crew's view");
    assert_eq!(crew.called.map(|called| called.cue), Some(statements.id));

    // A cue that is taken out of the plan in the middle of the show keeps its place until another is called.
    let mut cues = show.see().await["showPlan"]["cues"].clone();
    cues.as_array_mut().unwrap().retain(|planned| planned["id"] != json!(statements.id));
    show.plan(&cues).await;
    ada.until("the plan", |client| cue(client, "Opening statements").dropped).await;
    assert!(matches!(
        ada.ask(CommandBody::CallCue { cue: CueId::random() }).await,
        Outcome::Refused { refusal: Refusal::NoSuchCue, .. }
    ));
    show.server.stop().await;
}

#[tokio::test]
async fn nothing_of_how_the_show_is_called_reaches_who_speaks_in_it() {
    let show = Show::new().await;
    let (mut pat, mut grace) = (show.enter(&show.producer).await, show.enter(&show.grace).await);
    let mut cues = show.see().await["showPlan"]["cues"].clone();
    cues[0]["notes"] = json!("Grace goes on for too long.");
    cues[0]["title"] = json!("Kindly stop Grace");
    show.plan(&cues).await;
    pat.until("the plan", |client| titles(&planned(client))[0] == "Kindly stop Grace").await;
    let called = cue(&pat, "Kindly stop Grace");
    pat.done(CommandBody::CallCue { cue: called.id }).await;
    let preview = Scene { layout: Layout::Solo, seats: vec![Some(show.grace.participant)] };
    pat.done(CommandBody::SetPreview { scene: preview.clone() }).await;
    let end = pat.say("Called").await;
    grace.until("all of it", |client| client.seq >= end).await;
    assert_eq!(previewed(&grace), Some(preview), "what goes on in the green room they see");

    // As it comes the first time, as it happens, and as it is caught up with.
    let late = show.enter(&show.grace).await;
    let first = late.snapshot.as_ref().map(|snapshot| snapshot.seq);
    assert_eq!(first, Some(end));
    let again = TestClient::resume(show.server.http(), &show.grace, Some(Seq::START)).await;
    for heard in [&grace, &late, &again].iter().flat_map(|client| &client.heard) {
        for told in ["Kindly stop", "for too long", "Line-up", "cue_called", &called.id.to_string()] {
            assert!(!heard.contains(told), "{told} in {heard}");
        }
    }
    let all = TestClient::resume(show.server.http(), &show.producer, Some(Seq::START)).await;
    assert!(all.heard.iter().any(|heard| heard.contains("for too long")), "the producer is told");
    show.server.stop().await;
}

#[tokio::test]
async fn what_is_called_outlives_a_kill() {
    let show = Show::new().await;
    let folder = TempDir::new().expect("a temporary directory");
    let path = folder.path().join("houselights.db");
    let copy = path.to_string_lossy().into_owned();
    let (producer, event) = (show.producer.clone(), show.event.clone());
    let plan = show.see().await["showPlan"]["cues"].clone();
    let server = show
        .server
        .restart_after(|disk| {
            disk.execute("VACUUM INTO ?1", [&copy]).expect("a copy");
        })
        .await;
    server.stop().await;

    let program = Program::new(SERVER, &path);
    let running = program.start().await.expect("ready");
    let mut pat = TestClient::connect(running.http, &producer).await;
    let first = cue(&pat, "Welcome, the question, first vote");
    assert_eq!(json!(first.id), plan[1]["id"], "{event}");
    pat.done(CommandBody::CallCue { cue: first.id }).await;
    let at = pat.updates.iter().find(|update| matches!(update.body, UpdateBody::CueCalled { .. })).map(|update| update.at);
    running.kill().await;

    let running = program.start().await.expect("ready again");
    let pat = TestClient::connect(running.http, &producer).await;
    let crew = pat.snapshot.as_ref().and_then(|snapshot| snapshot.crew.clone()).expect("the crew's view");
    assert_eq!(crew.called.map(|called| (called.cue, Some(called.at))), Some((first.id, at)));
    assert_eq!(crew.run_of_show.cues.len(), plan.as_array().map_or(0, Vec::len));
    running.terminate().await;
}

#[tokio::test]
async fn polls_of_the_plan_become_drafts_once_and_a_plan_that_changes_offers_what_is_new() {
    let show = Show::new().await;
    let (mut pat, mut ada) = (show.enter(&show.producer).await, show.enter(&show.organizer).await);
    let offered = planned(&pat).polls;
    assert!(offered.len() >= 2, "the template has polls: {offered:?}");
    let (first, question) = (offered[0].id, offered[0].form.question.clone());
    // Both press at the same moment.
    let (one, other) =
        tokio::join!(pat.ask(CommandBody::DraftPlanned { poll: first }), ada.ask(CommandBody::DraftPlanned { poll: first }));
    assert!([one, other].iter().all(|outcome| matches!(outcome, Outcome::Accepted { .. })));
    let drafts = |client: &TestClient| {
        let drafted = client.updates.iter().filter(|update| matches!(&update.body, UpdateBody::PollDrafted { .. }));
        drafted.count()
    };
    pat.until("the draft", |client| drafts(client) > 0).await;
    pat.say("So far").await;
    assert_eq!(drafts(&pat), 1);

    let server = show.server;
    let server = server.restart().await;
    let api = Api::new(server.http(), show.ada.token().map(str::to_owned));
    let mut pat = TestClient::connect(server.http(), &show.producer).await;
    let made = pat.snapshot.as_ref().expect("a snapshot").polls.clone();
    assert_eq!(made.iter().map(|poll| (poll.id, poll.form.question.clone())).collect::<Vec<_>>(), [(first, question)]);
    let see = "query($id: ID!) { event(id: $id) { version sessions { id } showPlan { polls { id session question options multiple } } } }";
    let seen = api.ask(see, json!({ "id": show.event })).await["event"].take();
    let mut polls = seen["showPlan"]["polls"].clone();
    let session = polls[0]["session"].clone();
    polls.as_array_mut().expect("a list").push(
        json!({ "session": session, "question": "Which of these?", "options": ["One", "Other", "Third"], "multiple": true }),
    );
    api.ask(UPDATE, json!({ "event": show.event, "version": seen["version"], "change": { "polls": polls } })).await;
    let is_new = |client: &TestClient| planned(client).polls.iter().any(|poll| poll.form.question == "Which of these?");
    pat.until("the new poll", is_new).await;
    let polls = planned(&pat).polls;
    let new = polls.iter().find(|poll| poll.form.question == "Which of these?").expect("it is offered");
    assert_eq!(new.form.kind, PollKind::Multiple { most: 3 });
    assert!(polls.iter().any(|poll| poll.id == first), "it goes by the same id");
    pat.done(CommandBody::DraftPlanned { poll: new.id }).await;
    pat.done(CommandBody::OpenPoll { poll: new.id }).await;
    server.stop().await;
}
