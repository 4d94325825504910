// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.

/**
 * A conference or show.
 */
export type EventId = string;

/**
 * A roster and an ordered log: a stage, a breakout, a lounge or a booth.
 */
export type RoomId = string;

/**
 * A slot on the agenda.
 */
export type SessionId = string;

/**
 * A line of a run of show.
 */
export type CueId = string;

/**
 * A person in an event: an attendee, a speaker, a moderator, a producer.
 */
export type ParticipantId = string;

/**
 * One of the devices of a participant whose ticket is good for several. It is the login's, and tells nothing of it.
 */
export type DeviceId = string;

/**
 * Made by the client that sends a command. A repeat gets the first answer.
 */
export type CommandId = string;

/**
 * A chat message. It is the id of the command that sent it, so a client can match its own.
 */
export type MessageId = string;

/**
 * An opaque secret: what an invite link carries, or a login's token. `Debug` keeps it to itself, so that none comes into a
 * log by way of what it is part of.
 */
export type Token = string;

/**
 * Microseconds since 1970-01-01 00:00 UTC, leap seconds not counted.
 */
export type Timestamp = number;

/**
 * A position in a room's log, or in an inbox. The first entry has 1; 0 is before it. Gapless.
 */
export type Seq = number;

/**
 * A version of the protocol. Code never compares its number: it asks a named question.
 */
export type Version = number;

/**
 * A code for what was refused. A code exists only where a client does something different because of it.
 */
export type Refusal = "malformed" | "too_large" | "unknown_command" | "version_unsupported" | "token_invalid" | "token_expired" | "signed_in_elsewhere" | "sending_elsewhere" | "not_allowed" | "no_such_room" | "taken_down" | "doors_closed" | "event_over" | "event_cancelled" | "event_archived" | "no_such_participant" | "not_backstage" | "stage_full" | "scene_invalid" | "no_such_cue" | "wrong_phase" | "undo_too_late" | "message_empty" | "message_too_long" | "no_such_message" | "not_reachable" | "too_many_blocked" | "closed" | "muted" | "links_not_allowed" | "words_not_allowed" | "too_many_mentions" | "no_such_question" | "no_such_poll" | "poll_invalid" | "options_alike" | "choice_invalid" | "already_voted" | "no_such_hand" | "full" | "removed" | "timed_out" | "banned" | "room_locked" | "name_invalid" | "profile_invalid" | "email_invalid" | "mail_unavailable" | "image_unusable" | "slow_down" | "too_far_behind" | "overloaded" | "shutting_down" | "storage_unavailable" | "provider_unavailable" | "media_unacceptable" | "unknown";

/**
 * What a participant is in an event. What each may do is one table, in the server's `access.rs`.
 */
export type Role = "attendee" | "speaker" | "moderator" | "producer" | "organizer" | "unknown";

/**
 * What can be allowed to a role.
 */
export type Action = "send_message" | "remove_own_message" | "remove_any_message" | "take_part" | "answer_questions" | "moderate" | "run_polls" | "enter_backstage" | "move_on_stage" | "direct_scenes" | "call_show" | "unknown";

/**
 * What a person sends: whether the camera's picture and the microphone's sound leave the machine.
 */
export type Sending = { 
/**
 * A picture is sent.
 */
camera: boolean, 
/**
 * Sound is sent (not muted).
 */
microphone: boolean, };

/**
 * One of the crew, as everyone who may see them sees them.
 */
export type CrewMember = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * As what they came.
 */
role: Role, 
/**
 * What they send.
 */
sending: Sending, 
/**
 * From which of their devices. Absent: nothing is sent, or their ticket is good for one device.
 */
device?: DeviceId, };

/**
 * A question that somebody in the audience asked. It is the id of the command that asked it.
 */
export type AskedId = string;

/**
 * A poll.
 */
export type PollId = string;

/**
 * Something that was reported to moderators. It is the id of the command that reported it.
 */
export type ReportId = string;

/**
 * A message that was said. Plain text; the page decides how links and emphasis look.
 */
export type Message = { 
/**
 * The id of the command that sent it.
 */
id: MessageId, 
/**
 * The position of the update that sent it; older ones are found by it.
 */
seq: Seq, 
/**
 * Who said it.
 */
author: ParticipantId, 
/**
 * Their name when they said it.
 */
name: string, 
/**
 * Their role when they said it.
 */
role: Role, 
/**
 * When the room accepted it.
 */
at: Timestamp, 
/**
 * 1 to [`MAX_MESSAGE_CHARS`] characters, without control characters other than line breaks. Empty where it is gone, for those who do
 * not see what is gone.
 */
text: string, 
/**
 * The message that it answers.
 */
reply_to?: MessageId, 
/**
 * Whom it names, at most [`MAX_MENTIONS`]. In the text they stand as `@` and their name.
 */
mentions?: Array<ParticipantId>, 
/**
 * When its text was changed last.
 */
edited_at?: Timestamp, 
/**
 * It is not in the chat any more, and its place is kept.
 */
gone?: Gone, 
/**
 * What it said before it was changed, oldest first: its first text and the latest, at most [`EARLIER_TEXTS`], for moderators.
 */
earlier?: Array<string>, };

/**
 * Why a message is not in the chat any more.
 */
export type Gone = { 
/**
 * Since when.
 */
at: Timestamp, 
/**
 * Who took it out; for moderators.
 */
by?: ParticipantId, 
/**
 * Whether a moderator hid it. Others are not told the difference.
 */
hidden: boolean, };

/**
 * Some of the messages of a room.
 */
export type MessagePage = { 
/**
 * Those that are gone are in their places, for moderators with what they said.
 */
messages: Array<Message>, 
/**
 * Whether there are older ones: those before the lowest `seq` of these.
 */
more: boolean, };

/**
 * Something that somebody did to keep a room in order.
 */
export type AuditEntry = { 
/**
 * What, when, and by whom. Of those who were let in those alone who are in `people`.
 */
update: Update, 
/**
 * How whoever did it is called.
 */
name: string, 
/**
 * How those are called whom it names.
 */
people: Array<AuditPerson>, 
/**
 * How many more it names: a whole audience can be let in at once.
 */
further: number, 
/**
 * The message that it is about, as it was said.
 */
message?: Message, };

/**
 * Somebody whom an entry names.
 */
export type AuditPerson = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, };

/**
 * Some of what was done.
 */
export type AuditPage = { 
/**
 * Newest first.
 */
entries: Array<AuditEntry>, 
/**
 * Whether there may be older ones.
 */
more: boolean, 
/**
 * Before which position they are asked for; absent where there are none.
 */
before?: Seq, };

/**
 * Said to everybody in the room, above everything else, until it is taken down.
 */
export type Announcement = { 
/**
 * The id of the command that made it.
 */
id: MessageId, 
/**
 * 1 to [`MAX_MESSAGE_CHARS`] characters.
 */
text: string, 
/**
 * Since when.
 */
at: Timestamp, };

/**
 * Something that somebody asked.
 */
export type Question = { 
/**
 * The id of the command that asked it.
 */
id: AskedId, 
/**
 * Who asked; nobody where they asked anonymously, which nobody is told then.
 */
author?: Asker, 
/**
 * 1 to [`MAX_QUESTION_CHARS`] characters.
 */
text: string, 
/**
 * When it was asked.
 */
at: Timestamp, 
/**
 * What became of it.
 */
standing: Standing, 
/**
 * How many others want it answered, as it was counted last.
 */
votes: number, };

/**
 * Who asked, with their name when they did.
 */
