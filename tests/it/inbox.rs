//! Direct messages, who hears of them, and what is read: on each device of each person, over lost connections and restarts.

use houselights_shared::{
    ClientFrame, CommandBody, CommandId, DirectsFrom, Hello, InboxCommand, InboxCommandBody, InboxEntry, InboxEntryBody,
    InboxPage, Login, MessageId, Outcome, ParticipantId, Peer, Refusal, ReportTarget, RoomId, RoomRead, SanctionAct, Seq,
    Strand, UpdateBody,
};
use houselights_tests::{
    client::{TestClient, answer, attend, greet, hello, http, sign_in_as, socket},
    server::{Event, TestServer},
};

use crate::{devices::let_tickets_be_good_for_several, house::show};

/// Connected, and told of their inbox after a position.
async fn resumed(server: &TestServer, login: &Login, after: Seq) -> TestClient {
    let hello = Hello { inbox_after: Some(after), ..hello(login, None) };
    let mut client = greet(socket(server.http()).await, hello).await.expect("welcome");
    let is_told = |client: &TestClient| client.heard.iter().any(|text| text.contains("\"frame\":\"inbox\""));
    client.until("their inbox", |client| client.snapshot.is_some() && is_told(client)).await;
    client
}

async fn connected(server: &TestServer, login: &Login) -> TestClient {
    resumed(server, login, Seq::START).await
}

/// Somebody in the audience, with their login.
async fn attendee(server: &TestServer, event: &Event, name: &str) -> (Login, TestClient) {
    let login = attend(server.http(), event, name).await;
    let client = connected(server, &login).await;
    (login, client)
}

fn direct(to: ParticipantId, text: &str) -> InboxCommandBody {
    InboxCommandBody::SendDirect { to, text: text.to_owned() }
}

async fn done(client: &mut TestClient, body: InboxCommandBody) -> Seq {
    match client.ask_inbox(body).await {
        Outcome::Accepted { seq } => seq,
        refused @ (Outcome::Refused { .. } | Outcome::Unknown) => panic!("{refused:?}"),
    }
}

async fn refusal(client: &mut TestClient, body: InboxCommandBody) -> Refusal {
    match client.ask_inbox(body).await {
        Outcome::Refused { refusal, .. } => refusal,
        other @ (Outcome::Accepted { .. } | Outcome::Unknown) => panic!("{other:?}"),
    }
}

/// What was received and sent, of the entries that it heard.
fn texts(client: &TestClient) -> Vec<&str> {
    client.entries.iter().filter_map(|entry| text_of(&entry.body)).collect()
}

fn text_of(body: &InboxEntryBody) -> Option<&str> {
    if let InboxEntryBody::Received { text, .. } | InboxEntryBody::Sent { text, .. } = body { Some(text) } else { None }
}

async fn reads(client: &mut TestClient, text: &str) {
    client.until(text, |client| texts(client).contains(&text)).await;
}

async fn page(server: &TestServer, login: &Login, with: &str, before: &str) -> Result<InboxPage, u16> {
    let url = format!("http://{}/api/inbox/{with}{before}", server.http());
    let response = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    answer(response).await.map_err(|refused| refused.status)
}

