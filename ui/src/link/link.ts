import type {
  AuditPage,
  CommandBody,
  CommandId,
  EventRooms,
  InboxCommandBody,
  InboxPage,
  InviteCard,
  MessagePage,
  Outcome,
  OwnProfile,
  ParticipantId,
  PeoplePage,
  PersonDetails,
  PollId,
  Profile,
  Reaction,
  ReplayOutline,
  ReplayPage,
  RoomId,
  Sending,
  Seq,
  SignInWays,
  Snapshot,
  Timestamp,
  VotesPage,
} from "../protocol";
import type {
  ApiProblem,
  Attached,
  Changed,
  DeskWindow,
  Destination,
  DeviceKind,
  Devices,
  Fetched,
  FileProgress,
  FileTaken,
  ImageUse,
  ImportedFile,
  KeptDraft,
  MediaStats,
  NativeEvent,
  Problem,
  RoomsReport,
  ServerFile,
  SessionCard,
  UploadedImage,
} from "../protocol/native";

/** What an invite link leads to, and where. */
export type Invitation = { server: string; card: InviteCard };

/** The native core as the page sees it. A call that fails rejects with a `Problem`. */
export interface Link {
  attach(onEvent: (event: NativeEvent) => void): Promise<Attached>;
  /** Where a link leads. Nothing is sent anywhere. */
  readLink(link: string): Promise<Destination>;
  /** `confirmed`: the person has seen where the link leads, and wants to ask there. */
  lookUpInvite(link: string, confirmed: boolean): Promise<Invitation>;
  /** The core opens the window of the role and closes `welcome`. */
  signIn(link: string, name?: string): Promise<SessionCard>;
  signOut(): Promise<void>;
  /** The question whether to close was heard: the core leaves it to the page. */
  closeHeard(): Promise<void>;
  /** Ends the app. */
  quit(): Promise<void>;
  /**
   * A message survives a lost connection, and the end of the app: the outcome comes when the server has answered. Anything else fails without one.
   * `id`: what it is to be known by, which is the message's, too; the same one again gets the first answer.
   */
  send(body: CommandBody, id?: CommandId): Promise<Outcome>;
  /** What was not sent is not wanted any more. */
  discardUnsent(id: CommandId): Promise<void>;
  /** What was said in a room before a position, oldest first; with `notes` what the crew noted. */
  olderMessages(room: RoomId, before: Seq | undefined, limit: number, notes?: boolean): Promise<MessagePage>;
  /** The messages before a position in which all words of a text are, the last as far as it is begun; newest first. */
  searchMessages(room: RoomId, query: string, before?: Seq, notes?: boolean): Promise<MessagePage>;
  /** Asks one's own inbox for something: it waits for a connection and is done once. A direct message has the id that is given. */
  sendToInbox(body: InboxCommandBody, id?: CommandId): Promise<Outcome>;
  /** A part of one's conversation with somebody: its end, or what stands before a position of the inbox. */
  conversation(participant: ParticipantId, before?: Seq): Promise<InboxPage>;
  /** Throws something at the stage: without a connection nothing comes of it, and nobody is told. */
  react(reaction: Reaction): Promise<void>;
  /** What was done before a position to keep a room in order, newest first; for those who do. */
  audit(room: RoomId, before?: Seq): Promise<AuditPage>;
  /** What of a room can be replayed. */
  replayOutline(room: RoomId): Promise<ReplayOutline>;
  /** A room as it was at a moment, as far as one could see it. */
  replayAt(room: RoomId, at: Timestamp): Promise<Snapshot>;
  /** What happened in a room after a position, for whoever replays it. */
  replayUpdates(room: RoomId, after: Seq): Promise<ReplayPage>;
  /** Who voted for what in a poll that is named, by name: from the first on, or from behind somebody; for those who look after the room. */
  votes(room: RoomId, poll: PollId, after?: ParticipantId): Promise<VotesPage>;
  /**
   * A page of those who are in a room, by their names: in which the words of `query` are begun, behind somebody. With `audience` of the audience alone,
   * which is all that the audience is told of.
   */
  people(room: RoomId, query: string, after?: ParticipantId, audience?: boolean): Promise<PeoplePage>;
  /** Somebody of the event, with what they say of themselves as far as one may see it. */
  person(room: RoomId, participant: ParticipantId): Promise<PersonDetails>;
  /** What one says of oneself. */
  profile(): Promise<OwnProfile>;
  /** Says this of oneself; as it is kept. */
  setProfile(profile: Profile): Promise<Profile>;
  /** The rooms of the event, with what is on in them. */
  rooms(): Promise<EventRooms>;
  /** Goes to another room of the event; a `room` event says so, and what comes after it is of that room. */
  goToRoom(room: RoomId): Promise<void>;
  devices(): Promise<Devices>;
  /** Chooses a device, or none; the same one again is tried again at once. */
  chooseDevice(kind: DeviceKind, id?: string): Promise<void>;
  setSending(sending: Sending): Promise<void>;
  /** For the audience: opens the devices that are chosen, so that one sees that they work; or closes them again. */
  checkDevices(on: boolean): Promise<void>;
  /** Raises the hand, or changes its note. From now on the core lets one be heard as soon as it is taken. */
  raiseHand(note: string): Promise<Outcome>;
  lowerHand(): Promise<Outcome>;
  /** Back to the audience: nothing is captured any more. */
  leaveStage(): Promise<Outcome>;
  /** 0 is silence, 1 as it came. */
  setVolume(volume: number): Promise<void>;
  hearMyself(on: boolean): Promise<void>;
  mediaStats(): Promise<MediaStats>;