export type Asker = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they were called.
 */
name: string, };

/**
 * What became of a question.
 */
export type Standing = { "is": "waiting" } | { "is": "open" } | { "is": "answered", 
/**
 * When.
 */
at: Timestamp, 
/**
 * In writing.
 */
answer?: Answer, } | { "is": "dismissed" } | { "is": "merged", 
/**
 * Which.
 */
into: AskedId, } | { "is": "unknown" };

/**
 * An answer in writing.
 */
export type Answer = { 
/**
 * 1 to [`MAX_MESSAGE_CHARS`](crate::MAX_MESSAGE_CHARS) characters.
 */
text: string, 
/**
 * Who answered, as they were called.
 */
name: string, };

/**
 * How many want a question answered.
 */
export type QuestionCount = { 
/**
 * Which.
 */
question: AskedId, 
/**
 * How many.
 */
votes: number, };

/**
 * How one answers.
 */
export type PollKind = { "is": "single" } | { "is": "multiple", 
/**
 * How many at most, from 1.
 */
most: number, } | { "is": "rating", 
/**
 * How many there are, 2 to [`MAX_STARS`].
 */
stars: number, } | { "is": "word_cloud", 
/**
 * How many each may give, 1 to [`MAX_WORDS_EACH`].
 */
words: number, } | { "is": "open_text" } | { "is": "quiz", 
/**
 * How many points a right answer brings, 1 to [`MAX_POINTS`]; where the poll is timed, half of them, and of the other half as much as
 * there is left of the time.
 */
points: number, } | { "is": "unknown" };

/**
 * When the audience sees how it stands. Whoever looks after the show always does.
 */
export type ResultsShown = "always" | "after_vote" | "after_close" | "unknown";

/**
 * What a poll asks.
 */
export type PollForm = { 
/**
 * 1 to [`MAX_POLL_CHARS`] characters.
 */
question: string, 
/**
 * How one answers.
 */
kind: PollKind, 
/**
 * 2 to [`MAX_POLL_OPTIONS`] for kinds with options, otherwise none; each 1 to [`MAX_POLL_CHARS`] characters, and no two that read the same.
 */
options: Array<string>, 
/**
 * The right options of a quiz, from 0. While it is open only whoever looks after the show knows them.
 */
correct: Array<number>, 
/**
 * When the audience sees how it stands.
 */
shown: ResultsShown, 
/**
 * Whether whoever looks after the show sees who voted for what. Otherwise nobody does, and those who vote are told which it is.
 */
named: boolean, 
/**
 * Whether one may change one's vote while it is open. Of a quiz nobody may.
 */
changeable: boolean, 
/**
 * How long it is open, in seconds, 5 to [`MAX_POLL_SECONDS`]; absent: until somebody closes it.
 */
seconds?: number, };

/**
 * A poll of a room.
 */
export type Poll = { 
/**
 * Which.
 */
id: PollId, 
/**
 * What it asks.
 */
form: PollForm, 
/**
 * Where it stands.
 */
phase: PollPhase, 
/**
 * How the votes stand, as they were counted last; absent for those who do not see it yet.
 */
tally?: Tally, 
/**
 * The words and texts that moderators took out of the tally, at most [`MAX_HIDDEN_ANSWERS`]; for whoever looks after the show.
 */
hidden?: Array<string>, };

/**
 * Where a poll stands.
 */
export type PollPhase = { "is": "draft" } | { "is": "open", 
/**
 * Since when.
 */
since: Timestamp, 
/**
 * When it closes by itself.
 */
closes_at?: Timestamp, } | { "is": "closed", 
/**
 * Since when.
 */
at: Timestamp, } | { "is": "archived", 
/**
 * When it was closed.
 */
at: Timestamp, } | { "is": "unknown" };

/**
 * What somebody votes for.
 */
export type Choice = { "vote": "options", 
/**
 * Which.
 */
options: Array<number>, } | { "vote": "rating", 
/**
 * How many.
 */
stars: number, } | { "vote": "words", 
/**
 * Which.
 */
words: Array<string>, } | { "vote": "text", 
/**
 * 1 to [`MAX_POLL_CHARS`] characters.
 */
text: string, } | { "vote": "unknown" };

/**
 * How the votes stand.
 */
export type Tally = { 
/**
 * How many people voted.
 */
voters: number, 
/**
 * How often each option was voted for; of a rating how often each number of stars, from 1.
 */
counts: Array<number>, 
/**
 * The most frequent words, at most [`TOLD_OF_A_POLL`].
 */
words: Array<WordCount>, 
/**
 * The latest texts, newest first, at most [`TOLD_OF_A_POLL`].
 */
texts: Array<string>, 
/**
 * Who has the most points over all quizzes of the room, at most [`TOLD_OF_A_POLL`]; once a quiz is closed.
 */
leaders: Array<Leader>, };

/**
 * How often a word was given.
 */
export type WordCount = { 
/**
 * In lower case, as it was written first: however it is written, it counts as one.
 */
word: string, 
/**
 * How often.
 */
count: number, };

/**
 * Somebody on the leaderboard.
 */
export type Leader = { 
/**
 * As they were called when they answered last.
 */
name: string, 
/**
 * Over all quizzes of the room.
 */
points: number, };

/**
 * Who voted for what, in a poll that told them that they are seen.
 */
export type NamedVote = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they were called when they voted.
 */
name: string, 
/**
 * For what.
 */
choice: Choice, 
/**
 * When.
 */
at: Timestamp, };

/**
 * Some of the votes of a poll, by the names of those who voted.
 */
export type VotesPage = { 
/**
 * At most [`PAGE_VOTES`].
 */
votes: Array<NamedVote>, 
/**
 * How many there are in all.
 */
count: number, 
/**
 * Behind whom the next page begins; absent where this is the last.
 */
after?: ParticipantId, };

/**
 * What lies over the program.
 */
export type Overlay = { "shows": "question", 
/**
 * Which.
 */
question: AskedId, } | { "shows": "poll", 
/**
 * Which.
 */
poll: PollId, } | { "shows": "unknown" };

/**
 * Somebody who wants to speak.
 */
export type RaisedHand = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * What they want to say; may be empty.
 */
note: string, 
/**
 * Since when.
 */
at: Timestamp, };

/**
 * What can be thrown at the stage.
 */
export type Reaction = "clap" | "heart" | "laugh" | "wow" | "party" | "thumbs_up" | "unknown";

/**
 * How often a reaction came within a tick.
 */
export type ReactionCount = { 
/**
 * Which.
 */
reaction: Reaction, 
/**
 * How often.
 */
count: number, };

/**
 * What those who do not look after the room may do in it.
 */
export type RoomRules = { 
/**
 * Whether one may write in the chat.
 */
chat: boolean, 
/**
 * How many seconds lie between two messages of one person, 0 to [`MAX_SLOW_MODE_SECONDS`].
 */
slow_mode: number, 
/**
 * Whether messages may hold links.
 */
links: boolean, 
/**
 * Words that no message, question or answer may hold, in lower case; for whoever looks after the show.
 */
words: Array<string>, 
/**
 * Whether one may ask.
 */
questions: boolean, 
/**
 * Whether a moderator looks at a question before others see it.
 */
review: boolean, 
/**
 * Whether one may ask anonymously.
 */
anonymous: boolean, 
/**
 * Whether reactions are counted.
 */
reactions: boolean, 
/**
 * Whether one may raise one's hand.
 */
hands: boolean, 
/**
 * Whether newcomers wait until they are let in.
 */
lobby: boolean, 
/**
 * Whether no newcomer comes in.
 */
locked: boolean, };

