//! How much may be asked of the API at once, and that whatever is refused is refused with a code.

use std::fmt::Write as _;

use houselights_tests::{
    api::{Api, ApiError},
    client::http,
    server::TestServer,
    within,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

async fn code(api: &Api, document: &str) -> Result<Value, String> {
    api.try_ask(document, json!({})).await.map_err(|error: ApiError| error.code)
}

fn refused(code: &str) -> Result<Value, String> {
    Err(code.to_owned())
}

/// Fragments of which each stands four times in the one before: written out, more selections than can ever be walked.
fn bomb(root: &str) -> String {
    let mut document = root.to_owned();
    for number in 0..25 {
        let next = format!("...f{} ", number + 1).repeat(4);
        write!(document, " fragment f{number} on Query{{{next}}}").unwrap();
    }
    document + " fragment f25 on Query{__typename}"
}

#[tokio::test]
async fn fragments_within_fragments_are_refused_before_anybody_walks_them() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    for root in ["{...f0}", "{__typename}", "query A{__typename} query B{...f0}"] {
        assert_eq!(within("a refusal", code(&stranger, &bomb(root))).await, refused("TOO_COMPLEX"), "{root}");
    }
    let circle = "{...a} fragment a on Query{...b} fragment b on Query{me{id} ...a}";
    assert_eq!(within("a refusal", code(&stranger, circle)).await, refused("BAD_INPUT"));
    let mut chain = "{...f0}".to_owned();
    (0..2_000).for_each(|number| write!(chain, "fragment f{number} on Query{{...f{}}}", number + 1).unwrap());
    assert_eq!(
        within("a refusal", code(&stranger, &(chain + "fragment f2000 on Query{__typename}"))).await,
        refused("TOO_COMPLEX")
    );
    assert_eq!(code(&stranger, "{me{id}}").await, Ok(json!({ "me": null })), "and it goes on");
    server.stop().await;
}

#[tokio::test]
async fn more_than_is_answered_at_once_is_refused_and_as_much_as_that_is_not() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let me = json!({ "id": ada.ask("{ me { id } }", json!({})).await["me"]["id"] });
    let aliases = |count: usize| (0..count).map(|number| format!("a{number}: me {{ id }}")).collect::<Vec<_>>().join(" ");
    assert_eq!(code(&ada, &format!("{{ {} }}", aliases(30))).await.unwrap()["a29"], me);
    assert_eq!(code(&ada, &format!("{{ {} }}", aliases(31))).await, refused("TOO_COMPLEX"));
    assert_eq!(
        code(&ada, &format!("{{ {} }}", "me { id } ".repeat(32))).await,
        refused("TOO_COMPLEX"),
        "without other names, too"
    );

    let directives = |count: usize| format!("{{ me {} {{ id }} }}", "@include(if: true) ".repeat(count));
    assert_eq!(code(&ada, &directives(1)).await.unwrap()["me"], me);
    assert_eq!(code(&ada, &directives(5)).await, refused("TOO_COMPLEX"));

    // Organisation and event lead to each other for as long as one likes.
    let deep = |times: usize| {
        let turn = "events(first: 1) { nodes { organisation { ";
        format!("{{ organisation(id: \"{organisation}\") {{ {}id{} }} }}", turn.repeat(times), " } } }".repeat(times))
    };
    assert!(code(&ada, &deep(3)).await.is_ok());
    assert_eq!(code(&ada, &deep(4)).await, refused("TOO_COMPLEX"));

    let costly = |first: &str| {
        let registrations = format!("registrations(first: {first}) {{ nodes {{ id name email }} }}");
        format!("{{ organisation(id: \"{organisation}\") {{ events(first: {first}) {{ nodes {{ {registrations} }} }} }} }}")
    };
    assert!(code(&ada, &costly("10")).await.is_ok());
    assert_eq!(code(&ada, &costly("100")).await, refused("TOO_COMPLEX"));
    assert_eq!(code(&ada, &costly("2147483647")).await, refused("TOO_COMPLEX"), "a number does not run over");
    assert_eq!(code(&ada, &costly("-2147483648")).await, refused("BAD_INPUT"));

    let long = |bytes: usize| format!("{{ me {{ id }} }}{}", " ".repeat(bytes - 13));
    assert_eq!(code(&ada, &long(64 * 1024)).await.unwrap()["me"], me);
    assert_eq!(code(&ada, &long(64 * 1024 + 1)).await, refused("TOO_COMPLEX"));
    let wide = format!("{{ me {{ {} }} }}", "id ".repeat(4_000));
    assert_eq!(code(&ada, &wide).await, refused("TOO_COMPLEX"));

    let batch = |count: usize| Value::Array(vec![json!({ "query": "{ me { id } }" }); count]);
    let (status, answer) = ada.post(&batch(10)).await;
    assert_eq!((status, answer[9]["data"]["me"].clone()), (200, me.clone()));
    let (status, answer) = ada.post(&batch(11)).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (400, &json!("TOO_COMPLEX")));
    let body = |bytes: usize| json!({ "query": "{ me { id } }", "variables": { "a": "a".repeat(bytes) } });
    assert_eq!(ada.post(&body(500 * 1024)).await.0, 200);
    assert_eq!(ada.post(&body(1_200 * 1024)).await.0, 200, "a long file of a template fits in");
    for (who, bytes) in [(server.stranger(), 512 * 1024), (ada, 1_280 * 1024)] {
        let (status, answer) = who.post(&body(bytes)).await;
        assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (413, &json!("BAD_INPUT")));
    }
    server.stop().await;
}

