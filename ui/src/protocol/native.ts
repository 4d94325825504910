// Generated from `src-tauri/src/ipc` by `cargo xtask codegen`. Do not edit.

import type { CommandBody, CommandId, EventId, ParticipantId, Refusal, Role, RoomId, Sending, ServerFrame, Timestamp } from "./index";

/**
 * What the native core tells the page.
 */
export type NativeEvent = { "event": "connection", 
/**
 * How it is now.
 */
state: ConnectionState, } | { "event": "room", 
/**
 * Which.
 */
room: RoomId, } | { "event": "frame", 
/**
 * As the server sent it.
 */
frame: ServerFrame, } | { "event": "media", 
/**
 * How it is now.
 */
status: MediaStatus, } | { "event": "own_level", 
/**
 * In dB below full scale: 0 is the loudest, 127 silence.
 */
below_full_scale: number, } | { "event": "keeping", 
/**
 * Where.
 */
keeping: TokenKeeping, } | { "event": "close_asked" } | { "event": "link_opened", 
/**
 * The link.
 */
link: string, } | { "event": "unsent", 
/**
 * In the order in which it was said.
 */
messages: Array<UnsentMessage>, 
/**
 * What one wrote to somebody, likewise.
 */
letters: Array<UnsentLetter>, } | { "event": "account", 
/**
 * Who is signed in.
 */
account: Account | null, 
/**
 * What a sign-in that was asked for waits for.
 */
waitingFor: Waiting | null, 
/**
 * Why the one that was asked for last did not come to an end, until another is.
 */
failed: ApiCode | null, };

/**
 * How the connection to the event server stands.
 */
export type ConnectionState = { "state": "signed_out" } | { "state": "connecting" } | { "state": "connected", 
/**
 * There and back to the server, in milliseconds; absent until measured.
 */
round_trip_ms?: number, } | { "state": "reconnecting", 
/**
 * Which attempt, from 1.
 */
attempt: number, 
/**
 * When it starts, in milliseconds from now.
 */
retry_in_ms: number, } | { "state": "early", 
/**
 * When they open, where that is known.
 */
opens_at?: Timestamp, } | { "state": "away", 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * Until when, on the server's clock, where that is known.
 */
until?: Timestamp, } | { "state": "ended", 
/**
 * Why.
 */
refusal: Refusal, };

/**
 * Who is signed in, as the page may know it: no token.
 */
export type SessionCard = { 
/**
 * The server's base URL.
 */
server: string, 
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
 * The event.
 */
event: EventId, 
/**
 * Its title.
 */
event_title: string, 
/**
 * In which of its rooms they are.
 */
room: RoomId, };

/**
 * Where the token is kept.
 */
export type TokenKeeping = "key_store" | "this_run_only" | "as_asked";

/**
 * The answer to `attach`. After it the core sends a `Frame` with a snapshot as soon as it has one.
 */
export type Attached = { 
/**
 * Who is signed in.
 */
session?: SessionCard, 
/**
 * For the welcome window, where somebody is signed in beside it: coming in by another link takes their place.
 */
beside?: SessionCard, 
/**
 * Where the token is kept.
 */
keeping: TokenKeeping, 
/**
 * The connection.
 */
connection: ConnectionState, 
/**
 * Devices and media.
 */
media: MediaStatus, 
/**
 * What one said and the room has not taken, in the order in which it was said.
 */
unsent: Array<UnsentMessage>, 
/**
 * What one wrote to somebody and the inbox has not taken, likewise.
 */
letters: Array<UnsentLetter>, 
/**
 * Where encoded frames are served: `ws://127.0.0.1:{port}/frames?token={token}`.
 */
frames_url: string, 
/**
 * The link that the app was started with, where nobody is signed in yet.
 */
link?: string, };

/**
 * What one said and the room has not taken, or not yet. It is kept over the end of the app, also a sudden one, until the room took it or the
 * person does not want it any more.
 */
