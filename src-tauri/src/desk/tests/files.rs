//! Files between the server and this computer.

use std::fs;

use houselights_shared::{EventId, OrganisationId, RoomId};

use super::*;
use crate::{
    desk::Progress,
    ipc::{FileProgress, FileTaken, LineFate, ReportFormat, ReportOn, RoomsReport, ServerFile},
};

/// Writes down how far a file is.
fn noted() -> (Progress, Arc<Lock<Vec<FileProgress>>>) {
    let heard = Arc::new(Lock::new(Vec::new()));
    let told = Arc::clone(&heard);
    (Arc::new(move |progress| told.lock().unwrap().push(progress)), heard)
}

async fn save(run: &Run, file: ServerFile, id: &str, path: &std::path::Path) -> Result<bool, ApiCode> {
    run.desk.save_file(file, id, path, noted().0).await.map_err(|problem| problem.code)
}

async fn send(run: &Run, (file, id): (ServerFile, &str), path: &std::path::Path) -> Result<FileTaken, ApiCode> {
    run.desk.send_file(file, id, path, noted().0).await.map_err(|problem| problem.code)
}

#[tokio::test]
async fn a_file_of_the_server_is_written_whole_and_one_that_breaks_off_leaves_what_was_there() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    let (event, path) = (EventId::random().to_string(), folder.path().join("people.csv"));
    server.does(Does::Answer("200 OK", "name,email\r\n".into()));
    let (progress, heard) = noted();
    run.desk.save_file(ServerFile::Attendees, &event, &path, progress).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "name,email\r\n");
    assert_eq!(heard.lock().unwrap().last(), Some(&FileProgress { bytes: 12, of: Some(12) }));
    let asked = server.heard().pop().unwrap();
    assert!(asked.starts_with(&format!("GET /api/events/{event}/attendees.csv ")), "{asked}");
    assert!(asked.contains("authorization: Bearer token 1"), "{asked}");
    for (does, code) in [
        (Does::Half("name,em".into()), ApiCode::Offline),
        (Does::Close, ApiCode::Offline),
        (Does::Answer("500 Internal Server Error", String::new()), ApiCode::Offline),
        (Does::Answer("403 Forbidden", r#"{"refusal":"not_allowed"}"#.into()), ApiCode::Forbidden),
    ] {
        server.does(does.clone());
        assert_eq!(save(&run, ServerFile::Attendees, &event, &path).await, Err(code), "{does:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "name,email\r\n", "{does:?}");
    }
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok()).collect();
    assert!(!left.iter().any(|name| name.contains(".part")), "{left:?}");
    server.does(Does::Answer("200 OK", "x".into()));
    assert_eq!(save(&run, ServerFile::Calendar, &event, &folder.path().join("none/a.ics")).await, Err(ApiCode::NotKept));
    for file in [ServerFile::Archive, ServerFile::Person] {
        assert_eq!(save(&run, file, "../../graphql", &path).await, Err(ApiCode::BadInput));
    }
    server.does(Does::Answer("200 OK", "{}".into()));
    save(&run, ServerFile::Person, &event, &path).await.unwrap();
    assert!(server.heard().pop().unwrap().starts_with(&format!("GET /api/registrations/{event}/data ")));
}

#[tokio::test]
async fn a_file_is_handed_over_where_its_kind_belongs_and_what_became_of_it_is_told_by_line() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    let (event, organisation) = (EventId::random().to_string(), OrganisationId::random().to_string());
    let at = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, "title,start,end\r\n").unwrap();
        path
    };
    let report = r#"{"added":1,"known":1,"ignored":["mood"],"lines":[{"line":2,"fate":"added","name":"Opening"},{"line":3,"fate":"of_tomorrow","name":""}]}"#;
    server.does(Does::Answer("200 OK", report.into()));
    let taken = send(&run, (ServerFile::Agenda, &event), &at("a.csv")).await.unwrap();
    assert_eq!((taken.name.as_str(), taken.taken.added, taken.taken.ignored), ("a.csv", 1, vec!["mood".to_owned()]));
    let fates: Vec<_> = taken.taken.lines.iter().map(|line| (line.line, line.fate)).collect();
    assert_eq!(fates, [(2, LineFate::Added), (3, LineFate::Else)]);
    let asked = server.heard().pop().unwrap();
    assert!(
        asked.starts_with(&format!("POST /api/events/{event}/agenda.csv ")) && asked.contains("title,start,end"),
        "{asked}"
    );
    send(&run, (ServerFile::Agenda, &event), &at("b.ICS")).await.unwrap();
    assert!(server.heard().pop().unwrap().starts_with(&format!("POST /api/events/{event}/agenda.ics ")));
    let faults = r#"{"faults":[{"line":4,"column":"email","code":"same_as","detail":"2","problem":"the same as in line 2"}],"taken":{"added":2}}"#;
    server.does(Does::Answer("422 Unprocessable Entity", faults.into()));
    let taken = send(&run, (ServerFile::Attendees, &event), &at("c.csv")).await.unwrap();
    assert_eq!((taken.faults[0].line, taken.faults[0].column.as_deref(), taken.taken.added), (4, Some("email"), 2));
    server.does(Does::Answer("201 Created", r#"{"event":"e"}"#.into()));
    let taken = send(&run, (ServerFile::Archive, &organisation), &at("d.jsonl")).await.unwrap();
    assert_eq!(taken.event.as_deref(), Some("e"));
    assert!(server.heard().pop().unwrap().starts_with(&format!("POST /api/organisations/{organisation}/archives ")));
    for (does, code) in [
        (Does::Answer("409 Conflict", r#"{"refusal":"malformed"}"#.into()), ApiCode::Conflict),
        (Does::Close, ApiCode::Unknown),
        (Does::Answer("403 Forbidden", r#"{"refusal":"not_allowed"}"#.into()), ApiCode::Forbidden),
    ] {
        server.does(does.clone());
        assert_eq!(send(&run, (ServerFile::Archive, &organisation), &at("d.jsonl")).await, Err(code), "{does:?}");
    }
    let heard = server.heard().len();
    fs::write(folder.path().join("large.csv"), vec![b'x'; 5 * 1024 * 1024 + 1]).unwrap();
    for (path, code) in [("large.csv", ApiCode::TooLarge), ("none.csv", ApiCode::FileUnreadable)] {
        let path = folder.path().join(path);
        assert_eq!(send(&run, (ServerFile::Attendees, &event), &path).await, Err(code));
    }
    assert_eq!(server.heard().len(), heard, "nothing was sent");
}

#[tokio::test]
async fn a_report_is_asked_for_by_room_and_one_that_is_stopped_leaves_what_was_there() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    let (event, room, path) = (EventId::random(), RoomId::random(), folder.path().join("votes.csv"));
    let report = |room, on, format| RoomsReport { event, room, on, format };
    server.does(Does::Answer("200 OK", "room,poll\r\n".into()));
    for (asked, route) in [
        (report(Some(room), ReportOn::Votes, ReportFormat::Csv), format!("votes.csv?room={room}")),
        (report(None, ReportOn::Log, ReportFormat::Jsonl), "log.jsonl".to_owned()),
    ] {
        assert_eq!(run.desk.save_report(asked, &path, noted().0).await, Ok(true));
        let heard = server.heard().pop().unwrap();
        assert!(heard.starts_with(&format!("GET /api/events/{event}/reports/{route} ")), "{heard}");
    }
    // Before there is an answer, and in the midst of one.
    for does in [Does::Nothing, Does::Stall("room,po".into())] {
        let (begun, heard) = (server.heard().len(), noted());
        server.does(does.clone());
        let saving = run.desk.save_report(report(None, ReportOn::Chat, ReportFormat::Csv), &path, heard.0);
        let stopping = async {
            let is_on_its_way = || {
                if matches!(does, Does::Stall(_)) { !heard.1.lock().unwrap().is_empty() } else { server.heard().len() > begun }
            };
            while !is_on_its_way() {
                tokio::task::yield_now().await;
            }
            run.desk.stop_saving();
        };
        let (saved, ()) = tokio::join!(saving, stopping);
        assert_eq!(saved, Ok(false), "{does:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "room,poll\r\n");
        assert!(!folder.path().join("votes.csv.part").exists());
    }
}