/**
 * One change of the rules, made to the rules as they stand when the room hears of it.
 */
export type RulesEdit = { "rule": "chat", 
/**
 * Whether it is open.
 */
on: boolean, } | { "rule": "slow_mode", 
/**
 * Seconds between two messages of one person; 0: as fast as they like.
 */
seconds: number, } | { "rule": "links", 
/**
 * Whether they are allowed.
 */
on: boolean, } | { "rule": "add_words", 
/**
 * Which; those that are refused already change nothing.
 */
words: Array<string>, } | { "rule": "remove_words", 
/**
 * Which, as [`RoomRules::words`] has them.
 */
words: Array<string>, } | { "rule": "questions", 
/**
 * Whether one may ask.
 */
on: boolean, } | { "rule": "review", 
/**
 * Whether a moderator looks first.
 */
on: boolean, } | { "rule": "anonymous", 
/**
 * Whether one may ask anonymously.
 */
on: boolean, } | { "rule": "reactions", 
/**
 * Whether they count.
 */
on: boolean, } | { "rule": "hands", 
/**
 * Whether one may raise a hand.
 */
on: boolean, } | { "rule": "lobby", 
/**
 * Whether they wait.
 */
on: boolean, } | { "rule": "lock", 
/**
 * Whether it is locked.
 */
on: boolean, } | { "rule": "unknown" };

/**
 * What somebody is kept from.
 */
export type Sanction = { "is": "muted" } | { "is": "timed_out", 
/**
 * Until when.
 */
until: Timestamp, } | { "is": "removed" } | { "is": "banned" } | { "is": "unknown" };

/**
 * The kinds of [`Sanction`], the mildest first. Of each, one holds for somebody at a time, and each ends alone.
 */
export type SanctionKind = "muted" | "timed_out" | "removed" | "banned" | "unknown";

/**
 * What is to be done about somebody.
 */
export type SanctionAct = { "act": "mute" } | { "act": "time_out", 
/**
 * For how long, 1 to [`MAX_TIME_OUT_SECONDS`].
 */
seconds: number, } | { "act": "remove" } | { "act": "ban" } | { "act": "unknown" };

/**
 * Somebody who is kept from something.
 */
export type Sanctioned = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * From what.
 */
sanction: Sanction, 
/**
 * Since when.
 */
at: Timestamp, 
/**
 * By whose hand.
 */
by: ParticipantId, 
/**
 * As what they did it. Whoever stands no lower ends it.
 */
by_role?: Role, };

/**
 * What is reported.
 */
export type ReportTarget = { "of": "message", 
/**
 * Which.
 */
message: MessageId, } | { "of": "question", 
/**
 * Which.
 */
question: AskedId, } | { "of": "person", 
/**
 * Who.
 */
participant: ParticipantId, } | { "of": "unknown" };

/**
 * What somebody reported to those who look after the room.
 */
export type Report = { 
/**
 * The id of the command that made it.
 */
id: ReportId, 
/**
 * Who reported it, as they are called.
 */
name: string, 
/**
 * When.
 */
at: Timestamp, 
/**
 * What.
 */
target: ReportTarget, 
/**
 * Why, at most [`MAX_QUESTION_CHARS`](crate::MAX_QUESTION_CHARS) characters; may be empty.
 */
reason: string, 
/**
 * The reported message and those before it, oldest first, at most [`REPORT_CONTEXT`] and one; the words of a question.
 */
context: Array<Message>, 
/**
 * The words of what is reported where that is no message.
 */
words: string, 
/**
 * Whether it is about somebody who looks after the room. Then moderators do not get it: it may be about them.
 */
about_crew?: boolean, };

/**
 * Somebody who waits to be let in.
 */
export type LobbyGuest = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * Since when.
 */
since: Timestamp, };

/**
 * One's own part of a room: told on entering where there is any, and whenever it changes. It replaces what was told before; a
 * [`Snapshot`](crate::Snapshot) or a [`Welcome`](crate::Welcome) without one after it means that there is none.
 */
export type Mine = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * One may not write, ask or raise a hand.
 */
muted: boolean, 
/**
 * One's own questions that others do not see: they wait, or were put aside.
 */
questions: Array<Question>, 
/**
 * Those that one asked and that everybody sees.
 */
asked: Array<AskedId>, 
/**
 * The questions that one voted for.
 */
upvoted: Array<AskedId>, 
/**
 * One's votes in polls that are open or closed.
 */
votes: Array<OwnVote>, 
/**
 * One's points over all closed quizzes.
 */
points: number, 
/**
 * One's place in the queue of raised hands, from 1.
 */
hand?: number, 
/**
 * When one's hand that is up was raised. One that a moderator put down and brought back is the same as before.
 */
hand_raised_at?: Timestamp, };

/**
 * What one voted for.
 */
export type OwnVote = { 
/**
 * In which poll.
 */
poll: PollId, 
/**
 * For what.
 */
choice: Choice, 
/**
 * How the votes stand, as they were counted last, where only those see it who have voted. What is counted later comes as a
 * [`Counted`](crate::SignalBody::Counted).
 */
tally?: Tally, };

/**
 * Where the show stands.
 */
export type Phase = { "phase": "rehearsal" } | { "phase": "live", 
/**
 * Since when.
 */
since: Timestamp, } | { "phase": "ended", 
/**
 * When it went live, so that an undo goes on as if nothing had been.
 */
since: Timestamp, 
/**
 * When it ended.
 */
at: Timestamp, 
/**
 * The last moment of an undo.
 */
undo_until: Timestamp, } | { "phase": "unknown" };

/**
 * How a scene divides the picture.
 */
export type Layout = "solo" | "side_by_side" | "grid" | "unknown";

/**
 * Who sits where. A seat may be empty; nobody has two.
 */
export type Scene = { 
/**
 * How the picture is divided.
 */
layout: Layout, 
/**
 * From left to right, from top to bottom; at most [`Layout::seats`].
 */
seats: Array<ParticipantId | null>, };

/**
 * One change of a scene, made to the scene as it stands when the room hears of it: so two producers, or two quick hands, do not
 * undo each other.
 */
export type SceneEdit = { "edit": "divide", 
/**
 * The layout.
 */
layout: Layout, } | { "edit": "seat", 
/**
 * Which, from 0.
 */
seat: number, 
/**
 * Whom.
 */
participant: ParticipantId, } | { "edit": "empty", 
/**
 * Which, from 0.
 */
seat: number, } | { "edit": "add", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "edit": "remove", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "edit": "unknown" };

/**
 * Asks a room for something.
 */
export type Command = { 
/**
 * Made by the client; the same id gets the first answer again, whatever the body.
 */
id: CommandId, 
/**
 * Which room.
 */
room: RoomId, 
/**
 * What.
 */
body: CommandBody, };

/**
 * What can be asked.
 */