export type UnsentMessage = { 
/**
 * The command's id, which is the message's.
 */
id: CommandId, 
/**
 * Where it was said.
 */
room: RoomId, 
/**
 * What.
 */
body: CommandBody, 
/**
 * Why it was not sent, or whether it was nobody knows. Absent: it is on its way, or waits for a connection.
 */
trouble?: Problem, };

/**
 * A direct message that the inbox has not taken, or not yet; kept as an [`UnsentMessage`] is.
 */
export type UnsentLetter = { 
/**
 * The command's id, which is the message's.
 */
id: CommandId, 
/**
 * To whom.
 */
to: ParticipantId, 
/**
 * The text.
 */
text: string, 
/**
 * As of an [`UnsentMessage`].
 */
trouble?: Problem, };

/**
 * Why a call from the page failed.
 */
export type Problem = { "problem": "refused", 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * When to try again, in milliseconds.
 */
retry_after_ms?: number, } | { "problem": "not_a_link" } | { "problem": "unconfirmed" } | { "problem": "unreachable" } | { "problem": "offline" } | { "problem": "unsure" } | { "problem": "signed_out" } | { "problem": "device", 
/**
 * Which, and why.
 */
fault: DeviceFault, };

/**
 * Where a link leads, as far as the link itself says it: nothing was sent anywhere.
 */
export type Destination = { 
/**
 * The server's base URL.
 */
server: string, 
/**
 * Whether one has signed in there before.
 */
known: boolean, 
/**
 * Whether what is said to it can be read and changed on the way.
 */
plain: boolean, };

/**
 * Kinds of devices.
 */
export type DeviceKind = "camera" | "microphone" | "speaker";

/**
 * A device that can be chosen.
 */
export type Device = { 
/**
 * What to hand to `choose_device`: `camera:…`, `mic:…`, `clip:/path.webm`, `test`.
 */
id: string, 
/**
 * As a person knows it; empty for `test`, which the page has words for.
 */
label: string, };

/**
 * What there is to choose from. An empty list is a supported state, and said.
 */
export type Devices = { 
/**
 * Cameras, clips and the test picture.
 */
cameras: Array<Device>, 
/**
 * Microphones, clips and the test tone.
 */
microphones: Array<Device>, 
/**
 * Loudspeakers and headphones.
 */
speakers: Array<Device>, };

/**
 * What was chosen. No camera and no microphone mean none; no loudspeaker means the system's own choice, and `none` silence.
 */
export type DeviceChoice = { 
/**
 * A camera's id.
 */
camera?: string, 
/**
 * A microphone's id.
 */
microphone?: string, 
/**
 * A loudspeaker's id.
 */
speaker?: string, };

/**
 * How devices and the media connection stand.
 */
export type MediaStatus = { 
/**
 * Whether the WebRTC connection is up.
 */
connected: boolean, 
/**
 * How the switches stand.
 */
wanted: Sending, 
/**
 * What really leaves this machine: what is wanted, where its device runs without a fault. The room is told the same.
 */
sending: Sending, 
/**
 * Whether one's own microphone is played on one's own loudspeaker.
 */
hearing_myself: boolean, 
/**
 * Why the server did not take the last offer of a media connection, until it takes one.
 */
refused?: MediaRefused, 
/**
 * What is chosen.
 */
choice: DeviceChoice, 
/**
 * What a chosen device said when it failed, one entry a kind. One that is away is tried again, and its entry goes when
 * it works. With an entry for the loudspeaker, and not `silent`, the system's own choice plays instead.
 */
faults: Array<DeviceFault>, 
/**
 * No loudspeaker: sound is decoded and dropped, and the person is told.
 */
silent: boolean, };

/**
 * The server took no media connection.
 */
export type MediaRefused = { 
/**
 * Why.
 */
refusal: Refusal, 
/**
 * When it is tried again, in milliseconds, where the server said so.
 */
retry_after_ms?: number, };

/**
 * A device that failed.
 */
export type DeviceFault = { 
/**
 * Which kind.
 */
kind: DeviceKind, 
/**
 * Why.
 */
cause: FaultCause, 
/**
 * The system's own words, where it had some: for the person who looks for the cause.
 */
detail?: string, };