#[tokio::test]
async fn every_refusal_has_a_code() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    for document in [
        "",
        "{",
        "{ nothing }",
        "{ me { nothing } }",
        "{ me }",
        "{ me { id { id } } }",
        "{ organisation { id } }",
        "{ organisation(id: [1]) { id } }",
        "query($id: ID!) { organisation(id: $id) { id } }",
        "query($id: Nothing!) { organisation(id: $id) { id } }",
        "query($id: ID!) { me { id } }",
        "{ organisation(id: $id) { id } }",
        "query A { me { id } } query B { me { id } }",
        "{ me @nothing { id } }",
        "{ me @include { id } }",
        "{ ...f }",
        "{ ... on Nothing { id } }",
        "subscription { me { id } }",
        "mutation { createEvent(organisation: \"x\", template: \"x\", title: \"x\", startsAt: \"soon\", timeZone: \"UTC\") { id } }",
    ] {
        let (status, answer) = ada.post(&json!({ "query": document })).await;
        let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{answer} to {document}"));
        assert!(
            !errors.is_empty() && errors.iter().all(|error| error["extensions"]["code"] == "BAD_INPUT"),
            "{answer} to {document}"
        );
        assert_eq!(status, 200, "{document}");
    }
    let many = format!("{{ me {{ {} }} }}", (0..500).map(|number| format!("no{number}")).collect::<Vec<_>>().join(" "));
    let (_, answer) = ada.post(&json!({ "query": many })).await;
    assert_eq!(answer["errors"].as_array().unwrap().len(), 10, "a few faults tell enough");
    let named = json!({ "query": "query A { me { id } }", "operationName": "B" });
    assert_eq!(ada.post(&named).await.1["errors"][0]["extensions"]["code"], "BAD_INPUT");
    for (kind, body) in [("application/json", "{"), ("application/json", "[1]"), ("text/plain", "{\"query\":\"{me{id}}\"}")] {
        let request = http().post(format!("http://{}/graphql", server.http())).header("content-type", kind).body(body);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT", "{body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_document_is_kept_by_its_hash_for_who_is_signed_in() {
    let server = TestServer::with(|config| config.logins_per_minute = 30).await;
    let (ada, stranger) = (server.person("ada@example.com").await, server.stranger());
    let by_hash = |document: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } });
    let ask = async |api: &Api, body: Value| {
        let (_, answer) = api.post(&body).await;
        match answer["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => Err(code.to_owned()),
            None => Ok(answer["data"].clone()),
        }
    };
    let known = async |api: &Api, document: &str| ask(api, json!({ "extensions": by_hash(document) })).await;
    let send = async |api: &Api, document: &str| ask(api, json!({ "query": document, "extensions": by_hash(document) })).await;

    let mine = "{ me { email } }";
    assert_eq!(known(&ada, mine).await, refused("PERSISTED_QUERY_NOT_FOUND"));
    let hers = Ok(json!({ "me": { "email": "ada@example.com" } }));
    assert_eq!(send(&ada, mine).await, hers);
    assert_eq!(known(&ada, mine).await, hers);
    assert_eq!(known(&stranger, mine).await, Ok(json!({ "me": null })), "each is answered as who they are");

    let wrong = json!({ "query": "{ me { id } }", "extensions": by_hash(mine) });
    assert_eq!(ask(&ada, wrong).await, refused("BAD_INPUT"));
    for named in [json!({ "version": 2, "sha256Hash": hash(mine) }), json!({ "version": 1 }), json!(1)] {
        assert_eq!(ask(&ada, json!({ "extensions": { "persistedQuery": named } })).await, refused("BAD_INPUT"));
    }
    for (bad, why) in [("{ nothing }", "BAD_INPUT"), ("{", "BAD_INPUT"), (&*bomb("{...f0}"), "TOO_COMPLEX")] {
        assert_eq!(within("a refusal", send(&ada, bad)).await, refused(why));
        assert_eq!(known(&ada, bad).await, refused("PERSISTED_QUERY_NOT_FOUND"), "what is refused is not kept");
    }
    let long = format!("{mine}{}", " ".repeat(16 * 1024));
    assert_eq!((send(&ada, &long).await, known(&ada, &long).await), (hers, refused("PERSISTED_QUERY_NOT_FOUND")));

    let others = "{ me { id } }";
    assert_eq!(send(&stranger, others).await, Ok(json!({ "me": null })));
    assert_eq!(known(&stranger, others).await, refused("PERSISTED_QUERY_NOT_FOUND"), "strangers fill no memory");
    let patience = async {
        loop {
            if let Err(code) = send(&stranger, others).await {
                return code;
            }
        }
    };
    assert_eq!(within("the end of patience", patience).await, "SLOW_DOWN");
    server.stop().await;
}

