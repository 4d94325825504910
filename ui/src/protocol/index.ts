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
export type Refusal = "malformed" | "too_large" | "unknown_command" | "version_unsupported" | "token_invalid" | "token_expired" | "signed_in_elsewhere" | "sending_elsewhere" | "not_allowed" | "no_such_room" | "taken_down" | "doors_closed" | "event_over" | "event_cancelled" | "event_archived" | "no_such_participant" | "not_backstage" | "stage_full" | "scene_invalid" | "no_such_cue" | "wrong_phase" | "undo_too_late" | "message_empty" | "message_too_long" | "no_such_message" | "not_reachable" | "too_many_blocked" | "name_invalid" | "email_invalid" | "mail_unavailable" | "image_unusable" | "slow_down" | "too_far_behind" | "overloaded" | "shutting_down" | "storage_unavailable" | "provider_unavailable" | "media_unacceptable" | "unknown";

/**
 * What a participant is in an event. What each may do is one table, in the server's `access.rs`.
 */
export type Role = "attendee" | "speaker" | "moderator" | "producer" | "organizer" | "unknown";

/**
 * What can be allowed to a role.
 */
export type Action = "send_message" | "remove_own_message" | "remove_any_message" | "enter_backstage" | "move_on_stage" | "direct_scenes" | "call_show" | "unknown";

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
 * A message that was said. Plain text; the page decides how links look.
 */
export type Message = { 
/**
 * The id of the command that sent it.
 */
id: MessageId, 
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
 * 1 to [`MAX_MESSAGE_CHARS`] characters, without control characters other than line breaks.
 */
text: string, };

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
text: string, } | { "do": "remove_message", 
/**
 * Which.
 */
message: MessageId, } | { "do": "set_sending", 
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
message: Message, } | { "what": "message_removed", 
/**
 * Which.
 */
message: MessageId, } | { "what": "hidden" } | { "what": "unknown" };

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
 * The latest messages, oldest first; at most [`SNAPSHOT_MESSAGES`].
 */
chat: Array<Message>, 
/**
 * What only the crew sees; absent for the audience.
 */
crew?: CrewView, };

/**
 * The crew's part of a snapshot.
 */
export type CrewView = { 
/**
 * Who waits in the green room, in the order in which they came. Those on stage are not in it.
 */
backstage: Array<CrewMember>, 
/**
 * The scene that a take would put on program.
 */
preview: Scene, 
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
cues: Array<Cue>, };

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
levels: Array<Level>, } | { "signal": "unknown" };

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
sessions: Array<SessionSlot>, };

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
export type ClientFrame = { "frame": "hello" } & Hello | { "frame": "command" } & Command | { "frame": "inbox" } & InboxCommand | { "frame": "media" } & MediaOffer | { "frame": "ping", 
/**
 * Comes back as it is.
 */
sent_at: Timestamp, } | { "frame": "unknown" };

/**
 * Asks one's own inbox for something. A [`Reply`](crate::Reply) answers: what is accepted is stored, at that position of the inbox.
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
from: DirectsFrom, } | { "do": "unknown" };

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
rooms: Array<RoomRead>, };

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
 * How far one has read the chat of a room.
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
 * From the server.
 */
export type ServerFrame = { "frame": "welcome" } & Welcome | { "frame": "refused" } & Refused | { "frame": "reply" } & Reply | { "frame": "updates" } & UpdateBatch | { "frame": "snapshot" } & Snapshot | { "frame": "inbox" } & InboxNews | { "frame": "signal" } & Signal | { "frame": "media" } & MediaAnswer | { "frame": "pong", 
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