/**
 * Why a device or a clip cannot be used.
 */
export type FaultCause = "no_sound" | "missing" | "closed" | "stopped" | "unreadable" | "clip_missing" | "clip_too_large" | "clip_unplayable" | "clip_lacks" | "not_offered" | "internal";

/**
 * Figures of the media path since the connection was made, for the person who asks how well it goes.
 */
export type MediaStats = { 
/**
 * Pictures sent.
 */
frames_sent: number, 
/**
 * Complete pictures that arrived and went to the page.
 */
frames_received: number, 
/**
 * Pictures that were given up because a part never came.
 */
frames_lost: number, 
/**
 * Samples a channel that were mixed and played (or dropped where there is no loudspeaker), at 48 kHz.
 */
samples_played: number, 
/**
 * Samples a channel that were decoded from what others sent and are not silence, at 48 kHz.
 */
samples_heard: number, 
/**
 * The loudest sample of the last second of what was played, 0 to 1.
 */
played_peak: number, 
/**
 * When a picture was drawn minus when it was planned to be, so as to be with its sound, in milliseconds; smoothed.
 * Positive when pictures are late. Absent when no picture that goes with a sound was drawn in the last two seconds.
 */
picture_behind_sound_ms?: number, 
/**
 * What the send side may use, in bits a second.
 */
send_bitrate: number, 
/**
 * Gaps that microphone and loudspeaker had because this machine did not keep up.
 */
xruns: number, };

/**
 * Why something was not answered or not done. Those of the server's interface first, those of this computer after them.
 */
export type ApiCode = "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "BAD_INPUT" | "CONFLICT" | "WRONG_PHASE" | "SOLD_OUT" | "NOT_ON_SALE" | "CODE_INVALID" | "PEOPLE_REGISTERED" | "ALREADY_REGISTERED" | "LAST_OWNER" | "SLUG_TAKEN" | "PAYMENT_FAILED" | "TEMPLATE_INVALID" | "TOO_COMPLEX" | "TOO_LARGE" | "SLOW_DOWN" | "OVERLOADED" | "STORAGE_UNAVAILABLE" | "EMAIL_INVALID" | "MAIL_UNAVAILABLE" | "TOKEN_INVALID" | "TOKEN_EXPIRED" | "OFFLINE" | "UNKNOWN" | "NOT_A_LINK" | "NOT_ASKED" | "UNCONFIRMED" | "PROVIDER_NOT_OFFERED" | "PROVIDER_UNAVAILABLE" | "PROVIDER_CANCELLED" | "PROVIDER_REFUSED" | "TIMED_OUT" | "NO_BROWSER" | "NOT_KEPT" | "FILE_UNREADABLE" | "REFUSED";

/**
 * A call that failed.
 */
export type ApiProblem = { 
/**
 * Why.
 */
code: ApiCode, 
/**
 * For whoever looks for the cause; the page has words of its own.
 */
message: string, 
/**
 * The part of the input that it is about.
 */
field?: string, 
/**
 * The line of the file that it is about, from 1.
 */
line?: number, 
/**
 * When to try again, in milliseconds.
 */
retryAfterMs?: number, };

/**
 * What a question was answered: by the server, or by the local store where the server cannot be reached.
 */
export type Fetched = { 
/**
 * As the server gave it.
 */
data: unknown, 
/**
 * When it was true, in milliseconds since 1970-01-01 00:00 UTC.
 */
asOf: number, 
/**
 * Whether the server gave it just now.
 */
isFresh: boolean, };

/**
 * What a change was answered.
 */
export type Changed = { 
/**
 * As the server gave it.
 */
data: unknown, };

/**
 * A person, as they see themselves.
 */
export type Person = { 
/**
 * Who.
 */
id: string, 
/**
 * Their address.
 */
email: string, 
/**
 * As they are called; empty where they never said it.
 */
name: string, };

/**
 * Who is signed in as a person, with their organisations and tickets; not as a participant of one event.
 */
export type Account = { 
/**
 * The server's base URL.
 */
server: string, 
/**
 * Who.
 */
person: Person, 
/**
 * The login is over: what is kept can be read, and nothing else until one signs in again.
 */
ended: boolean, };

