//! The page's types and limits, generated from this crate so that the two cannot drift apart.

use ts_rs::{Config, TS};

macro_rules! declare {
    ($out:ident, $config:ident: $($ty:ty),* $(,)?) => {
        $(
            if let Some(docs) = <$ty as TS>::docs() { $out.push_str(&docs); }
            $out.push_str("export ");
            $out.push_str(&<$ty as TS>::decl($config));
            $out.push_str("\n\n");
        )*
    };
}

/// The content of `ui/src/protocol/index.ts`.
#[must_use]
pub fn declarations() -> String {
    use crate as p;
    let config = &Config::default();
    let mut out = String::from("// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.\n\n");
    declare!(out, config:
        p::EventId, p::RoomId, p::SessionId, p::CueId, p::ParticipantId, p::DeviceId, p::CommandId, p::MessageId, p::Token, p::Timestamp, p::Seq, p::Version, p::Refusal,
        p::Role, p::Action, p::Sending, p::CrewMember, p::AskedId, p::PollId, p::ReportId, p::Message, p::Gone, p::MessagePage, p::AuditEntry, p::AuditPerson, p::AuditPage, p::Announcement, p::Question, p::Asker, p::Standing, p::Answer, p::QuestionCount, p::PollKind, p::ResultsShown, p::PollForm, p::Poll, p::PollPhase, p::Choice, p::Tally, p::WordCount, p::Leader, p::NamedVote, p::VotesPage, p::Overlay, p::RaisedHand, p::Reaction, p::ReactionCount, p::RoomRules, p::RulesEdit, p::Sanction, p::SanctionKind, p::SanctionAct, p::Sanctioned, p::ReportTarget, p::Report, p::LobbyGuest, p::Mine, p::OwnVote, p::Phase, p::Layout, p::Scene, p::SceneEdit, p::Command, p::CommandBody, p::Outcome,
        p::Reply, p::Update, p::UpdateBody, p::Snapshot, p::CrewView, p::RunOfShow, p::PlannedPoll, p::PlannedScene, p::PlannedSession, p::CastMember, p::Cue, p::CalledCue, p::Signal, p::SignalBody, p::Level, p::SlotMap,
        p::MediaOffer, p::MediaOutcome, p::MediaAnswer, p::InviteCard, p::EventRooms, p::PeoplePage, p::PersonCard, p::PersonDetails, p::Profile, p::ShownTo, p::OwnProfile, p::RoomCard, p::SessionSlot, p::LoginRequest, p::Login, p::SignInRequest, p::SignInAsked, p::SignInConfirmation, p::SignedIn, p::SignInWays, p::ProviderSignIn, p::ProviderSignInAsked, p::PersonId, p::ClientFrame,
        p::InboxCommand, p::InboxCommandBody, p::Strand, p::DirectsFrom, p::Peer, p::InboxEntry, p::InboxEntryBody, p::InboxNews, p::InboxBatch, p::InboxSnapshot, p::Conversation, p::RoomRead, p::InboxPage,
        p::ReplayOutline, p::ReplayPart, p::ReplayMark, p::Mark, p::ReplayPage,
        p::ServerFrame, p::Hello, p::RoomPosition, p::Welcome, p::Me, p::UpdateBatch, p::Refused,
    );
    out
}