fn hash(document: &str) -> String {
    Sha256::digest(document.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

#[tokio::test]
async fn the_schema_is_told_where_the_server_was_asked_to() {
    let asked = "{ __schema { queryType { name } } }";
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    for document in [asked, "{ __type(name: \"Query\") { name } }"] {
        assert_eq!(code(&ada, document).await, refused("INTROSPECTION_OFF"));
        assert_eq!(code(&server.stranger(), document).await, refused("INTROSPECTION_OFF"));
    }
    assert_eq!(code(&ada, "{ __typename }").await, Ok(json!({ "__typename": "Query" })));
    server.stop().await;
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    assert_eq!(code(&server.stranger(), asked).await, Ok(json!({ "__schema": { "queryType": { "name": "Query" } } })));
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_taken_however_its_scheme_is_written() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    for (scheme, status) in [("Bearer", 200), ("bearer", 200), ("BEARER", 200), ("Basic", 401)] {
        let asked = http()
            .post(format!("http://{}/graphql", server.http()))
            .header("authorization", format!("{scheme} {}", ada.token().unwrap()))
            .json(&json!({ "query": "{ me { email } }" }));
        let answer = asked.send().await.expect("answered");
        assert_eq!(answer.status().as_u16(), status, "{scheme}");
        let told = answer.text().await.expect("a body");
        assert_eq!(told.contains("ada@example.com"), status == 200, "{told}");
    }
    let leave = http().delete(format!("http://{}/api/sign-ins/current", server.http()));
    let left = leave.header("authorization", format!("bearer {}", ada.token().unwrap())).send().await.expect("answered");
    assert_eq!(left.status().as_u16(), 204);
    server.stop().await;
}

#[tokio::test]
async fn whoever_asks_by_another_method_is_told_which_one_it_is() {
    let server = TestServer::start().await;
    for method in ["GET", "PUT", "OPTIONS", "DELETE"] {
        let asked = http().request(method.parse().unwrap(), format!("http://{}/graphql?query={{me{{id}}}}", server.http()));
        let answer = asked.send().await.expect("answered");
        assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, "POST"), "{method}");
        let told: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_INPUT", "{told}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_not_repeated() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    let long = "a".repeat(60_000);
    for document in [
        format!("{{ {long} ] }}"),
        format!("{{ {long} }}"),
        format!("{{ me {{ {long} }} }}"),
        format!("query($a: {long}) {{ me {{ id }} }}"),
        format!("{{ me(a: \"{long}\") {{ id }} }}"),
        format!("{{ me {{ id @{long} }} }}"),
    ] {
        let (_, answer) = stranger.post(&json!({ "query": document })).await;
        let errors = answer["errors"].as_array().expect("errors");
        assert!(!errors.is_empty() && answer.to_string().len() < 2_000 * errors.len(), "{answer}");
        assert_eq!(errors[0]["extensions"]["code"], "BAD_INPUT");
    }
    let (_, told) = stranger.post(&json!({ "query": "{ me { id ] }" })).await;
    let message = told["errors"][0]["message"].as_str().expect("a text");
    assert!(message.contains("expected") && !message.contains("me { id"), "{message}");
    assert_eq!(told["errors"][0]["locations"][0]["column"], 11, "{told}");
    server.stop().await;
}

#[tokio::test]
async fn an_answer_has_a_bound_over_all_of_a_batch() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "one-day-conference").await;
    let known = ada.ask("query($id: ID!) { event(id: $id) { slug sessions { id } } }", json!({ "id": event })).await;
    let long = "d".repeat(20_000);
    let sessions = known["event"]["sessions"].as_array().expect("a list").clone();
    for session in &sessions {
        let change =
            "mutation($id: ID!, $text: String!) { updateSession(id: $id, version: 1, change: { description: $text }) { id } }";
        ada.ask(change, json!({ "id": session["id"], "text": long })).await;
    }
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
    let slug = known["event"]["slug"].as_str().expect("a text");
    let sessions_told = format!("publicEvent(slug: \"{slug}\") {{ sessions {{ description }} }}");
    let each = sessions.len() * long.len();
    let most = 8 * 1024 * 1024 / each;
    assert!((2..29).contains(&most), "{most} fit");
    let stranger = server.stranger();
    assert!(code(&stranger, &again(most / 2, &sessions_told)).await.is_ok());
    assert_eq!(code(&stranger, &again(most + 1, &sessions_told)).await, refused("TOO_COMPLEX"));
    assert!(exceeds(&stranger, 2, &again(most / 2 + 1, &sessions_told)).await, "the same in two documents");
    server.stop().await;
}

