use houselights_shared::{SessionId, SpeakerId, Timestamp};

use super::*;
use crate::mail::{Amount, AndTheMoney, AndThePlace, Change, Registered, ReminderWhen, Speaking};

const SECRET: &str = "https://live.example/join/s3cr3t?a=1&b=2";
const PAGE: &str = "https://live.example/e/opening";

fn about() -> Registered {
    Registered {
        name: "Ada <b>Lovelace</b>".to_owned(),
        event: "Opening & closing { $name }".to_owned(),
        // 3 December 2026, 18:00 UTC.
        starts_at: Timestamp::from_micros(1_796_320_800_000_000),
        time_zone: "Europe/Berlin".to_owned(),
        ticket: "Day pass".to_owned(),
    }
}

fn cancelled(reason: &str, money: AndTheMoney) -> Message {
    Message::Cancelled { about: about(), reason: Some(reason.to_owned()), money }
}

fn ended(about: &Registered, by_themselves: bool, (refund, kept): (Option<Amount>, Option<Amount>)) -> Message {
    Message::PlaceCancelled { about: about.clone(), had_place: true, by_themselves, refund, kept }
}

fn refunded(about: &Registered, place: AndThePlace) -> Message {
    Message::Refunded { about: about.clone(), amount: 1250, currency: "EUR".to_owned(), place }
}

fn on_its_way(about: &Registered, place: AndThePlace) -> Message {
    Message::RefundOnItsWay { about: about.clone(), amount: 1250, currency: "EUR".to_owned(), place }
}

fn every_change(later: Timestamp, (id, speaker): (SessionId, SpeakerId)) -> Vec<Change> {
    vec![
        Change::Time { was: later },
        Change::Title { was: "Old".to_owned() },
        Change::TimeZone { was: "Europe/Lisbon".to_owned() },
        Change::SessionTime { session: "Keynote".to_owned(), starts_at: later, id: None },
        Change::SessionCancelled { session: "Panel".to_owned(), id: None },
        Change::End { ends_at: later },
        Change::SessionEnd { session: "Keynote".to_owned(), ends_at: later, id },
        Change::SessionTitle { session: "Keynote".to_owned(), was: "Opening".to_owned(), id },
        Change::SessionRoom { session: "Keynote".to_owned(), room: Some("Hall".to_owned()), id },
        Change::SessionRoom { session: "Keynote".to_owned(), room: None, id },
        Change::SessionSpeakers { session: "Keynote".to_owned(), speakers: vec!["Grace".to_owned()], id },
        Change::SessionSpeakers { session: "Keynote".to_owned(), speakers: Vec::new(), id },
        Change::SessionRestored { session: "Keynote".to_owned(), starts_at: later, id },
        Change::SpeaksIn { session: "Keynote".to_owned(), starts_at: later, id, speaker },
        Change::SpeaksNoMore { session: "Keynote".to_owned(), id, speaker },
    ]
}

/// Of what does not take place, of places that end, and of what becomes of the money.
fn of_an_end(about: &Registered) -> Vec<Message> {
    let paid = || Some((1250, "EUR".to_owned()));
    vec![
        cancelled("The house is flooded.\nSorry!", AndTheMoney::None),
        cancelled("The house is flooded.\nSorry!", AndTheMoney::GoesBack),
        cancelled("The house is flooded.\nSorry!", AndTheMoney::Unsaid),
        ended(about, false, (None, None)),
        ended(about, false, (paid(), None)),
        ended(about, false, (None, paid())),
        ended(about, true, (None, paid())),
        Message::WrongAmount { about: about.clone(), came: (1249, "EUR".to_owned()), asked: (1250, "EUR".to_owned()) },
        refunded(about, AndThePlace::Ends),
        refunded(about, AndThePlace::Stays),
        refunded(about, AndThePlace::NeverWas),
        on_its_way(about, AndThePlace::Ends),
        on_its_way(about, AndThePlace::Stays),
    ]
}