/// The content of `ui/src/protocol/limits.ts`.
#[expect(clippy::too_many_lines, reason = "one line a limit")]
#[must_use]
pub fn limits() -> String {
    use crate as p;
    let seats = |(name, layout): (&str, p::Layout)| format!("  {name}: {},\n", layout.seats());
    let layouts = [
        ("solo", p::Layout::Solo),
        ("side_by_side", p::Layout::SideBySide),
        ("grid", p::Layout::Grid),
        ("unknown", p::Layout::Unknown),
    ];
    let numbers = [
        ("The longest message, in Unicode scalar values, after trimming.", "MAX_MESSAGE_CHARS", p::MAX_MESSAGE_CHARS),
        ("The longest direct message, in Unicode scalar values, after trimming.", "MAX_DIRECT_CHARS", p::MAX_DIRECT_CHARS),
        ("The longest name of a person, in Unicode scalar values, after trimming.", "MAX_NAME_CHARS", p::MAX_NAME_CHARS),
        ("The longest line about what somebody does, in Unicode scalar values.", "MAX_HEADLINE_CHARS", p::MAX_HEADLINE_CHARS),
        ("The longest name of a company in a profile.", "MAX_COMPANY_CHARS", p::MAX_COMPANY_CHARS),
        ("The longest pronouns of a profile.", "MAX_PRONOUNS_CHARS", p::MAX_PRONOUNS_CHARS),
        ("The most that somebody says of themselves.", "MAX_ABOUT_CHARS", p::MAX_ABOUT_CHARS),
        ("The most links of a profile.", "MAX_LINKS", p::MAX_LINKS),
        ("The longest link of a profile.", "MAX_LINK_CHARS", p::MAX_LINK_CHARS),
        ("The most people of a page of a roster.", "PAGE_PEOPLE", p::PAGE_PEOPLE),
        ("How many of the latest messages a snapshot carries.", "SNAPSHOT_MESSAGES", p::SNAPSHOT_MESSAGES),
        ("How many former texts of a message moderators are shown.", "EARLIER_TEXTS", p::EARLIER_TEXTS),
        ("The most entries of a page of what was done.", "PAGE_AUDIT", p::PAGE_AUDIT),
        ("The most messages of a page of history.", "PAGE_MESSAGES", p::PAGE_MESSAGES),
        ("The most updates of a page of a replay.", "PAGE_REPLAY", p::PAGE_REPLAY),
        ("The longest text that is searched for, in Unicode scalar values.", "MAX_QUERY_CHARS", p::MAX_QUERY_CHARS),
        ("The most people that a message can name.", "MAX_MENTIONS", p::MAX_MENTIONS),
        ("The longest question, in Unicode scalar values, after trimming.", "MAX_QUESTION_CHARS", p::MAX_QUESTION_CHARS),
        (
            "The longest question, option, word or text of a poll, in Unicode scalar values.",
            "MAX_POLL_CHARS",
            p::MAX_POLL_CHARS,
        ),
        ("The longest word of a word cloud, in Unicode scalar values.", "MAX_WORD_CHARS", p::MAX_WORD_CHARS),
        ("The most options of a poll.", "MAX_POLL_OPTIONS", p::MAX_POLL_OPTIONS),
        ("The longest note of a raised hand, in Unicode scalar values.", "MAX_NOTE_CHARS", p::MAX_NOTE_CHARS),
        ("The most words that a room can refuse.", "MAX_REFUSED_WORDS", p::MAX_REFUSED_WORDS),
        ("The most stars of a rating.", "MAX_STARS", p::MAX_STARS as usize),
        ("The most words that one can give to a word cloud.", "MAX_WORDS_EACH", p::MAX_WORDS_EACH as usize),
        ("The most points of a quiz question.", "MAX_POINTS", p::MAX_POINTS as usize),
        ("The longest time that a poll is open by itself, in seconds.", "MAX_POLL_SECONDS", p::MAX_POLL_SECONDS as usize),
        ("The slowest slow mode, in seconds.", "MAX_SLOW_MODE_SECONDS", p::MAX_SLOW_MODE_SECONDS as usize),
        ("The longest time out, in seconds.", "MAX_TIME_OUT_SECONDS", p::MAX_TIME_OUT_SECONDS as usize),
        ("For how long an end can be undone, in seconds.", "UNDO_END_SECONDS", p::UNDO_END_WINDOW.as_secs() as usize),
        (
            "So long before it begins the doors of an event open, in milliseconds.",
            "DOORS_MS",
            p::DOORS_OPEN_BEFORE.as_millis() as usize,
        ),
        (
            "So long after its end an event ends by itself, in milliseconds.",
            "ENDS_BY_ITSELF_MS",
            p::ENDS_BY_ITSELF_AFTER.as_millis() as usize,
        ),
    ];
    let mut out = String::from("// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.\n\n");
    out.push_str("import type { Layout } from \"./index\";\n\n");
    for (docs, name, value) in numbers {
        out.extend(["/** ", docs, " */\nexport const ", name, " = ", &value.to_string(), ";\n\n"]);
    }
    out.push_str("/** The most seats of each layout. */\nexport const SEATS: Record<Layout, number> = {\n");
    // Whatever is missing here, the page does not compile without.
    out.extend(layouts.map(seats));
    out.push_str("};\n");
    out
}