export type CommandBody = { "do": "send_message", 
/**
 * The text; trimmed by the room.
 */
text: string, 
/**
 * The message that it answers.
 */
reply_to?: MessageId, 
/**
 * Whom it names.
 */
mentions?: Array<ParticipantId>, } | { "do": "edit_message", 
/**
 * Which.
 */
message: MessageId, 
/**
 * The text from now on.
 */
text: string, 
/**
 * Whom it names from now on. Whoever is named anew is not notified.
 */
mentions?: Array<ParticipantId>, } | { "do": "remove_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "hide_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "show_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "pin_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "unpin_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "announce", 
/**
 * What.
 */
text: string, } | { "do": "end_announcement", 
/**
 * Which.
 */
announcement: MessageId, } | { "do": "send_note", 
/**
 * The text; trimmed by the room.
 */
text: string, 
/**
 * The note that it answers.
 */
reply_to?: MessageId, 
/**
 * Whom it names.
 */
mentions?: Array<ParticipantId>, } | { "do": "remove_note", 
/**
 * Which.
 */
note: MessageId, } | { "do": "ask_question", 
/**
 * The text; trimmed by the room.
 */
text: string, 
/**
 * Whether nobody is told who asks.
 */
anonymous: boolean, } | { "do": "withdraw_question", 
/**
 * Which.
 */
question: AskedId, } | { "do": "upvote_question", 
/**
 * Which.
 */
question: AskedId, 
/**
 * Whether one wants it.
 */
up: boolean, } | { "do": "open_question", 
/**
 * Which.
 */
question: AskedId, } | { "do": "dismiss_question", 
/**
 * Which.
 */
question: AskedId, } | { "do": "hold_question", 
/**
 * Which.
 */
question: AskedId, } | { "do": "answer_question", 
/**
 * Which.
 */
question: AskedId, 
/**
 * In writing; absent: live.
 */
answer?: string, } | { "do": "merge_question", 
/**
 * Which.
 */
question: AskedId, 
/**
 * Into which; one that everybody sees.
 */
into: AskedId, } | { "do": "restore_question", 
/**
 * Which.
 */
question: AskedId, 
/**
 * How it stood, word for word.
 */
standing: Standing, } | { "do": "draft_poll", 
/**
 * Which; made by the client.
 */
poll: PollId, 
/**
 * What it asks.
 */
form: PollForm, } | { "do": "draft_planned", 
/**
 * Which, as in [`PlannedPoll::id`](crate::PlannedPoll::id).
 */
poll: PollId, } | { "do": "drop_poll", 
/**
 * Which.
 */
poll: PollId, } | { "do": "open_poll", 
/**
 * Which.
 */
poll: PollId, } | { "do": "close_poll", 
/**
 * Which.
 */
poll: PollId, } | { "do": "reopen_poll", 
/**
 * Which.
 */
poll: PollId, } | { "do": "archive_poll", 
/**
 * Which.
 */
poll: PollId, } | { "do": "vote", 
/**
 * In which poll.
 */
poll: PollId, 
/**
 * For what.
 */
choice: Choice, } | { "do": "hide_answer", 
/**
 * Of which poll.
 */
poll: PollId, 
/**
 * The text or the word, as the tally has it.
 */
answer: string, } | { "do": "show_answer", 
/**
 * Of which poll.
 */
poll: PollId, 
/**
 * The text or the word, as [`Poll::hidden`](crate::Poll::hidden) has it.
 */
answer: string, } | { "do": "show_overlay", 
/**
 * What.
 */
overlay: Overlay, } | { "do": "clear_overlay", 
/**
 * What.
 */
overlay: Overlay, } | { "do": "raise_hand", 
/**
 * What one wants to say; may be empty.
 */
note: string, } | { "do": "lower_hand" } | { "do": "take_hand", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "do": "dismiss_hand", 
/**
 * Whose.
 */
participant: ParticipantId, } | { "do": "restore_hand", 
/**
 * Whose.
 */
participant: ParticipantId, } | { "do": "leave_stage" } | { "do": "edit_rules", 
/**
 * How.
 */
change: RulesEdit, } | { "do": "stop_all" } | { "do": "resume" } | { "do": "sanction", 
/**
 * Whom.
 */
participant: ParticipantId, 
/**
 * From what.
 */
act: SanctionAct, } | { "do": "lift_sanction", 
/**
 * Whom.
 */
participant: ParticipantId, 
/**
 * What ends; absent: all of it.
 */
kind?: SanctionKind, } | { "do": "report", 
/**
 * Of what.
 */
target: ReportTarget, 
/**
 * Why; may be empty.
 */
reason: string, } | { "do": "settle_report", 
/**
 * Which.
 */
report: ReportId, } | { "do": "reopen_report", 
/**
 * Which.
 */
report: ReportId, } | { "do": "admit", 
/**
 * Whom; empty: all of them.
 */
participants: Array<ParticipantId>, } | { "do": "set_sending", 
/**
 * What is sent from now on.
 */
sending: Sending, 
/**
 * Whether another device of the same person, which sends until now, gives way. Otherwise what is to be sent is refused with
 * [`Refusal::SendingElsewhere`].
 */
take_over: boolean, } | { "do": "bring_on_stage", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "do": "take_off_stage", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "do": "set_preview", 
/**
 * The scene.
 */
scene: Scene, } | { "do": "edit_preview", 
/**
 * How.
 */
change: SceneEdit, } | { "do": "call_cue", 
/**
 * Which.
 */
cue: CueId, } | { "do": "reset_cues" } | { "do": "prepare_scene", 
/**
 * Its name.
 */
scene: string, } | { "do": "take" } | { "do": "go_live" } | { "do": "end_show" } | { "do": "undo_end" } | { "do": "unknown" };

/**
 * What came of a command.
 */
export type Outcome = { "is": "accepted", 
/**
 * The position of its last update; where nothing had to change, the room's position then.
 */
seq: Seq, } | { "is": "refused", 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * When to try again, in milliseconds from now, where that helps.
 */
retry_after_ms?: number, } | { "is": "unknown" };

/**
 * The answer to a command.
 */
export type Reply = { 
/**
 * The command's id.
 */
id: CommandId, 
/**
 * What came of it.
 */
outcome: Outcome, };

/**
 * One entry of a room's log.
 */
export type Update = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * Its place in the log: one more than the entry before.
 */
seq: Seq, 
/**
 * When the room accepted it.
 */
at: Timestamp, 
/**
 * Who asked for it; nobody where the room did it by itself.
 */
by?: ParticipantId, 
/**
 * What happened.
 */
body: UpdateBody, };

/**
 * What can happen.
 */
