use houselights_shared::{MAX_MENTIONS, MAX_MESSAGE_CHARS, SNAPSHOT_MESSAGES};

use super::*;
use crate::HELD_MESSAGES;

fn send(text: &str) -> CommandBody {
    CommandBody::say(text.to_owned())
}

#[test]
fn everyone_may_talk_in_the_chat() {
    let mut stage = Stage::new();
    for (number, role) in
        (1..).zip([Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer, Role::Unknown])
    {
        stage.say(&actor(number, role), "hello");
    }
    assert_eq!(stage.crew_view().chat.len(), 6);
}

#[test]
fn a_message_is_trimmed_and_carries_its_commands_id_and_its_authors_name() {
    let mut stage = Stage::new();
    let vera = actor(1, Role::Attendee);
    let id = stage.say(&vera, " \n hi\u{7} there ");
    let said = &stage.crew_view().chat[0];
    assert_eq!((said.id, said.text.as_str(), said.name.as_str(), said.author), (id, "hi there", "Person 1", vera.participant));
    assert_eq!(said.at, stage.now);
}

#[test]
fn a_message_without_text_is_refused() {
    let mut stage = Stage::new();
    for text in ["", "  \n ", "\u{0}\u{1}", "\u{200B}"] {
        assert_eq!(stage.refused(&actor(1, Role::Attendee), send(text)), Refusal::MessageEmpty);
    }
}

#[test]
fn the_longest_message_is_2000_characters_after_trimming() {
    let mut stage = Stage::new();
    let vera = actor(1, Role::Attendee);
    let longest = "é".repeat(MAX_MESSAGE_CHARS);
    stage.say(&vera, &format!("  {longest}\n"));
    assert_eq!(stage.crew_view().chat[0].text, longest);
    assert_eq!(stage.refused(&vera, send(&format!("{longest}!"))), Refusal::MessageTooLong);
}

#[test]
fn authors_remove_their_own_messages_and_moderators_everybodys() {
    let mut stage = Stage::new();
    let (vera, walt) = (actor(1, Role::Attendee), actor(2, Role::Attendee));
    let remove = |message| CommandBody::RemoveMessage { message };
    let first = stage.say(&vera, "one");
    assert_eq!(stage.refused(&walt, remove(first)), Refusal::NotAllowed);
    assert_eq!(stage.refused(&actor(3, Role::Speaker), remove(first)), Refusal::NotAllowed);
    assert_eq!(stage.done(&vera, remove(first)), [UpdateBody::MessageRemoved { message: first }]);
    for role in [Role::Moderator, Role::Producer, Role::Organizer] {
        let message = stage.say(&vera, "two");
        stage.done(&actor(4, role), remove(message));
    }
    let chat = stage.crew_view().chat;
    assert!(
        chat.iter().all(|said| said.gone.is_some() && !said.text.is_empty()),
        "who looks after the chat sees what was said"
    );
    let chat = stage.room.snapshot(Role::Attendee).chat;
    assert!(chat.iter().all(|said| said.gone.is_some_and(|gone| gone.by.is_none()) && said.text.is_empty()));
}

#[test]
fn what_its_author_changes_is_not_pinned_any_more_unless_they_may_pin() {
    let (mo, vera) = (actor(1, Role::Moderator), actor(2, Role::Attendee));
    let mut stage = Stage::with(&[&mo, &vera]);
    let edit = |message, text: &str| CommandBody::EditMessage { message, text: text.to_owned(), mentions: Vec::new() };
    let theirs = stage.say(&vera, "Lunch is at noon");
    let other = stage.say(&vera, "Thanks");
    stage.done(&mo, CommandBody::PinMessage { message: theirs });
    assert_eq!(stage.done(&vera, edit(other, "Thank you")).len(), 1, "another one is not pinned");
    let edited = UpdateBody::MessageEdited { message: theirs, text: "Buy my book".to_owned(), mentions: Vec::new() };
    assert_eq!(stage.done(&vera, edit(theirs, "Buy my book")), [UpdateBody::Unpinned, edited]);
    assert_eq!(stage.room.snapshot(Role::Attendee).pinned, None);
    stage.done(&mo, CommandBody::PinMessage { message: theirs });
    assert_eq!(stage.done(&vera, edit(theirs, "Buy my book")), [UpdateBody::HIDDEN], "that says the same");
    let own = stage.say(&mo, "Lunch is at one");
    stage.done(&mo, CommandBody::PinMessage { message: own });
    stage.done(&mo, edit(own, "Lunch is at two"));
    let pinned = stage.room.snapshot(Role::Attendee).pinned.map(|pinned| pinned.text);
    assert_eq!(pinned.as_deref(), Some("Lunch is at two"));
}