  // Below: a call that fails rejects with an `ApiProblem`.

  /** A query, by its name: answered by the server, or by the local store where the server cannot be reached. */
  ask(operation: string, document: string, variables: object): Promise<Fetched>;
  /** A mutation. Refused with `OFFLINE` where the server cannot be reached: nothing is sent late. */
  change(operation: string, document: string, variables: object): Promise<Changed>;
  /** Keeps what was typed and is not saved yet, over a crash of the app too. The same key again replaces it. */
  keepDraft(key: string, text: string): Promise<void>;
  drafts(): Promise<KeptDraft[]>;
  dropDraft(key: string): Promise<void>;
  /** Has a link sent to an address. */
  startSignIn(server: string, email: string): Promise<void>;
  /** How one can sign in to a server. */
  signInWays(server: string): Promise<SignInWays>;
  /** Opens the page of the server's provider of accounts in the browser; a link leads back from there. */
  startProviderSignIn(server: string): Promise<void>;
  /**
   * Signs in with the link from the mail, or from the provider's pages. `confirmed`: the person has seen where a link leads that was not asked for here, and wants
   * to sign in there; without it such a link is refused with `UNCONFIRMED`.
   */
  confirmSignIn(link: string, confirmed: boolean): Promise<void>;
  /** Forgets an address that waits for its link, or signs the person out. */
  signOutPerson(): Promise<void>;
  /** Gives the person another name, here and at the server. */
  renameMe(name: string): Promise<void>;
  /** Asks where to, and writes there what the server knows of the person; whether it was written. */
  exportMyData(): Promise<boolean>;
  /** Has the server and this computer forget the person; `email` says once more who is meant. */
  eraseMe(email: string): Promise<void>;
  /** Comes into an event by an invite link; the core opens the window of the role. */
  enterEvent(link: string): Promise<void>;
  upload(bytes: Uint8Array, use: ImageUse, organisation: string): Promise<UploadedImage>;
  /** Asks where to, and writes a text there; whether it was written. */
  exportFile(name: string, text: string): Promise<boolean>;
  /** Asks for a file of one of these kinds (`toml`); nothing where the person chose none. */
  importFile(kinds: string[]): Promise<ImportedFile | null>;
  /** Asks where to, and writes one of the server's files there, whole or not at all; whether it was written. */
  saveFile(
    file: ServerFile,
    id: string,
    name: string,
    onProgress: (progress: FileProgress) => void,
  ): Promise<boolean>;
  /** As `saveFile`, a report on an event's rooms. */
  saveReport(
    report: RoomsReport,
    name: string,
    onProgress: (progress: FileProgress) => void,
  ): Promise<boolean>;
  /** The file that is being saved is not wanted any more: its call answers that it was not written. */
  stopSaving(): Promise<void>;
  /**
   * Asks for a file and hands it over to the server; nothing where the person chose none. `id` is the event's; of an archive the
   * organisation's.
   */
  sendFile(
    file: ServerFile,
    id: string,
    onProgress: (progress: FileProgress) => void,
  ): Promise<FileTaken | null>;
  /** Opens a window that is about no running room, or brings it to the front. */
  openWindow(window: DeskWindow): Promise<void>;
}

/** What the features that work with the server's data need of the core. */
export type Server = Pick<Link, "ask" | "change" | "keepDraft" | "drafts" | "dropDraft">;

/** Whether a rejected call says why, in the words of the server's interface. */
export function isApiProblem(value: unknown): value is ApiProblem {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Sends a command; the only way in which a feature asks the room for something. */
export type Send = (body: CommandBody, id?: CommandId) => Promise<Outcome>;

/** Where nothing can be asked for any more. */
export const sendsNothing: Send = async () => ({ is: "refused", refusal: "not_allowed" });

/** Asks the inbox for something; the only way in which a feature does. */
export type SendToInbox = (body: InboxCommandBody, id?: CommandId) => Promise<Outcome>;

/** Whether a rejected call says why. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "problem" in value;
}

/** Why something was not done that was asked for; nothing where it was. */
export async function hindrance(asked: Promise<Outcome>): Promise<Problem | undefined> {
  try {
    const outcome = await asked;
    if (outcome.is === "accepted") return undefined;
    if (outcome.is === "unknown") return { problem: "refused", refusal: "unknown" };
    const { refusal, retry_after_ms } = outcome;
    return { problem: "refused", refusal, ...(retry_after_ms !== undefined && { retry_after_ms }) };
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}