/**
 * What a sign-in that was asked for waits for.
 */
export type Waiting = { "by": "mail", 
/**
 * To this address.
 */
email: string, } | { "by": "provider", 
/**
 * What the provider is called.
 */
name: string, };

/**
 * What was typed and not yet saved.
 */
export type KeptDraft = { 
/**
 * As the page called it.
 */
key: string, 
/**
 * What was typed.
 */
text: string, 
/**
 * When, in milliseconds since 1970-01-01 00:00 UTC.
 */
keptAt: number, };

/**
 * What an uploaded picture is for; each has its own sizes.
 */
export type ImageUse = "logo" | "cover" | "picture";

/**
 * A picture that the server took.
 */
export type UploadedImage = { 
/**
 * Its id.
 */
id: string, 
/**
 * Where it is shown from.
 */
url: string, 
/**
 * In pixels.
 */
width: number, 
/**
 * In pixels.
 */
height: number, };

/**
 * A file that the person chose.
 */
export type ImportedFile = { 
/**
 * Its name, without the folder.
 */
name: string, 
/**
 * What it holds.
 */
text: string, };

/**
 * What of the server is a file.
 */
export type ServerFile = "attendees" | "agenda" | "calendar" | "archive" | "person";

/**
 * What can be told of an event's rooms.
 */
export type ReportOn = "log" | "chat" | "questions" | "polls" | "votes" | "audit";

/**
 * How a report is written.
 */
export type ReportFormat = "csv" | "jsonl";

/**
 * A report on an event's rooms.
 */
export type RoomsReport = { 
/**
 * Of which event.
 */
event: EventId, 
/**
 * Of one of its rooms; absent: of all.
 */
room?: RoomId, 
/**
 * What is told.
 */
on: ReportOn, 
/**
 * How it is written.
 */
format: ReportFormat, };

/**
 * How far a file is on its way.
 */
export type FileProgress = { 
/**
 * So many bytes went.
 */
bytes: number, 
/**
 * Of so many; absent where nobody knows yet.
 */
of?: number, };

/**
 * What became of a line of a file.
 */
export type LineFate = "added" | "known" | "left_out" | "no_place" | "waits" | "unpaid" | "else";

/**
 * A line of a file that was handed over.
 */
export type FileLine = { 
/**
 * From 1.
 */
line: number, 
/**
 * What became of it.
 */
fate: LineFate, 
/**
 * What it is called; may be empty.
 */
name: string, };

/**
 * Something wrong in a file.
 */
export type FileFault = { 
/**
 * From 1.
 */
line: number, 
/**
 * The name of the column, where it is about one.
 */
column?: string, 
/**
 * In what way; a newer server has more of them.
 */
code: string, 
/**
 * What the words for it are about: another line, a time zone.
 */
detail?: string, 
/**
 * The same in English.
 */
problem: string, };

/**
 * What was taken of a file.
 */
export type FileReport = { 
/**
 * So many are new.
 */
added: number, 
/**
 * So many were there already.
 */
known: number, 
/**
 * Columns that mean nothing there.
 */
ignored: Array<string>, 
/**
 * Rooms that were not there and were made.
 */
rooms: Array<string>, 
/**
 * Where something takes place that can be no room's title: a link, or what is too long.
 */
places: Array<string>, 
/**
 * In the order of the file.
 */
lines: Array<FileLine>, };

/**
 * What became of a file that was handed over.
 */
export type FileTaken = { 
/**
 * The file's name, without the folder.
 */
name: string, 
/**
 * What was taken of it; where something is wrong that is nothing, unless it was found half-way.
 */
taken: FileReport, 
/**
 * What is wrong in it.
 */
faults: Array<FileFault>, 
/**
 * The event that it came to.
 */
event?: string, 
/**
 * Whether people know of that event from elsewhere, so that it is a draft there until somebody publishes it.
 */
held_back: boolean, };

/**
 * The windows that are about no running room.
 */
export type DeskWindow = "welcome" | "dashboard";