#[test]
fn what_was_pinned_as_it_was_hidden_is_pinned_again_unless_something_else_was_since() {
    let (mut stage, mo, vera) = (Stage::new(), actor(4, Role::Moderator), actor(2, Role::Attendee));
    let [one, other] = ["Lunch is at noon", "Lunch is at two"].map(|text| stage.say(&vera, text));
    let pinned = |stage: &Stage| stage.room.snapshot(Role::Attendee).pinned.map(|pinned| pinned.id);
    let pin = |message| CommandBody::PinMessage { message };
    let hide = |message| CommandBody::HideMessage { message };
    let show = |message| CommandBody::ShowMessage { message };
    stage.done(&mo, pin(one));
    for _ in 0..2 {
        stage.done(&mo, hide(one));
        assert_eq!(pinned(&stage), None);
        assert_eq!(stage.done(&mo, show(one)).len(), 2);
        assert_eq!(pinned(&stage), Some(one));
    }
    stage.done(&mo, hide(one));
    stage.done(&mo, pin(other));
    stage.done(&mo, show(one));
    assert_eq!(pinned(&stage), Some(other));
    stage.done(&mo, CommandBody::UnpinMessage { message: one });
    assert_eq!(pinned(&stage), Some(other), "it is another that is pinned by now");
    stage.done(&mo, CommandBody::UnpinMessage { message: other });
    for message in [one, other] {
        stage.done(&mo, hide(message));
        stage.done(&mo, show(message));
        assert_eq!(pinned(&stage), None, "nothing was when they were hidden");
    }
}

#[test]
fn what_is_announced_in_place_of_what_one_ends_stays() {
    let mo = actor(1, Role::Moderator);
    let mut stage = Stage::with(&[&mo]);
    let announced = |stage: &Stage| stage.room.snapshot(Role::Attendee).announcement.map(|announcement| announcement.id);
    let [first, second] = ["Lunch is at noon", "Lunch is at two"].map(|text| {
        stage.done(&mo, CommandBody::Announce { text: text.to_owned() });
        announced(&stage).unwrap()
    });
    stage.done(&mo, CommandBody::EndAnnouncement { announcement: first });
    assert_eq!(announced(&stage), Some(second));
    stage.done(&mo, CommandBody::EndAnnouncement { announcement: second });
    assert_eq!(announced(&stage), None);
}

#[test]
fn whoever_changes_or_takes_out_their_own_words_is_not_told_to_have_unpinned_them() {
    let (mo, vera) = (actor(1, Role::Moderator), actor(2, Role::Attendee));
    let mut stage = Stage::with(&[&mo, &vera]);
    let remove = |message| CommandBody::RemoveMessage { message };
    let edit = |message| CommandBody::EditMessage { message, text: "else".to_owned(), mentions: Vec::new() };
    let acts: [(&Actor, &dyn Fn(MessageId) -> CommandBody, _); 3] =
        [(&vera, &edit, None), (&vera, &remove, None), (&mo, &remove, Some(mo.participant))];
    for (who, act, by) in acts {
        let message = stage.say(&vera, "Lunch is at noon");
        stage.done(&mo, CommandBody::PinMessage { message });
        stage.done(who, act(message));
        let [.., unpinned, done] = stage.published.as_slice() else { panic!("two entries") };
        assert_eq!((&unpinned.body, unpinned.by), (&UpdateBody::Unpinned, by));
        assert_eq!(done.by, Some(who.participant));
    }
}