export type UpdateBody = { "what": "crew_arrived", 
/**
 * Who, and what they send.
 */
member: CrewMember, } | { "what": "crew_left", 
/**
 * Who.
 */
participant: ParticipantId, } | { "what": "sending_changed", 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * What they send now.
 */
sending: Sending, 
/**
 * Whether they are on stage, so the audience sees the change.
 */
on_stage: boolean, 
/**
 * From which of their devices, as in [`CrewMember::device`]. Whoever else of their devices sent until now does no more.
 */
device?: DeviceId, } | { "what": "came_on_stage", 
/**
 * Who, as the audience sees them.
 */
member: CrewMember, } | { "what": "left_stage", 
/**
 * Who.
 */
participant: ParticipantId, } | { "what": "preview_set", 
/**
 * The scene.
 */
scene: Scene, } | { "what": "program_set", 
/**
 * The scene.
 */
scene: Scene, } | { "what": "taken", 
/**
 * On program now.
 */
program: Scene, } | { "what": "went_live" } | { "what": "ended", 
/**
 * The last moment of an undo.
 */
undo_until: Timestamp, } | { "what": "end_undone" } | { "what": "run_of_show_set", 
/**
 * All of it.
 */
run_of_show: RunOfShow, } | { "what": "cue_called", 
/**
 * Which.
 */
cue: CueId, } | { "what": "cues_reset" } | { "what": "message_sent", 
/**
 * What.
 */
message: Message, } | { "what": "message_edited", 
/**
 * Which.
 */
message: MessageId, 
/**
 * From now on.
 */
text: string, 
/**
 * Whom it names from now on.
 */
mentions?: Array<ParticipantId>, } | { "what": "message_removed", 
/**
 * Which.
 */
message: MessageId, } | { "what": "message_hidden", 
/**
 * Which.
 */
message: MessageId, } | { "what": "message_shown", 
/**
 * All of it. It goes where it stood.
 */
message: Message, } | { "what": "message_pinned", 
/**
 * All of it.
 */
message: Message, } | { "what": "unpinned" } | { "what": "announced", 
/**
 * What.
 */
announcement: Announcement, } | { "what": "announcement_ended" } | { "what": "note_sent", 
/**
 * What.
 */
note: Message, } | { "what": "note_removed", 
/**
 * Which.
 */
note: MessageId, } | { "what": "question_asked", 
/**
 * What.
 */
question: Question, } | { "what": "question_opened", 
/**
 * All of it.
 */
question: Question, } | { "what": "question_settled", 
/**
 * Which.
 */
question: AskedId, 
/**
 * How.
 */
standing: Standing, 
/**
 * Whether the audience saw it before.
 */
was_public: boolean, } | { "what": "question_withdrawn", 
/**
 * Which.
 */
question: AskedId, 
/**
 * Whether the audience saw it before.
 */
was_public: boolean, } | { "what": "question_upvoted", 
/**
 * Which.
 */
question: AskedId, 
/**
 * Whether they want it.
 */
up: boolean, } | { "what": "questions_counted", 
/**
 * Those whose count changed.
 */
counts: Array<QuestionCount>, } | { "what": "poll_drafted", 
/**
 * All of it.
 */
poll: Poll, } | { "what": "poll_dropped", 
/**
 * Which.
 */
poll: PollId, } | { "what": "poll_opened", 
/**
 * All of it; the right options are not for the audience.
 */
poll: Poll, } | { "what": "poll_voted", 
/**
 * In which poll.
 */
poll: PollId, 
/**
 * For what.
 */
choice: Choice, 
/**
 * As they are called, for the leaderboard and for polls that are not anonymous.
 */
name?: string, } | { "what": "poll_counted", 
/**
 * Which.
 */
poll: PollId, 
/**
 * How they stand.
 */
tally: Tally, 
/**
 * When the audience may see it.
 */
shown: ResultsShown, } | { "what": "answer_hidden", 
/**
 * Of which poll.
 */
poll: PollId, 
/**
 * The text or the word.
 */
answer: string, } | { "what": "answer_shown", 
/**
 * Of which poll.
 */
poll: PollId, 
/**
 * The text or the word.
 */
answer: string, } | { "what": "poll_closed", 
/**
 * In which poll.
 */
poll: PollId, 
/**
 * How it ended.
 */
tally: Tally, 
/**
 * The right options of a quiz.
 */
correct: Array<number>, } | { "what": "poll_reopened", 
/**
 * All of it; the right options are not for the audience.
 */
poll: Poll, } | { "what": "poll_archived", 
/**
 * Which.
 */
poll: PollId, } | { "what": "overlay_set", 
/**
 * What; absent: nothing.
 */
overlay?: Overlay, } | { "what": "hand_raised", 
/**
 * Whose, and why.
 */
hand: RaisedHand, } | { "what": "hand_lowered", 
/**
 * Whose.
 */
participant: ParticipantId, } | { "what": "rules_set", 
/**
 * All of the rules.
 */
rules: RoomRules, 
/**
 * Everything was stopped, and they were this before; for whoever looks after the show.
 */
before_stop?: RoomRules, } | { "what": "sanctioned", 
/**
 * Who, and from what.
 */
sanctioned: Sanctioned, } | { "what": "sanction_lifted", 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * What ends; absent: all of it.
 */
kind?: SanctionKind, } | { "what": "reported", 
/**
 * What.
 */
report: Report, } | { "what": "report_settled", 
/**
 * Which.
 */
report: ReportId, 
/**
 * Whether nobody looked at it: it made way.
 */
made_way?: boolean, 
/**
 * As [`Report::about_crew`](crate::Report::about_crew): moderators learn nothing of it.
 */
about_crew?: boolean, } | { "what": "report_reopened", 
/**
 * All of it.
 */
report: Report, } | { "what": "admitted", 
/**
 * Who.
 */
participants: Array<ParticipantId>, } | { "what": "hidden", 
/**
 * It stands for all entries as far as this one; absent: for itself.
 */
through?: Seq, } | { "what": "unknown" };

/**
 * A room as of `seq`. With the updates after it, it equals the whole log replayed.
 */
export type Snapshot = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * The last update that is in it.
 */
seq: Seq, 
/**
 * The room's title.
 */
title: string, 
/**
 * Where the show stands.
 */
phase: Phase, 
/**
 * Who is on stage, in the order in which they came.
 */
on_stage: Array<CrewMember>, 
/**
 * The scene on program.
 */
program: Scene, 
/**
 * What lies over it.
 */
overlay?: Overlay, 
/**
 * The latest messages, oldest first, those that are gone in their places; at most [`SNAPSHOT_MESSAGES`].
 */
chat: Array<Message>, 
/**
 * The message that is pinned.
 */
pinned?: Message, 
/**
 * What is announced.
 */
announcement?: Announcement, 
/**
 * What may be done in the room.
 */
rules: RoomRules, 
/**
 * The questions that one may see, in the order in which they were asked; of those that were asked at the same moment, by their ids.
 */
questions: Array<Question>, 
/**
 * The polls that one may see, in the order in which they were made; the audience sees them in the order in which they were opened.
 */
polls: Array<Poll>, 
/**
 * What only the crew sees; absent for the audience.
 */
crew?: CrewView, };

/**
 * The crew's part of a snapshot.
 */
export type CrewView = { 
/**
 * Whether it is the view of those who look after the show; those who speak see less of it.
 */
control: boolean, 
/**
 * Who waits in the green room, in the order in which they came. Those on stage are not in it.
 */
backstage: Array<CrewMember>, 
/**
 * The scene that a take would put on program.
 */
preview: Scene, 
/**
 * The latest notes of the crew, oldest first, those that are gone in their places; at most [`SNAPSHOT_MESSAGES`].
 */
notes: Array<Message>, 
/**
 * Raised hands, in the order in which they are taken. Those who speak are told of none.
 */
hands: Array<RaisedHand>, 
/**
 * Who is kept from something. Those who speak are told of none.
 */
sanctions: Array<Sanctioned>, 
/**
 * What was reported and not looked at, oldest first. Those who speak are told of none.
 */
reports: Array<Report>, 
/**
 * Everything was stopped, and this is how it was before. Those who speak are not told.
 */
before_stop?: RoomRules, 
/**
 * What is planned for the room. Those who speak are told of none.
 */
run_of_show: RunOfShow, 
/**
 * The cue that is called now.
 */
called?: CalledCue, };

/**
 * What is planned for one room. It follows the plan that organizers edit.
 */
export type RunOfShow = { 
/**
 * How the stage can look, by names that cues call; in the order of the plan.
 */
scenes: Array<PlannedScene>, 
/**
 * The sessions in the room, in the order in which they begin.
 */
sessions: Array<PlannedSession>, 
/**
 * In the order in which they are called.
 */
cues: Array<Cue>, 
/**
 * What the audience is to be asked, session by session.
 */
polls: Array<PlannedPoll>, };

/**
 * A poll that is planned for the room. Who runs polls makes a draft of it, once.
 */