fn every_kind() -> Vec<Message> {
    let about = about();
    let later = Timestamp::from_micros(1_796_400_000_000_000);
    let (id, speaker) = (SessionId::random(), SpeakerId::random());
    let speaking = Speaking {
        speaker,
        name: "Grace".to_owned(),
        event: about.event.clone(),
        starts_at: about.starts_at,
        time_zone: about.time_zone.clone(),
        sessions: vec![id],
    };
    let what = every_change(later, (id, speaker));
    let mut kinds = vec![
        Message::MagicLink { device: String::new() },
        Message::Confirmation(about.clone()),
        Message::Waiting(about.clone()),
        Message::PaymentUnderWay(about.clone()),
        Message::PaymentFailed(about.clone()),
        Message::PlaceRanOut(about.clone()),
        Message::PlaceFree { about: about.clone(), until: None },
        Message::PlaceFree { about: about.clone(), until: Some(later) },
        Message::Changed { about: about.clone(), what: what.clone() },
        Message::SpeakerChanged { about: speaking.clone(), what },
        Message::SpeakerCancelled { about: speaking.clone(), reason: Some("Rain".to_owned()) },
        Message::SpeakerOff(speaking.clone()),
        Message::SpeakerMoved(speaking.clone()),
        Message::SpeakerInvitation {
            name: "Grace".to_owned(),
            event: about.event.clone(),
            starts_at: about.starts_at,
            time_zone: about.time_zone.clone(),
            sessions: vec!["Keynote".to_owned(), "Panel".to_owned()],
            speaker: Some(speaker),
            entries: vec![id],
        },
    ];
    kinds.extend(of_an_end(&about));
    kinds.push(Message::SessionReminder {
        about: about.clone(),
        session: id,
        title: "Keynote".to_owned(),
        begins_at: later,
        room: Some("Attic".to_owned()),
        room_id: None,
    });
    for when in [ReminderWhen::Day, ReminderWhen::Hour, ReminderWhen::Minutes] {
        kinds.push(Message::Reminder { when, about: about.clone() });
        let (title, room) = ("Keynote".to_owned(), Some("Attic".to_owned()));
        kinds.push(Message::SpeakerReminder { about: speaking.clone(), when, session: id, title, begins_at: later, room });
    }
    for role in ["owner", "organizer", "producer", "moderator"] {
        let (organisation, by) = ("The House".to_owned(), "Linus".to_owned());
        let server = "https://events.example.org".to_owned();
        kinds.push(Message::MemberAdded { name: Some("Ada".to_owned()), organisation, role: role.to_owned(), by, server });
    }
    kinds
}

fn links() -> Links {
    Links { web: Some(SECRET.to_owned()), page: Some(PAGE.to_owned()), app: None }
}

#[test]
fn every_kind_has_all_its_words_and_its_links_in_both_forms() {
    for message in every_kind() {
        let mail = compose(&message, &links(), &Own::default());
        for text in [&mail.subject, &mail.text, &mail.html] {
            for missing in ["mail-", "staff-role-", "{$", "undefined"] {
                let shown = text.replace("-webkit-", "");
                assert!(!shown.contains(missing), "{message:?} misses {missing}: {text}");
            }
        }
        assert!(mail.text.contains(SECRET) && mail.text.contains(PAGE), "{}", mail.text);
        assert!(mail.html.contains("s3cr3t?a=1&amp;b=2\"") && mail.html.starts_with("<!doctype html>\n<html"), "{}", mail.html);
        assert!(!mail.subject.contains('\n') && !mail.subject.is_empty());
        assert!(mail.text.contains("You get this mail because"), "{}", mail.text);
    }
}

#[test]
fn who_has_no_place_is_not_told_that_they_are_registered() {
    let place_free = Message::PlaceFree { about: about(), until: Some(about().starts_at) };
    for message in [
        Message::Waiting(about()),
        place_free,
        Message::PaymentUnderWay(about()),
        Message::PaymentFailed(about()),
        Message::PlaceRanOut(about()),
        ended(&about(), true, (None, None)),
        refunded(&about(), AndThePlace::Ends),
        cancelled("Ill", AndTheMoney::None),
    ] {
        let mail = compose(&message, &links(), &Own::default());
        assert!(!mail.text.contains("because you are registered"), "{}", mail.text);
        assert!(mail.text.contains("because somebody registered for"), "{}", mail.text);
    }
    let beside = compose(&refunded(&about(), AndThePlace::Stays), &links(), &Own::default());
    assert!(beside.text.contains("stay as they are") && !beside.text.contains("no longer valid"), "{}", beside.text);
}

#[test]
fn a_confirmation_reads_like_this() {
    let mail = compose(
        &Message::Confirmation(Registered { name: "Ada".to_owned(), event: "Opening night".to_owned(), ..about() }),
        &links(),
        &Own::default(),
    );
    assert_eq!(mail.subject, "You are registered: Opening night");
    assert_eq!(
        mail.text,
        "Hello Ada,\n\nYou are registered for Opening night. We look forward to seeing you.\n\n\
         Keep this mail: its link takes you in when it begins. Sign in to the app with this address to put your own agenda together \
         before that.\n\n\
         When: Thursday, 3 December 2026, 19:00 (Europe/Berlin, UTC+1)\nTicket: Day pass\n\n\
         Open the event:\nhttps://live.example/join/s3cr3t?a=1&b=2\n\n\
         The event’s page:\nhttps://live.example/e/opening\n\n\
         -- \nThe link is meant for you: whoever has it can use it.\n\
         You get this mail because you are registered for Opening night.\n"
    );
}

#[test]
fn names_and_titles_are_neither_markup_nor_placeables() {
    let mail = compose(&Message::Confirmation(about()), &links(), &Own::default());
    assert!(mail.html.contains("Ada &lt;b&gt;Lovelace") && !mail.html.contains("<b>"), "{}", mail.html);
    assert!(mail.subject.ends_with("Opening & closing { $name }"), "{}", mail.subject);
}