/// What is not a list is counted, too: what an event says of itself, the plan of its show with its mails, and the files of templates.
#[tokio::test]
async fn every_long_text_of_an_answer_counts() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "happy-hour").await;
    let wide = |chars: usize| "🎭".repeat(chars);
    let change = "mutation($id: ID!, $text: String!) { updateEvent(id: $id, version: 1, change: { description: $text }) { slug version } }";
    let changed = ada.ask(change, json!({ "id": event, "text": wide(20_000) })).await;
    let (slug, version) = (changed["updateEvent"]["slug"].clone(), changed["updateEvent"]["version"].clone());
    let plan = "mutation($id: ID!, $version: Int!, $mails: [MailTextInput!]!) { updateShowPlan(event: $id, version: $version, \
                change: { mails: $mails }) { id } }";
    let mails: Vec<_> = ["CONFIRMATION", "CHANGED", "CANCELLED"]
        .map(|kind| json!({ "kind": kind, "subject": "Hello", "body": wide(10_000) }))
        .into();
    ada.ask(plan, json!({ "id": event, "version": version, "mails": mails })).await;
    ada.ask("mutation($id: ID!) { saveAsTemplate(event: $id, title: \"Wide\") { id } }", json!({ "id": event })).await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
    let stranger = server.stranger();
    let asked = [
        (&stranger, format!("publicEvent(slug: {slug}) {{ description }}")),
        (&ada, format!("event(id: \"{event}\") {{ showPlan {{ mails {{ body }} }} }}")),
        (&ada, format!("templates(organisation: \"{organisation}\") {{ source }}")),
    ];
    for (who, field) in asked {
        assert!(code(who, &again(1, &field)).await.is_ok(), "{field}");
        assert!(exceeds(who, 10, &again(30, &field)).await, "{field}");
    }
    server.stop().await;
}