export type PlannedPoll = { 
/**
 * Which; the draft that is made of it has the same.
 */
id: PollId, 
/**
 * The title of the session that it is planned for.
 */
session: string, 
/**
 * What it asks.
 */
form: PollForm, 
/**
 * It was asked here, and thrown away since: it is not asked again.
 */
asked: boolean, };

/**
 * A scene that a cue can call.
 */
export type PlannedScene = { 
/**
 * Unlike any other in the room.
 */
name: string, 
/**
 * How it divides the picture.
 */
layout: Layout, };

/**
 * A session, as far as a run of show needs it.
 */
export type PlannedSession = { 
/**
 * Which.
 */
session: SessionId, 
/**
 * Its title.
 */
title: string, 
/**
 * Who speaks in it, in its order, as far as they are invited: nobody else can come.
 */
cast: Array<CastMember>, 
/**
 * How many speak in it who are not invited yet.
 */
uninvited: number, };

/**
 * Somebody who speaks in a session.
 */
export type CastMember = { 
/**
 * Who they are in the rooms.
 */
participant: ParticipantId, 
/**
 * As the agenda calls them.
 */
name: string, };

/**
 * A line of the run of show.
 */
export type Cue = { 
/**
 * Which: it stays what it is when it is moved or called otherwise.
 */
id: CueId, 
/**
 * What happens.
 */
title: string, 
/**
 * How long it is meant to take.
 */
minutes: number, 
/**
 * When it is to begin; absent where no session in the room says a time.
 */
due?: Timestamp, 
/**
 * The scene that it puts into the preview, by its name.
 */
scene?: string, 
/**
 * What the crew has to know.
 */
notes: string, 
/**
 * In which session; absent before, between and after them.
 */
session?: SessionId, 
/**
 * It was taken out of the plan while it was called: it stands here until another is.
 */
dropped: boolean, };

/**
 * The cue that is called now.
 */
export type CalledCue = { 
/**
 * Which.
 */
cue: CueId, 
/**
 * Since when.
 */
at: Timestamp, };

/**
 * A passing fact about a room.
 */
export type Signal = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * The fact.
 */
body: SignalBody, };

/**
 * The facts that pass.
 */
export type SignalBody = { "signal": "watching", 
/**
 * Distinct participants with at least one connection, crew not counted.
 */
count: number, } | { "signal": "slots", 
/**
 * The map.
 */
slots: SlotMap, } | { "signal": "levels", 
/**
 * One for each publisher whose sound arrives.
 */
levels: Array<Level>, } | { "signal": "reactions", 
/**
 * Of each that came.
 */
counts: Array<ReactionCount>, } | { "signal": "counted", 
/**
 * The poll.
 */
poll: PollId, 
/**
 * How they stand.
 */
tally: Tally, } | { "signal": "lobby", 
/**
 * How many wait.
 */
count: number, 
/**
 * The first of them, at most a hundred.
 */
first: Array<LobbyGuest>, } | { "signal": "unknown" };

/**
 * How loud someone is.
 */
export type Level = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * In dB below full scale: 0 is the loudest, 127 silence (RFC 6464, section 3).
 */
below_full_scale: number, 
/**
 * Whether they are the active speaker.
 */
speaking: boolean, };

/**
 * Whose media each standing slot carries, by the order of the receive sections in the offer. An empty slot is silent.
 * A publisher keeps its video slot for as long as it is seen; nobody is sent their own sound, and
 * their own picture only another device of theirs than the one that sends it.
 */
export type SlotMap = { 
/**
 * [`VIDEO_SLOTS`] entries.
 */
video: Array<ParticipantId | null>, 
/**
 * [`AUDIO_SLOTS`] entries.
 */
audio: Array<ParticipantId | null>, };

/**
 * Asks for a WebRTC connection to the room's media.
 *
 * The offer (RFC 8829) has, in this order: one send-only video and one send-only audio section, then [`VIDEO_SLOTS`]
 * receive-only video and [`AUDIO_SLOTS`] receive-only audio sections, all in one bundle. The server is ICE-lite (RFC 8445,
 * section 2.5), answers with its own candidates and never sends to a candidate that an offer merely names. A login
 * has one media connection: a new offer replaces the one before.
 */
export type MediaOffer = { 
/**
 * Made by the client, to match the answer.
 */
id: CommandId, 
/**
 * The room.
 */
room: RoomId, 
/**
 * The SDP, at most [`MAX_SDP_BYTES`].
 */
sdp: string, };

/**
 * What came of an offer.
 */
export type MediaOutcome = { "is": "answered", 
/**
 * The answer's SDP.
 */
sdp: string, } | { "is": "refused", 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * When to try again, in milliseconds from now, where that helps.
 */
retry_after_ms?: number, } | { "is": "unknown" };

/**
 * Answers a [`MediaOffer`].
 */
export type MediaAnswer = { 
/**
 * The offer's id.
 */
id: CommandId, 
/**
 * What came of it.
 */
outcome: MediaOutcome, };

/**
 * What an invite is for, shown before signing in.
 */
export type InviteCard = { 
/**
 * The event's title.
 */
event: string, 
/**
 * As what one comes.
 */
role: Role, 
/**
 * The name, where the invite is personal; otherwise one gives it.
 */
name?: string, };

/**
 * The rooms of one's event, in their order.
 */
export type EventRooms = { 
/**
 * All of them.
 */
rooms: Array<RoomCard>, };

/**
 * Some of those who are in a room, by their names, as it was a moment ago.
 */
export type PeoplePage = { 
/**
 * At most [`PAGE_PEOPLE`] of those in whose name all words of `q` are begun.
 */
people: Array<PersonCard>, 
/**
 * How many there are in all whom one may see and who were sought.
 */
count: number, 
/**
 * Behind whom the next page begins; absent where this is the last. Anybody of an event can be named as `after`, also who is gone: the page begins
 * where they would stand.
 */
after?: ParticipantId, };

/**
 * Somebody who is in a room.
 */
export type PersonCard = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * As what they came. The audience is shown those of the audience alone: who waits backstage is no news of theirs.
 */
role: Role, 
/**
 * What they do, where one may see it.
 */
headline?: string, 
/**
 * For whom.
 */
company?: string, };

/**
 * Somebody of the event, as whoever asks may see them.
 */
export type PersonDetails = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As they are called.
 */
name: string, 
/**
 * As what they come.
 */
role: Role, 
/**
 * What they say of themselves. Absent: nothing, or nothing that one may see.
 */
profile?: Profile, };

/**
 * What somebody says of themselves in an event. All of it may be empty.
 */
export type Profile = { 
/**
 * What they do: one line, at most [`MAX_HEADLINE_CHARS`].
 */
headline: string, 
/**
 * For whom: one line, at most [`MAX_COMPANY_CHARS`].
 */
company: string, 
/**
 * One line, at most [`MAX_PRONOUNS_CHARS`].
 */
pronouns: string, 
/**
 * A few words, at most [`MAX_ABOUT_CHARS`].
 */
about: string, 
/**
 * At most [`MAX_LINKS`], each an absolute `https` URL of at most [`MAX_LINK_CHARS`].
 */
links: Array<string>, 
/**
 * Who is shown it.
 */
shown_to: ShownTo, };

/**
 * Who is shown what somebody says of themselves. Their name is no part of it.
 */
export type ShownTo = "everybody" | "crew" | "nobody" | "unknown";

/**
 * One's own profile.
 */
export type OwnProfile = { 
/**
 * As it is kept; absent where one has said nothing yet.
 */
profile?: Profile, 
/**
 * What one said at another event, to be taken over: for a person who is signed in, where they have said nothing here.
 */
before?: Profile, };

