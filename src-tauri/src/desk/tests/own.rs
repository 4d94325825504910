//! What a person has of their own at the server.

use houselights_tests::{api::Api, server::TestServer};

use super::*;

/// Somebody who signed in at a real server.
async fn at(server: &TestServer, folder: &TempDir, keys: &Keys) -> Run {
    let run = Run::new(folder, keys).await;
    let link = server.inner().sign_in_link("ada@show.example").await.unwrap().link;
    run.desk.confirm_sign_in(&link, true).await.unwrap();
    run
}

async fn id(api: &Api) -> String {
    api.ask("{ me { id } }", json!({})).await["me"]["id"].to_string()
}

/// Whether any file of the app holds this.
fn holds(folder: &TempDir, text: &str) -> bool {
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
    let mut bytes = files.map(|path| std::fs::read(path).unwrap());
    bytes.any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn another_name_is_known_there_and_here_also_after_a_restart() {
    let (server, folder, keys) = (TestServer::start().await, folder(), Keys::mock());
    let mut run = at(&server, &folder, &keys).await;
    run.desk.rename_me("  Ada Lovelace ").await.unwrap();
    assert_eq!(run.account().0.unwrap().person.name, "Ada Lovelace");
    let there = server.person("ada@show.example").await.ask("{ me { name } }", json!({})).await;
    assert_eq!(there["me"]["name"], "Ada Lovelace");
    let wrong = run.desk.rename_me(" ").await.unwrap_err();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ApiCode::BadInput, Some("name")));
    run.house.close().await;
    let mut again = Run::new(&folder, &keys).await;
    assert_eq!(again.account().0.unwrap().person.name, "Ada Lovelace");
    server.stop().await;
}

#[tokio::test]
async fn what_the_server_knows_of_a_person_is_a_text_that_can_be_read() {
    let (server, folder) = (TestServer::start().await, folder());
    let run = at(&server, &folder, &Keys::unwanted()).await;
    run.desk.rename_me("Ada Lovelace").await.unwrap();
    let data = run.desk.own_data().await.unwrap();
    assert!(data.contains("\n  \"person\": [") && data.contains("ada@show.example") && data.contains("Ada Lovelace"), "{data}");
    server.stop().await;
    assert_eq!(run.desk.own_data().await.map_err(|problem| problem.code), Err(ApiCode::Offline));
    let elsewhere = tempfile::tempdir().unwrap();
    let nobody = Run::new(&elsewhere, &Keys::unwanted()).await;
    assert_eq!(nobody.desk.own_data().await.map_err(|problem| problem.code), Err(ApiCode::Unauthenticated));
}

#[tokio::test]
async fn whoever_is_erased_is_forgotten_there_and_on_this_computer_and_before_that_nothing_is() {
    let (server, folder, keys) = (TestServer::start().await, folder(), Keys::mock());
    let mut run = at(&server, &folder, &keys).await;
    let ada = server.person("ada@show.example").await;
    let was = id(&ada).await;
    let organisation = ada.organisation("The Globe").await;
    run.desk.keep_draft("title".into(), "typed by ada".into()).await.unwrap();
    let question = Question { operation: "Me".into(), document: "query Me { me { email } }".into(), variables: json!({}) };
    run.desk.ask(question.clone()).await.unwrap();
    std::fs::write(folder.path().join("desk.aside.db"), "set aside of ada@show.example").unwrap();
    let erase = async |run: &Run, email: &str| run.desk.erase_me(email).await.map_err(|problem| problem.code);
    assert_eq!(erase(&run, "ben@show.example").await, Err(ApiCode::EmailInvalid));
    assert_eq!(erase(&run, "ada@show.example").await, Err(ApiCode::LastOwner));
    assert!(run.account().0.is_some() && holds(&folder, "typed by ada") && id(&ada).await == was);
    let add =
        "mutation($id: ID!) { addMember(organisation: $id, email: \"ben@show.example\", name: \"Ben\", role: OWNER) { id } }";
    ada.ask(add, json!({ "id": organisation })).await;
    assert_eq!(erase(&run, "ada@show.example").await, Ok(()));
    assert_eq!(run.account(), (None, None));
    for text in ["ada@show.example", "typed by ada"] {
        assert!(!holds(&folder, text), "{text}");
    }
    let entry = Profile::apart(folder.path()).person_entry().unwrap();
    assert!(keys.load::<PersonSecret>(&entry).await.is_none());
    assert_eq!(run.desk.ask(question).await.map(drop).map_err(|problem| problem.code), Err(ApiCode::Unauthenticated));
    assert_ne!(id(&server.person("ada@show.example").await).await, was, "who comes with the address is somebody new");
    server.stop().await;
}

#[tokio::test]
async fn an_erasure_whose_answer_was_lost_is_asked_about_and_what_is_here_goes_with_what_was_there() {
    let over = Does::Answer("401 Unauthorized", String::new());
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(over);
    server.first_does(Does::Close);
    run.desk.erase_me("ada@show.example").await.unwrap();
    assert_eq!(run.account(), (None, None));
    assert!(!holds(&folder, "ada@show.example"));
    let heard = server.heard();
    let erasures: Vec<_> = heard.iter().filter(|request| request.starts_with("DELETE /api/people/me")).collect();
    assert_eq!(erasures.len(), 2);
    assert!(erasures[0].starts_with("DELETE /api/people/me?email=ada%40show.example "), "{}", erasures[0]);
}

#[tokio::test]
async fn an_erasure_that_nobody_answers_or_whose_login_is_over_forgets_nothing_here() {
    for (does, code) in [
        (Does::Close, ApiCode::Unknown),
        (Does::Answer("401 Unauthorized", String::new()), ApiCode::Unauthenticated),
        (Does::Answer("503 Service Unavailable", r#"{"refusal":"storage_unavailable"}"#.into()), ApiCode::StorageUnavailable),
    ] {
        let (server, folder) = (Server::start().await, folder());
        let mut run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
        server.does(does);
        assert_eq!(run.desk.erase_me("ada@show.example").await.map_err(|problem| problem.code), Err(code));
        assert_eq!(run.account().0.unwrap().person.email, "ada@show.example");
    }
}