#[test]
fn marks_that_turn_text_and_line_breaks_are_taken_out_of_variables() {
    let event = "Opening\u{202E}thgin\r\nBcc: x@example.com".to_owned();
    let mail = compose(&Message::Confirmation(Registered { event, ..about() }), &links(), &Own::default());
    assert_eq!(mail.subject, "You are registered: Openingthgin Bcc: x@example.com");
    assert!(!mail.text.contains('\u{202E}') && !mail.html.contains('\u{202E}'));
}

#[test]
fn an_events_own_texts_take_the_place_of_ours() {
    let own = Own {
        subject: Some("Welcome, { $name }\r\nto { $event }".to_owned()),
        body: Some("Dear { $name },\r\n\r\n<i>see you</i> on { $when }\nwith { $ticket }".to_owned()),
        accent: Some("#112233".to_owned()),
    };
    let mail = compose(&Message::Confirmation(Registered { name: "Ada".to_owned(), ..about() }), &links(), &own);
    assert_eq!(mail.subject, "Welcome, Ada to Opening & closing { $name }");
    let begins =
        "Dear Ada,\n\n<i>see you</i> on Thursday, 3 December 2026, 19:00 (Europe/Berlin, UTC+1)\nwith Day pass\n\nWhen: ";
    assert!(mail.text.starts_with(begins), "{}", mail.text);
    assert!(mail.html.contains("&lt;i&gt;see you&lt;") && mail.html.contains("<br>with Day pass"), "{}", mail.html);
    assert!(mail.html.contains("background:#112233; color:#ffffff"), "{}", mail.html);
    // What leads in stays ours.
    assert!(mail.text.contains(SECRET));
}

#[test]
fn own_texts_that_are_no_fluent_stay_as_they_are_and_blank_ones_count_for_nothing() {
    let own = Own { subject: Some("{ $name".to_owned()), body: Some(" \n ".to_owned()), accent: Some("red;}".to_owned()) };
    let mail = compose(&Message::Confirmation(about()), &links(), &own);
    assert_eq!(mail.subject, "{ $name");
    assert!(mail.text.starts_with("Hello Ada") && !mail.html.contains("red;}"));
}

#[test]
fn long_texts_are_bounded() {
    let long = "x".repeat(100_000);
    let own = Own { subject: Some(long.clone()), body: Some(long.clone()), accent: None };
    let mail = compose(&Message::Confirmation(Registered { event: long, ..about() }), &links(), &own);
    assert_eq!(mail.subject.chars().count(), 200);
    assert!(mail.text.len() < 12_000 && mail.html.len() < 20_000, "{} {}", mail.text.len(), mail.html.len());
}

#[test]
fn without_a_link_of_ones_own_the_button_leads_to_the_page() {
    let cancelled = cancelled("The house is flooded.\nSorry!", AndTheMoney::None);
    let mail = compose(&cancelled, &Links { web: None, ..links() }, &Own::default());
    assert!(
        mail.text.contains("See the event:\nhttps://live.example/e/opening") && !mail.text.contains("meant for you"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("\n\nThe house is flooded.\nSorry!\n\n"), "{}", mail.text);
    assert_eq!(mail.text.matches(PAGE).count(), 1);
    let nothing = compose(&cancelled, &Links::default(), &Own::default());
    assert!(!nothing.text.contains("http") && !nothing.html.contains("<a "));
}

#[test]
fn an_organizers_own_text_does_not_lose_what_is_different_or_why() {
    let own = |body: &str| Own { body: Some(body.to_owned()), ..Own::default() };
    let what =
        vec![Change::Title { was: "Closing".to_owned() }, Change::SessionCancelled { session: "Panel".to_owned(), id: None }];
    let mail = compose(&Message::Changed { about: about(), what }, &links(), &own("Dear guest,\n\nsorry for the mess."));
    for said in ["sorry for the mess.", "It was called “Closing”.", "“Panel” does not take place."] {
        assert!(mail.text.contains(said) && mail.html.contains(said), "{said}: {}", mail.text);
    }
    let cancelled = cancelled("The roof leaks.", AndTheMoney::None);
    for body in ["It is off.", "It is off: { $reason }"] {
        let mail = compose(&cancelled, &links(), &own(body));
        assert_eq!(mail.text.matches("The roof leaks.").count(), 1, "{}", mail.text);
    }
}

#[test]
fn a_ticket_says_where_the_app_is_whatever_the_organizer_writes() {
    let at = Links { app: Some("https://show.example/app".to_owned()), ..links() };
    let own = Own { body: Some("Come!".to_owned()), ..Own::default() };
    for own in [Own::default(), own] {
        let mail = compose(&Message::Confirmation(about()), &at, &own);
        assert!(mail.text.contains("Get it here: https://show.example/app\n"), "{}", mail.text);
    }
    assert!(!compose(&Message::Confirmation(about()), &links(), &Own::default()).text.contains("Get it here"));
}