/**
 * A room that one can go to.
 */
export type RoomCard = { 
/**
 * Which.
 */
room: RoomId, 
/**
 * Its title.
 */
title: string, 
/**
 * What is on and what comes next there, in the order in which it begins: [`SESSIONS_A_ROOM`] at most.
 */
sessions: Array<SessionSlot>, 
/**
 * The last one that is over there: what was on can be watched again.
 */
before?: SessionSlot, };

/**
 * A session, as far as one chooses a room by it.
 */
export type SessionSlot = { 
/**
 * Its title.
 */
title: string, 
/**
 * When it begins.
 */
starts_at: Timestamp, 
/**
 * When it ends.
 */
ends_at: Timestamp, };

/**
 * Trades an invite for a login.
 */
export type LoginRequest = { 
/**
 * The invite's secret.
 */
invite: Token, 
/**
 * One's name; taken only where the invite is not personal.
 */
name?: string, };

/**
 * A login. A personal invite has one at a time: signing in again ends the one before.
 */
export type Login = { 
/**
 * Opaque and secret; for `Hello` and as bearer.
 */
token: Token, 
/**
 * Who one is.
 */
participant: ParticipantId, 
/**
 * As one is called.
 */
name: string, 
/**
 * As what one came.
 */
role: Role, 
/**
 * The event.
 */
event: EventId, 
/**
 * The event's title.
 */
event_title: string, 
/**
 * Into which of the event's rooms the invite leads.
 */
room: RoomId, };

/**
 * Asks for a link by mail.
 */
export type SignInRequest = { 
/**
 * Whose mail it goes to.
 */
email: string, 
/**
 * What this device is called in the list of sign-ins; at most [`crate::MAX_NAME_CHARS`].
 */
device: string, };

/**
 * A link is on its way.
 */
export type SignInAsked = { 
/**
 * What this device keeps: without it the link is good for nothing.
 */
device: Token, 
/**
 * Until when the link can be used.
 */
expires: Timestamp, };

/**
 * Finishes a sign-in.
 */
export type SignInConfirmation = { 
/**
 * What the link carries.
 */
secret: Token, 
/**
 * What the device kept.
 */
device: Token, };

/**
 * A person is signed in on this device.
 */
export type SignedIn = { 
/**
 * Opaque and secret; as bearer for `/graphql`.
 */
token: Token, 
/**
 * Who one is.
 */
person: PersonId, 
/**
 * One's address.
 */
email: string, 
/**
 * As one is called; empty where one never said it.
 */
name: string, };

/**
 * How one can sign in to a server.
 */
export type SignInWays = { 
/**
 * By a link in a mail.
 */
mail: boolean, 
/**
 * With an account of this provider, which is called so.
 */
oidc: string | null, };

/**
 * Asks to sign in with an account of the provider.
 */
export type ProviderSignIn = { 
/**
 * What this device is called in the list of sign-ins; at most [`crate::MAX_NAME_CHARS`].
 */
device: string, };

/**
 * The provider is waiting.
 */
export type ProviderSignInAsked = { 
/**
 * What this device keeps: without it the link at the end is good for nothing.
 */
device: Token, 
/**
 * Until when the provider has to have answered.
 */
expires: Timestamp, 
/**
 * What to open in a browser.
 */
url: string, };

/**
 * Someone with an address: a member of organisations, or who registers.
 */
export type PersonId = string;

/**
 * From the client. The first frame is `Hello`, within ten seconds.
 */
export type ClientFrame = { "frame": "hello" } & Hello | { "frame": "command" } & Command | { "frame": "inbox" } & InboxCommand | { "frame": "media" } & MediaOffer | { "frame": "react", 
/**
 * In which room.
 */
room: RoomId, 
/**
 * What.
 */
reaction: Reaction, } | { "frame": "ping", 
/**
 * Comes back as it is.
 */
sent_at: Timestamp, } | { "frame": "unknown" };

/**
 * Asks one's own inbox for something. A [`Reply`](crate::Reply) answers: what is accepted is stored, at that position of the inbox; a report at
 * that position of the room's log.
 */
export type InboxCommand = { 
/**
 * Made by the client; the same id gets the first answer again, whatever the body. A direct message is known by it.
 */
id: CommandId, 
/**
 * What.
 */
body: InboxCommandBody, };

/**
 * What can be asked of an inbox.
 */
export type InboxCommandBody = { "do": "send_direct", 
/**
 * To whom.
 */
to: ParticipantId, 
/**
 * The text; trimmed by the inbox.
 */
text: string, } | { "do": "mark_read", 
/**
 * What.
 */
strand: Strand, 
/**
 * The last that one has read: a position of the inbox in a conversation, one of its log in a room.
 */
up_to: Seq, } | { "do": "block", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "do": "unblock", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "do": "allow_directs", 
/**
 * Who.
 */
from: DirectsFrom, } | { "do": "report", 
/**
 * Which.
 */
message: MessageId, 
/**
 * Of whom; ids are their authors' to choose. Absent: of whoever wrote under it first.
 */
from?: ParticipantId, 
/**
 * Why; may be empty.
 */
reason: string, } | { "do": "unknown" };

/**
 * What one reads on and on.
 */
export type Strand = { "is": "person", 
/**
 * With whom.
 */
participant: ParticipantId, } | { "is": "room", 
/**
 * Of which.
 */
room: RoomId, } | { "is": "notes", 
/**
 * Of which.
 */
room: RoomId, } | { "is": "unknown" };

/**
 * Who may write to one. Whoever one has written to may answer, whatever this says.
 */
export type DirectsFrom = "everybody" | "crew" | "nobody" | "unknown";

/**
 * Somebody, as they were called when it was written.
 */
export type Peer = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * Their name.
 */
name: string, 
/**
 * As what they came.
 */
role: Role, };

/**
 * An entry of an inbox.
 */
export type InboxEntry = { 
/**
 * Its place.
 */
position: Seq, 
/**
 * When it was stored.
 */
at: Timestamp, 
/**
 * What it is.
 */
body: InboxEntryBody, };

/**
 * What can be in an inbox.
 */
export type InboxEntryBody = { "what": "received", 
/**
 * Who.
 */
from: Peer, 
/**
 * By this it can be reported.
 */
message: MessageId, 
/**
 * 1 to [`MAX_DIRECT_CHARS`] characters, without control characters other than line breaks.
 */
text: string, } | { "what": "sent", 
/**
 * To whom.
 */
to: Peer, 
/**
 * The id of the command that sent it, so a client can match its own.
 */
message: MessageId, 
/**
 * As [`Received`](Self::Received).
 */
text: string, } | { "what": "mentioned", 
/**
 * Who.
 */
by: Peer, 
/**
 * Where.
 */
room: RoomId, 
/**
 * In the notes of its crew, and not in its chat.
 */
notes: boolean, 
/**
 * The position of the message in the log of the room: once that is read, so is this.
 */
seq: Seq, 
/**
 * The message.
 */
message: MessageId, 
/**
 * How it begins; [`EXCERPT_CHARS`] at most.
 */
excerpt: string, } | { "what": "unmentioned", 
/**
 * Which.
 */
message: MessageId, } | { "what": "read_up_to", 
/**
 * What.
 */
strand: Strand, 
/**
 * How far.
 */
up_to: Seq, } | { "what": "blocked", 
/**
 * Whom.
 */
who: Peer, } | { "what": "unblocked", 
/**
 * Whom.
 */
participant: ParticipantId, } | { "what": "directs_allowed", 
/**
 * Who.
 */
from: DirectsFrom, } | { "what": "forgotten", 
/**
 * Who they were.
 */
participant: ParticipantId, } | { "what": "unknown" };