/// A field that is named a thousand times is answered a thousand times, for each row.
#[tokio::test]
async fn fields_that_are_named_again_and_again_count_for_every_row() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "one-day-conference").await;
    let known = ada.ask("query($id: ID!) { event(id: $id) { slug tracks { id } } }", json!({ "id": event })).await;
    let slug = &known["event"]["slug"];
    let session = "mutation($id: ID!, $track: ID!) { createSession(event: $id, session: { title: \"Again\", track: $track, \
                   startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\" }) { id } }";
    for _ in 0..90 {
        ada.ask(session, json!({ "id": event, "track": known["event"]["tracks"][0]["id"] })).await;
    }
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
    let stranger = server.stranger();
    for below in ["__typename ".repeat(3_900), "...{title} ".repeat(1_900), format!("track {{ {} }}", "title ".repeat(3_900))] {
        let document = format!("{{ publicEvent(slug: {slug}) {{ sessions {{ {below} }} }} }}");
        assert_eq!(code(&stranger, &document).await, refused("TOO_COMPLEX"), "{below:.20}");
    }
    let speakers = format!("{{ publicEvent(slug: {slug}) {{ sessions {{ speakers {{ {} }} }} }} }}", "name ".repeat(30));
    assert!(code(&stranger, &speakers).await.is_ok());
    server.stop().await;
}

/// Of what was not read the rest stands before the next request, which would be lost.
#[tokio::test]
async fn an_answer_to_what_was_not_read_ends_its_connection_and_says_so() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let ends = async |token: &str| {
        let asked = http()
            .post(format!("http://{}/graphql", server.http()))
            .bearer_auth(token)
            .json(&json!({ "query": "{ me { id } }" }));
        let answer = within("an answer", asked.send()).await.expect("the server answers");
        (answer.status().as_u16(), answer.headers().get("connection").is_some_and(|value| value == "close"))
    };
    assert_eq!(ends("nobody's").await, (401, true));
    assert_eq!(ends(ada.token().expect("hers")).await, (200, false));
    server.stop().await;
}

/// A document that asks for something so often.
fn again(times: usize, field: &str) -> String {
    let all: Vec<_> = (0..times).map(|number| format!("a{number}: {field}")).collect();
    format!("{{ {} }}", all.join(" "))
}

/// Whether a batch of so many of a document asks for too long an answer.
async fn exceeds(api: &Api, documents: usize, document: &str) -> bool {
    let (_, answers) = api.post(&json!(vec![json!({ "query": document }); documents])).await;
    let answers = answers.as_array().expect("a list");
    answers.iter().any(|answer| answer["errors"][0]["extensions"]["code"] == "TOO_COMPLEX")
}

#[tokio::test]
async fn a_list_that_is_no_batch_is_refused_in_our_words() {
    let server = TestServer::start().await;
    for body in ["[]", " [ ]", "[\"{ __typename }\"]"] {
        let request =
            http().post(format!("http://{}/graphql", server.http())).header("content-type", "application/json").body(body);
        let response = request.send().await.unwrap();
        let (status, answer) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
        let error = &answer["errors"][0];
        assert_eq!((status, &error["extensions"]["code"]), (400, &json!("BAD_INPUT")), "{body}: {answer}");
        assert_eq!(error["message"], "a batch is a list of requests, of at least one");
    }
    server.stop().await;
}
