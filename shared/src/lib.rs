//! What the Houselights apps and the event server say to each other.
//!
//! Everything here is data: no I/O, no clock. A [`Command`] asks a room for something; the room answers with a [`Reply`]
//! and, when it accepted, tells everyone by gapless [`Update`]s. What may be lost is a [`Signal`]. The page's TypeScript is
//! generated from this crate by [`typescript::declarations`].
//!
//! Compatibility: fields and variants are only ever added. A field that a newer peer adds is ignored, a variant that it adds
//! arrives as `Unknown`, and a field that an older peer does not send has a default.

mod access;
mod audit;
mod backstage;
mod chat;
mod command;
mod doors;
mod envelope;
mod hands;
mod history;
mod ids;
mod inbox;
mod login;
mod lookalikes;
mod media;
mod mine;
mod moderation;
mod overlay;
mod people;
mod polls;
mod profiles;
mod qa;
mod reactions;
mod refusal;
mod replay;
mod rooms;
mod run_of_show;
mod seen;
mod sign_in;
mod signal;
mod snapshot;
mod stage;
mod time;
mod token;
pub mod typescript;
mod update;
mod version;

pub use access::Action;
pub use audit::{AuditEntry, AuditPage, AuditPerson, PAGE_AUDIT};
pub use backstage::{CrewMember, Role, Sending};
pub use chat::{Announcement, EARLIER_TEXTS, Gone, MAX_MENTIONS, MAX_MESSAGE_CHARS, Message, NOTIFYING_MENTIONS};
pub use command::{Command, CommandBody, Outcome, Reply};
pub use doors::{DOORS_OPEN_BEFORE, ENDS_BY_ITSELF_AFTER};
pub use envelope::{ClientFrame, Hello, MAX_CLIENT_FRAME_BYTES, Me, Refused, RoomPosition, ServerFrame, UpdateBatch, Welcome};
pub use hands::{MAX_HANDS, MAX_NOTE_CHARS, RaisedHand};
pub use history::{MAX_QUERY_CHARS, MOST_QUERY_WORDS, MessagePage, PAGE_MESSAGES, compatible, words};
pub use ids::{
    AgendaTrackId, ApiKeyId, AskedId, CommandId, CueId, DeviceId, EventId, ImageId, MessageId, NoticeId, OrganisationId,
    ParticipantId, PersonId, PersonLoginId, PollId, QuestionId, RegistrationId, ReportId, RoomId, SceneId, SessionId,
    SpeakerId, TemplateId, TicketCodeId, TicketTypeId, WebhookId,
};
pub use inbox::{
    Conversation, DirectsFrom, EXCERPT_CHARS, INBOX_CONVERSATIONS, INBOX_MENTIONS, INBOX_PAGE, InboxBatch, InboxCommand,
    InboxCommandBody, InboxEntry, InboxEntryBody, InboxNews, InboxPage, InboxSnapshot, MAX_BLOCKED, MAX_DIRECT_CHARS, Peer,
    RoomRead, Strand,
};
pub use login::{InviteCard, Login, LoginRequest, MAX_NAME_CHARS};
pub use lookalikes::prototype;
pub use media::{AUDIO_SLOTS, MAX_SDP_BYTES, MediaAnswer, MediaOffer, MediaOutcome, SlotMap, VIDEO_SLOTS};
pub use mine::{Mine, OwnVote};
pub use moderation::{
    LobbyGuest, MAX_REFUSED_WORDS, MAX_REPORTS, MAX_REPORTS_EACH, MAX_REPORTS_OF_ONE, MAX_SANCTIONS, MAX_SLOW_MODE_SECONDS,
    MAX_TIME_OUT_SECONDS, REPORT_CONTEXT, Report, ReportTarget, RoomRules, RulesEdit, Sanction, SanctionAct, SanctionKind,
    Sanctioned,
};
pub use overlay::Overlay;
pub use people::{PAGE_PEOPLE, PeoplePage, PersonCard};
pub use polls::{
    Choice, Leader, MAX_HIDDEN_ANSWERS, MAX_POINTS, MAX_POLL_CHARS, MAX_POLL_OPTIONS, MAX_POLL_SECONDS, MAX_POLLS, MAX_STARS,
    MAX_WORD_CHARS, MAX_WORDS_EACH, NamedVote, PAGE_VOTES, Poll, PollForm, PollKind, PollPhase, ResultsShown, TOLD_OF_A_POLL,
    Tally, VotesPage, WordCount,
};
pub use profiles::{
    MAX_ABOUT_CHARS, MAX_COMPANY_CHARS, MAX_HEADLINE_CHARS, MAX_LINK_CHARS, MAX_LINKS, MAX_PRONOUNS_CHARS, OwnProfile,
    PersonDetails, Profile, ShownTo,
};
pub use qa::{Answer, Asker, MAX_QUESTION_CHARS, MAX_QUESTIONS, MAX_QUESTIONS_EACH, Question, QuestionCount, Standing};
pub use reactions::{Reaction, ReactionCount};
pub use refusal::Refusal;
pub use replay::{MARKS_OF_A_PART, Mark, PAGE_REPLAY, ReplayMark, ReplayOutline, ReplayPage, ReplayPart};
pub use rooms::{EventRooms, RoomCard, SESSIONS_A_ROOM, SessionSlot};
pub use run_of_show::{CalledCue, CastMember, Cue, PlannedPoll, PlannedScene, PlannedSession, RunOfShow};
pub use sign_in::{
    ProviderFailure, ProviderSignIn, ProviderSignInAsked, SignInAsked, SignInConfirmation, SignInRequest, SignInWays, SignedIn,
};
pub use signal::{Level, Signal, SignalBody};
pub use snapshot::{CrewView, SNAPSHOT_MESSAGES, Snapshot};
pub use stage::{Layout, MAX_ON_STAGE, Phase, Scene, SceneEdit, UNDO_END_WINDOW};
pub use time::{Seq, Timestamp};
pub use token::Token;
pub use update::{Update, UpdateBody};
pub use version::Version;