#[tokio::test]
async fn what_is_written_reaches_every_device_of_both_and_what_is_read_on_one_is_read_on_the_other() {
    let (server, event) = show().await;
    let_tickets_be_good_for_several(server.database());
    let (_, mut vera) = attendee(&server, &event, "Vera").await;
    let [laptop, phone] = [sign_in_as(server.http(), &event, "Ada").await, sign_in_as(server.http(), &event, "Ada").await];
    let (mut laptop, mut phone) = (connected(&server, &laptop).await, connected(&server, &phone).await);
    let (ada, vera_id) = (laptop.me.participant, vera.me.participant);
    done(&mut vera, direct(ada, "a question")).await;
    for device in [&mut laptop, &mut phone] {
        reads(device, "a question").await;
    }
    let answered = done(&mut phone, direct(vera_id, "an answer")).await;
    reads(&mut vera, "an answer").await;
    reads(&mut laptop, "an answer").await;
    let strand = Strand::Person { participant: vera_id };
    done(&mut phone, InboxCommandBody::MarkRead { strand, up_to: answered }).await;
    let mark = InboxEntryBody::ReadUpTo { strand, up_to: answered };
    laptop.until("the mark", |client| client.entries.last().is_some_and(|entry| entry.body == mark)).await;
    // And for a device that comes later.
    let late = sign_in_as(server.http(), &event, "Ada").await;
    let late = connected(&server, &late).await;
    let stands = late.inbox.expect("where it stands");
    let [held] = stands.conversations.as_slice() else { panic!("{stands:?}") };
    assert_eq!((held.with.name.as_str(), held.unread, held.read_up_to), ("Vera", 0, answered));
    assert_eq!(text_of(&held.latest.body), Some("an answer"));
    server.stop().await;
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_is_delivered_once_also_after_a_restart() {
    let (server, event) = show().await;
    let (vera_login, mut vera) = attendee(&server, &event, "Vera").await;
    let (walt_login, mut walt) = attendee(&server, &event, "Walt").await;
    let command = InboxCommand { id: CommandId::random(), body: direct(walt.me.participant, "once") };
    for _ in 0..3 {
        vera.send(&ClientFrame::Inbox(command.clone())).await.expect("sent");
    }
    let first = vera.reply_to(command.id).await;
    let block = InboxCommand { id: CommandId::random(), body: InboxCommandBody::Block { participant: walt.me.participant } };
    vera.send(&ClientFrame::Inbox(block.clone())).await.expect("sent");
    vera.reply_to(block.id).await;
    done(&mut vera, InboxCommandBody::Unblock { participant: walt.me.participant }).await;
    reads(&mut walt, "once").await;
    let server = server.restart().await;
    let mut vera = connected(&server, &vera_login).await;
    for command in [&command, &block] {
        vera.send(&ClientFrame::Inbox(command.clone())).await.expect("sent");
    }
    assert_eq!(vera.reply_to(command.id).await, first);
    vera.reply_to(block.id).await;
    // It was done before it was taken back, and is not done again.
    let mut walt = resumed(&server, &walt_login, walt.inbox_seq).await;
    done(&mut walt, direct(vera.me.participant, "still heard")).await;
    reads(&mut vera, "still heard").await;
    assert_eq!(page(&server, &walt_login, &vera.me.participant.to_string(), "").await.map(|page| page.entries.len()), Ok(2));
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_blocked_or_not_wanted_or_of_another_event_hears_the_same() {
    let (server, event) = show().await;
    let (_, mut vera) = attendee(&server, &event, "Vera").await;
    let (_, mut walt) = attendee(&server, &event, "Walt").await;
    let (vera_id, walt_id) = (vera.me.participant, walt.me.participant);
    let other_event = server.event(&[]).await;
    let (_, mut stranger) = attendee(&server, &other_event, "Vera").await;
    let not_reachable = Outcome::Refused { refusal: Refusal::NotReachable, retry_after_ms: None };
    assert_eq!(stranger.ask_inbox(direct(walt_id, "hi")).await, not_reachable);
    assert_eq!(vera.ask_inbox(direct(ParticipantId::random(), "hi")).await, not_reachable);
    done(&mut walt, InboxCommandBody::Block { participant: vera_id }).await;
    assert_eq!(vera.ask_inbox(direct(walt_id, "hi")).await, not_reachable);
    done(&mut walt, InboxCommandBody::Unblock { participant: vera_id }).await;
    done(&mut walt, InboxCommandBody::AllowDirects { from: DirectsFrom::Crew }).await;
    assert_eq!(vera.ask_inbox(direct(walt_id, "hi")).await, not_reachable);
    let mut ada = connected(&server, &sign_in_as(server.http(), &event, "Ada").await).await;
    done(&mut ada, direct(walt_id, "from the crew")).await;
    reads(&mut walt, "from the crew").await;
    done(&mut walt, direct(vera_id, "and to Vera")).await;
    reads(&mut vera, "and to Vera").await;
    done(&mut vera, direct(walt_id, "an answer")).await;
    reads(&mut walt, "an answer").await;
    assert_eq!(texts(&walt), ["from the crew", "and to Vera", "an answer"], "and nothing of before");
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code_and_hurts_nobody() {
    let (server, event) = show().await;
    let (_, mut vera) = attendee(&server, &event, "Vera").await;
    let (_, walt) = attendee(&server, &event, "Walt").await;
    let (me, walt_id) = (vera.me.participant, walt.me.participant);
    let person = Strand::Person { participant: walt_id };
    let room = |room| Strand::Room { room };
    let mark = |strand, up_to| InboxCommandBody::MarkRead { strand, up_to: Seq::new(up_to) };
    for (body, code) in [
        (direct(walt_id, " \n"), Refusal::MessageEmpty),
        (direct(walt_id, &"x".repeat(2_001)), Refusal::MessageTooLong),
        (direct(me, "to myself"), Refusal::Malformed),
        (mark(person, u64::MAX), Refusal::Malformed),
        (mark(room(event.room), u64::MAX), Refusal::Malformed),
        (mark(room(RoomId::random()), 1), Refusal::NoSuchRoom),
        (mark(Strand::Unknown, 1), Refusal::UnknownCommand),
        (InboxCommandBody::Block { participant: me }, Refusal::Malformed),
        (InboxCommandBody::Block { participant: ParticipantId::random() }, Refusal::NoSuchParticipant),
        (InboxCommandBody::Unknown, Refusal::UnknownCommand),
    ] {
        assert_eq!(refusal(&mut vera, body.clone()).await, code, "{body:?}");
    }
    for number in 0..10 {
        done(&mut vera, direct(walt_id, &number.to_string())).await;
    }
    // Those that came to be due meanwhile are heard, too.
    let mut heard = 10;
    let after = loop {
        let outcome = vera.ask_inbox(direct(walt_id, "x")).await;
        if let Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(after) } = outcome {
            break after;
        }
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        heard += 1;
        assert!(heard < 100, "too much at once");
    };
    assert!((1..=2_001).contains(&after), "{after}");
    done(&mut vera, mark(room(event.room), 3)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_resume_gets_what_was_missed_and_one_that_missed_nothing_asks_the_database_nothing() {
    let (server, event) = show().await;
    let (vera_login, mut vera) = attendee(&server, &event, "Vera").await;
    let (walt_login, mut walt) = attendee(&server, &event, "Walt").await;
    done(&mut vera, direct(walt.me.participant, "before")).await;
    reads(&mut walt, "before").await;
    let had = walt.inbox_seq;
    let (read, again) = server.reads_of(async || resumed(&server, &walt_login, had).await).await;
    assert_eq!((read, again.inbox.is_none(), again.entries.len(), again.inbox_seq), (0, true, 0, had));
    again.vanish();
    done(&mut vera, direct(walt.me.participant, "one")).await;
    let had_of_vera = done(&mut vera, direct(walt.me.participant, "two")).await;
    let walt = resumed(&server, &walt_login, had).await;
    assert_eq!((texts(&walt), walt.inbox.is_none()), (vec!["one", "two"], true));
    vera.vanish();
    // What was changed again and again, and from beyond the end.
    let mut device = connected(&server, &vera_login).await;
    let mut up_to = had_of_vera;
    for number in 0..=20 {
        let from = if number % 2 == 0 { DirectsFrom::Crew } else { DirectsFrom::Everybody };
        up_to = done(&mut device, InboxCommandBody::AllowDirects { from }).await;
    }
    let few = resumed(&server, &vera_login, had_of_vera).await;
    assert_eq!((few.entries.len(), few.inbox_seq), (1, up_to), "of what was changed again and again the last word is told");
    let beyond = resumed(&server, &vera_login, up_to.next()).await;
    assert_eq!(beyond.inbox.map(|stands| (stands.up_to, stands.directs_from)), Some((up_to, DirectsFrom::Crew)));
    server.stop().await;
}

#[tokio::test]
async fn a_conversation_is_read_by_the_two_who_have_it_and_by_no_moderator() {
    let (server, event) = show().await;
    let (vera_login, mut vera) = attendee(&server, &event, "Vera").await;
    let (walt_login, walt) = attendee(&server, &event, "Walt").await;
    let (vera_id, walt_id) = (vera.me.participant.to_string(), walt.me.participant.to_string());
    for number in 0..3 {
        done(&mut vera, direct(walt.me.participant, &number.to_string())).await;
    }
    let of_vera = page(&server, &vera_login, &walt_id, "").await.expect("hers");
    assert_eq!((of_vera.entries.len(), of_vera.has_more), (3, false));
    let before = format!("?before={}", of_vera.entries[2].position.number());
    assert_eq!(page(&server, &vera_login, &walt_id, &before).await.map(|page| page.entries), Ok(of_vera.entries[..2].to_vec()));
    assert_eq!(page(&server, &walt_login, &vera_id, "").await.map(|page| page.entries.len()), Ok(3));
    let mo = sign_in_as(server.http(), &event, "Mo").await;
    for with in [&vera_id, &walt_id] {
        assert_eq!(page(&server, &mo, with, "").await, Ok(InboxPage::default()));
    }
    for (with, before) in
        [("nobody", ""), (&walt_id, "?before=x"), (&walt_id, "?before=-1"), (&walt_id, "?before=99999999999999999999")]
    {
        assert_eq!(page(&server, &vera_login, with, before).await, Err(400), "{with} {before}");
    }
    let mut nobody = vera_login.clone();
    nobody.token = "a guess".into();
    assert_eq!(page(&server, &nobody, &walt_id, "").await, Err(401));
    server.stop().await;
}

#[tokio::test]
async fn whoever_asks_for_no_inbox_is_told_nothing_of_it() {
    let (server, event) = show().await;
    let mut old = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    let (_, mut walt) = attendee(&server, &event, "Walt").await;
    done(&mut walt, direct(old.me.participant, "hi")).await;
    old.say("a word in the room").await;
    old.hears("a word in the room").await;
    assert!(old.entries.is_empty() && old.inbox.is_none());
    server.stop().await;
}

/// Says something in the room that mentions these; the id of the message.
async fn mention(client: &mut TestClient, text: &str, mentions: Vec<ParticipantId>) -> MessageId {
    let body = CommandBody::SendMessage { text: text.to_owned(), reply_to: None, mentions };
    let id = client.post(body).await;
    assert!(matches!(client.reply_to(id).await, Outcome::Accepted { .. }));
    id.into()
}

fn mentions(client: &TestClient) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for entry in &client.entries {
        if let InboxEntryBody::Mentioned { by: Peer { name, .. }, excerpt, .. } = &entry.body {
            found.push((name.as_str(), excerpt.as_str()));
        }
    }
    found
}

#[tokio::test]
async fn whoever_is_mentioned_in_a_room_hears_of_it_unless_it_names_a_crowd_or_is_gone() {
    let (server, event) = show().await;
    let (login, mut vera) = attendee(&server, &event, "Vera").await;
    let (_, mut walt) = attendee(&server, &event, "Walt").await;
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    let mut guests = Vec::new();
    for number in 0..10 {
        guests.push(attendee(&server, &event, &format!("Guest {number}")).await.1);
    }
    let crowd = guests.iter().map(|guest| guest.me.participant).chain([vera.me.participant]).collect();
    mention(&mut walt, "all of you", crowd).await;
    let message = mention(&mut walt, "  @Vera,\nlook ", vec![vera.me.participant]).await;
    vera.until("the mention", |client| !mentions(client).is_empty()).await;
    assert_eq!(mentions(&vera), [("Walt", "@Vera, look")], "the crowd was not notified");
    // Read in the room, on whichever device, it is read.
    let strand = Strand::Room { room: event.room };
    let up_to = vera.seq;
    done(&mut vera, InboxCommandBody::MarkRead { strand, up_to }).await;
    mo.done(CommandBody::RemoveMessage { message }).await;
    let gone = |client: &TestClient| client.entries.iter().any(|entry| entry.body == InboxEntryBody::Unmentioned { message });
    vera.until("that it is gone", gone).await;
    let again = connected(&server, &login).await;
    let stands = again.inbox.expect("from the beginning");
    assert!(stands.mentions.is_empty() && stands.rooms.len() == 1, "{stands:?}");
    server.stop().await;
}

#[tokio::test]
async fn of_a_note_that_mentions_them_the_crew_hear_and_nobody_else_and_what_is_read_of_notes_is_read_apart() {
    let (server, event) = show().await;
    let (_, mut vera) = attendee(&server, &event, "Vera").await;
    let login = sign_in_as(server.http(), &event, "Mo").await;
    let mut mo = connected(&server, &login).await;
    let mut ada = connected(&server, &sign_in_as(server.http(), &event, "Ada").await).await;
    let note = |text: &str| CommandBody::SendNote {
        text: text.to_owned(),
        reply_to: None,
        mentions: vec![vera.me.participant, mo.me.participant],
    };
    let (kept, gone) = (ada.post(note("@Mo, one more minute")).await, ada.post(note("@Mo, no")).await);
    mo.until("both", |client| mentions(client).len() == 2).await;
    assert_eq!(mentions(&mo)[0], ("Ada", "@Mo, one more minute"));
    let is_note = |entry: &InboxEntry| matches!(entry.body, InboxEntryBody::Mentioned { notes: true, .. });
    assert!(mo.entries.iter().all(is_note), "{:?}", mo.entries);
    ada.done(CommandBody::RemoveNote { note: gone.into() }).await;
    let taken = |client: &TestClient| {
        client.entries.iter().any(|entry| entry.body == InboxEntryBody::Unmentioned { message: gone.into() })
    };
    mo.until("that it is gone", taken).await;
    let up_to = mo.seq;
    done(&mut mo, InboxCommandBody::MarkRead { strand: Strand::Notes { room: event.room }, up_to }).await;
    let stands = connected(&server, &login).await.inbox.expect("from the beginning");
    let told: Vec<_> = stands.mentions.iter().map(|entry| &entry.body).collect();
    assert!(matches!(told[..], [InboxEntryBody::Mentioned { message, .. }] if *message == kept.into()), "{told:?}");
    assert_eq!((stands.rooms, stands.notes), (Vec::new(), vec![RoomRead { room: event.room, up_to }]));
    // Vera would have heard of it before of what comes after it.
    mention(&mut ada, "@Vera", vec![vera.me.participant]).await;
    vera.until("the mention", |client| !mentions(client).is_empty()).await;
    assert_eq!(mentions(&vera), [("Ada", "@Vera")]);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_muted_writes_to_nobody_until_they_are_not() {
    let (server, event) = show().await;
    let (login, mut vera) = attendee(&server, &event, "Vera").await;
    let (_, walt) = attendee(&server, &event, "Walt").await;
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    let (vera_id, walt_id) = (vera.me.participant, walt.me.participant);
    mo.done(CommandBody::Sanction { participant: vera_id, act: SanctionAct::Mute }).await;
    assert_eq!(refusal(&mut vera, direct(walt_id, "psst")).await, Refusal::Muted);
    let server = server.restart().await;
    let mut vera = connected(&server, &login).await;
    assert_eq!(refusal(&mut vera, direct(walt_id, "psst")).await, Refusal::Muted, "the room knows it after a restart");
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    mo.done(CommandBody::LiftSanction { participant: vera_id, kind: None }).await;
    done(&mut vera, direct(walt_id, "thank you")).await;
    walt.vanish();
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_muted_stays_so_after_a_restart_though_nobody_is_in_the_room_that_says_so() {
    let (server, event) = show().await;
    let (mut login, vera) = attendee(&server, &event, "Vera").await;
    let (walts, walt) = attendee(&server, &event, "Walt").await;
    let (vera_id, walt_id) = (vera.me.participant, walt.me.participant);
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    mo.done(CommandBody::Sanction { participant: vera_id, act: SanctionAct::Mute }).await;
    drop((vera, walt, mo));
    let lounge = RoomId::random();
    let (of, id) = (event.room.to_string(), lounge.to_string());
    let sql = "INSERT INTO rooms (id, event_id, kind, title, created_at) SELECT ?1, event_id, 'lounge', 'Lounge', 1 FROM rooms WHERE id = ?2";
    let server = server
        .restart_after(|database| {
            database.execute(sql, [&id, &of]).expect("written");
        })
        .await;
    login.room = lounge;
    let mut vera = connected(&server, &login).await;
    assert_eq!(refusal(&mut vera, direct(walt_id, "psst")).await, Refusal::Muted);
    let mut walt = connected(&server, &Login { room: lounge, ..walts }).await;
    done(&mut walt, direct(vera_id, "others write")).await;
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    mo.done(CommandBody::LiftSanction { participant: vera_id, kind: None }).await;
    done(&mut vera, direct(walt_id, "thank you")).await;
    server.stop().await;
}

#[tokio::test]
async fn a_direct_message_that_is_reported_is_shown_to_moderators_with_what_came_before_and_to_nobody_else() {
    let (server, event) = show().await;
    let (_, mut vera) = attendee(&server, &event, "Vera").await;
    let (_, mut walt) = attendee(&server, &event, "Walt").await;
    let mut mo = connected(&server, &sign_in_as(server.http(), &event, "Mo").await).await;
    let (vera_id, walt_id) = (vera.me.participant, walt.me.participant);
    done(&mut walt, direct(vera_id, "hello")).await;
    let rude = vera.post_to_inbox(direct(walt_id, "go away")).await;
    assert!(matches!(vera.reply_to(rude).await, Outcome::Accepted { .. }));
    done(&mut vera, direct(walt_id, "and stay there")).await;
    reads(&mut walt, "and stay there").await;
    let report = |message: CommandId| InboxCommandBody::Report {
        message: message.into(),
        from: Some(vera_id),
        reason: "Rude".to_owned(),
    };
    assert_eq!(refusal(&mut vera, report(rude)).await, Refusal::NoSuchMessage, "one's own");
    assert_eq!(refusal(&mut mo, report(rude)).await, Refusal::NoSuchMessage, "others'");
    done(&mut walt, report(rude)).await;
    let reported = |client: &TestClient| {
        let report = |body: &UpdateBody| if let UpdateBody::Reported { report } = body { Some(report.clone()) } else { None };
        client.updates.iter().find_map(|update| report(&update.body))
    };
    mo.until("the report", |client| reported(client).is_some()).await;
    let report = reported(&mo).expect("it came");
    let words: Vec<_> = report.context.iter().map(|said| (said.name.as_str(), said.text.as_str())).collect();
    assert_eq!(words, [("Walt", "hello"), ("Vera", "go away")], "and nothing of after it");
    assert_eq!((report.name.as_str(), report.reason.as_str()), ("Walt", "Rude"));
    assert_eq!(report.target, ReportTarget::Person { participant: vera_id });
    vera.say("what was that").await;
    walt.hears("what was that").await;
    assert!(reported(&vera).is_none() && reported(&walt).is_none());
    server.stop().await;
}