#[test]
fn a_message_is_removed_once() {
    let mut stage = Stage::new();
    let vera = actor(1, Role::Attendee);
    let message = stage.say(&vera, "one");
    stage.done(&vera, CommandBody::RemoveMessage { message });
    assert_eq!(stage.refused(&vera, CommandBody::RemoveMessage { message }), Refusal::NoSuchMessage);
}

#[test]
fn nobody_can_send_under_the_id_of_anothers_message() {
    let mut stage = Stage::new();
    stage.say(&actor(1, Role::Attendee), "mine");
    let id = command_id(stage.commands);
    let outcome = stage.repeat(&actor(2, Role::Attendee), id, send("no, mine"));
    assert_eq!(outcome, Outcome::Refused { refusal: Refusal::Malformed, retry_after_ms: None });
}

#[test]
fn an_id_is_nobodys_again_however_long_ago_it_was_used_and_for_whatever() {
    let mut stage = Stage::new();
    let (vera, walt, ada) = (actor(1, Role::Attendee), actor(2, Role::Attendee), actor(3, Role::Speaker));
    stage.arrive(&ada);
    let first = stage.say(&vera, "mine");
    let id = command_id(stage.commands);
    for number in 0..HELD_MESSAGES {
        stage.say(&vera, &number.to_string());
    }
    assert_eq!(stage.refused(&vera, CommandBody::RemoveMessage { message: first }), Refusal::NoSuchMessage, "it is too old");
    let note = CommandBody::SendNote { text: "hers".to_owned(), reply_to: None, mentions: Vec::new() };
    let refused = Outcome::Refused { refusal: Refusal::Malformed, retry_after_ms: None };
    for _restart in 0..2 {
        assert_eq!(stage.repeat(&walt, id, send("his")), refused);
        assert_eq!(stage.repeat(&ada, id, note.clone()), refused);
        stage.room = stage.replayed();
    }
    let before = stage.crew_view().chat;
    assert!(matches!(stage.repeat(&vera, id, send("mine")), Outcome::Accepted { .. }), "it was said");
    assert_eq!(stage.crew_view().chat, before, "and is not said again");
}

#[test]
fn whom_a_message_names_is_counted_before_anybody_is_looked_for() {
    let mut stage = Stage::new();
    let (vera, nobody) = (actor(1, Role::Attendee), actor(9, Role::Attendee).participant);
    let crowd = || vec![nobody; MAX_MENTIONS + 1];
    let said = stage.say(&vera, "hello");
    for body in [
        CommandBody::SendMessage { text: "hi".to_owned(), reply_to: None, mentions: crowd() },
        CommandBody::EditMessage { message: said, text: "hi".to_owned(), mentions: crowd() },
    ] {
        assert_eq!(stage.refused(&vera, body), Refusal::TooManyMentions);
    }
}

#[test]
fn a_snapshot_has_the_latest_messages_and_older_ones_can_still_be_removed() {
    let mut stage = Stage::new();
    let vera = actor(1, Role::Attendee);
    let first = stage.say(&vera, "first");
    for _ in 0..SNAPSHOT_MESSAGES {
        stage.say(&vera, "more");
    }
    assert_eq!(stage.crew_view().chat.len(), SNAPSHOT_MESSAGES);
    assert!(stage.crew_view().chat.iter().all(|said| said.text == "more"));
    assert_eq!(
        stage.done(&vera, CommandBody::RemoveMessage { message: first }),
        [UpdateBody::MessageRemoved { message: first }]
    );
    assert_eq!(stage.crew_view().chat.len(), SNAPSHOT_MESSAGES);
}

#[test]
fn who_wrote_very_old_messages_is_forgotten() {
    let mut stage = Stage::new();
    let vera = actor(1, Role::Attendee);
    let first = stage.say(&vera, "first");
    let second = stage.say(&vera, "second");
    for _ in 1..HELD_MESSAGES {
        stage.say(&vera, "more");
    }
    assert_eq!(stage.refused(&vera, CommandBody::RemoveMessage { message: first }), Refusal::NoSuchMessage);
    stage.done(&vera, CommandBody::RemoveMessage { message: second });
}