/**
 * What the server says of an inbox.
 */
export type InboxNews = { "is": "entries" } & InboxBatch | { "is": "stands" } & InboxSnapshot | { "is": "unknown" };

/**
 * A stretch of an inbox: all of it that still says something. A mark in whose place a later one came is left out.
 */
export type InboxBatch = { 
/**
 * The position before it: what the client has, or earlier.
 */
after: Seq, 
/**
 * Its last position.
 */
up_to: Seq, 
/**
 * In order; none, where nothing was missed.
 */
entries: Array<InboxEntry>, };

/**
 * Where an inbox stands.
 */
export type InboxSnapshot = { 
/**
 * The last position that is in it.
 */
up_to: Seq, 
/**
 * Who may write to one.
 */
directs_from: DirectsFrom, 
/**
 * Whom one blocks.
 */
blocked: Array<Peer>, 
/**
 * With whom one wrote last: [`INBOX_CONVERSATIONS`] at most, the latest first.
 */
conversations: Array<Conversation>, 
/**
 * Where one was mentioned last, oldest first; [`INBOX_MENTIONS`] at most.
 */
mentions: Array<InboxEntry>, 
/**
 * How far one has read the chats of rooms.
 */
rooms: Array<RoomRead>, 
/**
 * And the notes of their crews.
 */
notes: Array<RoomRead>, };

/**
 * A conversation, as far as a list shows it.
 */
export type Conversation = { 
/**
 * With whom.
 */
with: Peer, 
/**
 * The latest message, received or sent.
 */
latest: InboxEntry, 
/**
 * How many were received and not read.
 */
unread: number, 
/**
 * The position of the last that one has read; [`Seq::START`] where that is none.
 */
read_up_to: Seq, };

/**
 * How far one has read the chat of a room, or the notes of its crew.
 */
export type RoomRead = { 
/**
 * Of which.
 */
room: RoomId, 
/**
 * The position in its log.
 */
up_to: Seq, };

/**
 * A part of a conversation.
 */
export type InboxPage = { 
/**
 * What was received and sent, oldest first; [`INBOX_PAGE`] at most.
 */
entries: Array<InboxEntry>, 
/**
 * Whether there is something before it.
 */
has_more: boolean, };

/**
 * What of a room can be replayed.
 */
export type ReplayOutline = { 
/**
 * Which room.
 */
room: RoomId, 
/**
 * Its title.
 */
title: string, 
/**
 * In the order in which they were; none where nothing is over yet.
 */
parts: Array<ReplayPart>, };

/**
 * A session of the agenda that is over; or a stretch in which the room was live and no session lies.
 */
export type ReplayPart = { 
/**
 * Which session.
 */
session?: SessionId, 
/**
 * Its title, or that of the room.
 */
title: string, 
/**
 * When it really began; as planned, where the room was not live then.
 */
starts_at: Timestamp, 
/**
 * When it really ended. What happened at this very moment belongs to it.
 */
ends_at: Timestamp, 
/**
 * In the order of the log, at most [`MARKS_OF_A_PART`].
 */
marks: Array<ReplayMark>, };

/**
 * What one looks for on the time line.
 */
export type ReplayMark = { 
/**
 * The entry of the log.
 */
seq: Seq, 
/**
 * When it was.
 */
at: Timestamp, 
/**
 * What it was.
 */
mark: Mark, };

/**
 * What is marked on the time line. Texts are cut after [`EXCERPT_CHARS`](crate::EXCERPT_CHARS).
 */
export type Mark = { "is": "went_live" } | { "is": "ended" } | { "is": "came_on_stage", 
/**
 * As they are called.
 */
name: string, } | { "is": "scene_taken", 
/**
 * Which.
 */
scene: Scene, } | { "is": "question_answered", 
/**
 * The question.
 */
text: string, } | { "is": "poll_opened", 
/**
 * What it asked.
 */
question: string, } | { "is": "announced", 
/**
 * What.
 */
text: string, } | { "is": "unknown" };

/**
 * What happened after a position, oldest first.
 */
export type ReplayPage = { 
/**
 * At most [`PAGE_REPLAY`], without gaps: what the asker does not see is [`Hidden`](crate::UpdateBody::Hidden), in runs.
 */
updates: Array<Update>, 
/**
 * Whether there are later ones that can be replayed: those after the last position of these.
 */
more: boolean, };

/**
 * From the server.
 */
export type ServerFrame = { "frame": "welcome" } & Welcome | { "frame": "refused" } & Refused | { "frame": "reply" } & Reply | { "frame": "updates" } & UpdateBatch | { "frame": "snapshot" } & Snapshot | { "frame": "inbox" } & InboxNews | { "frame": "mine" } & Mine | { "frame": "waiting", 
/**
 * Which room.
 */
room: RoomId, } | { "frame": "signal" } & Signal | { "frame": "media" } & MediaAnswer | { "frame": "pong", 
/**
 * As it was sent.
 */
sent_at: Timestamp, 
/**
 * The server's clock.
 */
now: Timestamp, } | { "frame": "unknown" };

/**
 * Who one is and where one stopped.
 */
export type Hello = { 
/**
 * What the client speaks.
 */
version: Version, 
/**
 * The login's token.
 */
token: Token, 
/**
 * Name and version of the client, for the server's log.
 */
client: string, 
/**
 * The rooms one wants, each with the last position one has; without any, the event's stage from a snapshot.
 */
rooms: Array<RoomPosition>, 
/**
 * The last position of one's inbox that one has; [`Seq::START`] for where it stands. Without it, one is told nothing of it.
 */
inbox_after?: Seq, };

/**
 * A room, and how far one has its log.
 */
export type RoomPosition = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * The last update that one has; without it, or where the room no longer holds what follows, one gets a snapshot.
 */
after?: Seq, };

/**
 * Answers `Hello`. For each room an update batch or a snapshot follows.
 */
export type Welcome = { 
/**
 * What both speak.
 */
version: Version, 
/**
 * The server's clock.
 */
now: Timestamp, 
/**
 * Who one is.
 */
me: Me, 
/**
 * The rooms that one is in.
 */
rooms: Array<RoomId>, 
/**
 * The offer whose media connection still stands, after a connection that was lost and came back within the grace: whoever
 * made that offer goes on with it. Absent, or another's: one has to offer.
 */
media?: CommandId, };

/**
 * Who one is.
 */
export type Me = { 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * As one is called.
 */
name: string, 
/**
 * As what one came.
 */
role: Role, 
/**
 * On which of one's devices, where a ticket is good for several; [`CrewMember::device`](crate::CrewMember::device) tells which of
 * them sends.
 */
device?: DeviceId, 
/**
 * What the role may do; whatever else one asks for is refused. Absent: the server does not say, and refuses all the same.
 */
may?: Array<Action>, 
/**
 * The event.
 */
event: EventId, 
/**
 * The event's title.
 */
event_title: string, };

/**
 * Updates of one room, in order, without a gap among them or to what the client has.
 */
export type UpdateBatch = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * At least one, except as the answer to a resume that missed nothing.
 */
updates: Array<Update>, };

/**
 * Why the connection ends.
 */
export type Refused = { 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * When to come back, in milliseconds from now; absent where coming back does not help.
 */
retry_after_ms?: number, 
/**
 * When the doors open, where they are not open yet and that is known. Whoever starts the event earlier opens them, too.
 */
opens_at?: Timestamp, };

