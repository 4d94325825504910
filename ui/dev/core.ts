import rights from "../../tests/fixtures/rights.json";
import type { Invitation, Link } from "../src/link/link";
import type {
  Action,
  CommandBody,
  CommandId,
  EventRooms,
  InboxCommandBody,
  InboxEntry,
  InboxPage,
  Mine,
  Outcome,
  ParticipantId,
  Reaction,
  ReplayOutline,
  ReplayPage,
  Role,
  RoomId,
  Sending,
  Seq,
  SignalBody,
  SignInWays,
  Snapshot,
  Timestamp,
} from "../src/protocol";
import type {
  Account,
  ApiCode,
  Attached,
  Changed,
  Destination,
  DeviceKind,
  Devices,
  Fetched,
  ImageUse,
  KeptDraft,
  MediaStats,
  MediaStatus,
  NativeEvent,
  SessionCard,
  UploadedImage,
  Waiting,
} from "../src/protocol/native";
import { EVENT, type MadeUp, people, ROOM } from "./scenes";
import { MadeUpServer } from "./server";
import { bare, FakeTalk } from "./talk";

const roles: Record<string, { role: Role; who: keyof typeof people }> = {
  attendee: { role: "attendee", who: "mina" },
  studio: { role: "speaker", who: "lucia" },
  control: { role: "producer", who: "noor" },
};

type Way = (operation: string) => Promise<unknown> | undefined;

/** A stand-in for the native core: one made-up state, and what the page asked of it. */
export class FakeCore extends FakeTalk implements Link {
  /** What was sent, and what every command is answered. */
  readonly sent: CommandBody[] = [];
  answer: () => Promise<Outcome> = async () => ({ is: "accepted", seq: 0 });
  /** What the inbox was asked for. */
  readonly letters: { body: InboxCommandBody; id: CommandId | undefined }[] = [];
  /** What was written before what the inbox tells of, oldest first. */
  readonly earlier: InboxEntry[] = [];
  readonly session: SessionCard | undefined;
  /** What the answer to `attach` waits for: a locked key ring takes its time. */
  settled: Promise<unknown> = Promise.resolve();
  media: MediaStatus;
  readonly kept = new Map<string, KeptDraft>();
  /** Why nothing can be kept, where it cannot. */
  unkept: ApiCode | undefined;
  /** What a call waits for on its way to the server, and its answer on the way back; nothing where it goes at once. */
  wire: { there?: Way; back?: Way } = {};
  /** What was answered the last time. */
  readonly #answers = new Map<string, unknown>();
  /** Made when it is first asked. */
  #server: MadeUpServer | undefined;
  #signedIn: Account | null = null;
  #waiting = false;
  /** Why erasing fails, where it does. */
  unerasable: ApiCode | undefined;
  #listener: (event: NativeEvent) => void = () => {};

  constructor(
    private readonly scene: MadeUp,
    window: string,
  ) {
    super();
    this.media = scene.media;
    const me = roles[window];
    if (!me) return;
    this.session = {
      server: "http://127.0.0.1:8080",
      participant: people[me.who],
      name: scene.names[me.who] ?? me.who,
      role: me.role,
      event: EVENT,
      event_title: "Rust in Production 2026",
      room: ROOM,
    };
  }

  /** Tells the page something. */
  tell(event: NativeEvent): void {
    this.#listener(event);
  }

  /** Devices or the media connection changed. */
  tellMedia(change: Partial<MediaStatus>): void {
    this.media = { ...this.media, ...change };
    this.tell({ event: "media", status: this.media });
  }

  /** The server welcomes: with the rights of the role, or with these. */
  welcome(allowed?: Action[]): void {
    const session = this.session ?? this.scene.beside;
    if (!session) return;
    const may = allowed ?? (rights[session.role as keyof typeof rights] as Action[]);
    const { participant, name, role, event, event_title } = session;
    const me = { participant, name, role, may, event, event_title };
    this.tell({
      event: "frame",
      frame: { frame: "welcome", version: 1, now: Date.now() * 1_000, me, rooms: [ROOM] },
    });
  }

  /** What of the room is one's own is this now. */
  own(change: Partial<Mine>): void {
    const none = { muted: false, questions: [], asked: [], upvoted: [], votes: [], points: 0 };
    this.tell({ event: "frame", frame: { frame: "mine", room: ROOM, ...none, ...change } });
  }

  signal(body: SignalBody): void {
    this.tell({ event: "frame", frame: { frame: "signal", room: ROOM, body } });
  }

  async attach(onEvent: (event: NativeEvent) => void): Promise<Attached> {
    this.#listener = onEvent;
    const { scene, session } = this;
    // As the real core does: the frames overtake the answer.
    this.#open();
    this.offline = scene.offline ?? false;
    this.#account(scene.account ?? null, scene.waitingFor ?? null);
    await this.settled;
    return {
      session,
      keeping: scene.keeping ?? "key_store",
      connection: scene.connection,
      media: this.media,
      unsent: scene.unsent ?? [],
      letters: scene.letters ?? [],
      frames_url: "ws://127.0.0.1/frames",
      link: scene.link,
      beside: scene.beside,
    };
  }

  #open(): void {
    const { scene } = this;
    const session = this.session ?? scene.beside;
    if (!session || scene.absent) return;
    this.welcome();
    const { crew, ...audience } = scene.snapshot;
    const snapshot =
      session.role === "attendee" ? { ...audience, chat: audience.chat.map(bare) } : { ...audience, crew };
    this.tell({ event: "frame", frame: { frame: "snapshot", ...snapshot } });
    if (scene.inbox) this.tell({ event: "frame", frame: { frame: "inbox", is: "stands", ...scene.inbox } });
    this.before = scene.before ?? [];
    this.done = scene.done ?? [];
    this.named = scene.named ?? {};
    this.here = scene.here ?? [];
    this.ownProfile = scene.ownProfile ?? {};
    this.profiles = scene.profiles ?? {};
    if (scene.outside) this.tell({ event: "frame", frame: { frame: "waiting", room: ROOM } });
    if (scene.lobby && crew && session.role !== "attendee") this.signal({ signal: "lobby", ...scene.lobby });
    if (scene.mine) this.own(scene.mine);
    if (scene.hand !== undefined) this.own({ hand: scene.hand });
    if (scene.watching !== undefined) this.signal({ signal: "watching", count: scene.watching });
    const video = scene.slots.map((slot) => (slot === session.participant ? null : slot));
    this.signal({ signal: "slots", slots: { video, audio: [] } });
  }

  /** The first of the slots speaks, the others breathe. */
  speak(): void {
    const levels = this.scene.slots.map((participant, index) => ({
      participant,
      below_full_scale: index === 0 ? 12 + Math.round(Math.random() * 10) : 48,
      speaking: index === 0,
    }));
    this.signal({ signal: "levels", levels });
    this.tell({ event: "own_level", below_full_scale: 18 });
  }

  async readLink(link: string): Promise<Destination> {
    if (!/join|sign-in/.test(link)) throw { problem: "not_a_link" };
    const url = new URL(link);
    const { origin, hostname, protocol } = new URL(url.searchParams.get("server") ?? link);
    const here = hostname === "127.0.0.1";
    return { server: origin, known: here, plain: protocol === "http:" && !here };
  }

  async lookUpInvite(link: string, confirmed: boolean): Promise<Invitation> {
    this.calls.push(`lookUpInvite ${link} ${confirmed}`);
    return {
      server: "http://127.0.0.1:8080",
      card: link.includes("open")
        ? { event: "Rust in Production 2026", role: "attendee" }
        : { event: "Rust in Production 2026", role: "speaker", name: "Lucía Prieto" },
    };
  }

  async signIn(link: string, name?: string): Promise<SessionCard> {
    this.calls.push(`signIn ${link} ${name ?? ""}`.trim());
    throw { problem: "unreachable" };
  }

  async closeHeard(): Promise<void> {
    this.calls.push("closeHeard");
  }

  async quit(): Promise<void> {
    this.calls.push("quit");
  }

  async signOut(): Promise<void> {
    this.calls.push("signOut");
  }

  send(body: CommandBody, _id?: CommandId): Promise<Outcome> {
    this.sent.push(body);
    return this.answer();
  }

  async sendToInbox(body: InboxCommandBody, id?: CommandId): Promise<Outcome> {
    this.letters.push({ body, id });
    return this.answer();
  }

  async conversation(participant: ParticipantId, before = Number.POSITIVE_INFINITY): Promise<InboxPage> {
    const held = this.scene.inbox?.conversations.map(({ latest }) => latest) ?? [];
    const entries = [...this.earlier, ...held].filter(({ position, body }) => {
      const other = body.what === "received" ? body.from : body.what === "sent" ? body.to : undefined;
      return other?.participant === participant && position < before;
    });
    return { entries, has_more: false };
  }

  async react(reaction: Reaction): Promise<void> {
    this.calls.push(`react ${reaction}`);
  }

  async replayOutline(room: RoomId): Promise<ReplayOutline> {
    this.calls.push(`replayOutline ${room}`);
    return (room === ROOM && this.scene.past?.().outline) || { room, title: "Workshops", parts: [] };
  }

  async replayAt(_room: RoomId, at: Timestamp): Promise<Snapshot> {
    this.calls.push(`replayAt ${at}`);
    if (!this.scene.past) throw { problem: "refused", refusal: "no_such_room" };
    const { crew, ...audience } = this.scene.past().at(at);
    return this.session?.role === "attendee" ? audience : { ...audience, ...(crew && { crew }) };
  }

  async replayUpdates(_room: RoomId, after: Seq): Promise<ReplayPage> {
    this.calls.push(`replayUpdates ${after}`);
    if (!this.scene.past) throw { problem: "refused", refusal: "no_such_room" };
    return this.scene.past().updates(after);
  }

  async rooms(): Promise<EventRooms> {
    return { rooms: this.scene.rooms ?? [] };
  }

  async goToRoom(room: RoomId): Promise<void> {
    this.calls.push(`goToRoom ${room}`);
    this.enterRoom(room);
  }

  /** What the core tells of a room that is entered. */
  enterRoom(room: RoomId): void {
    this.tell({ event: "room", room });
    const { crew, ...audience } = this.scene.snapshot;
    const title = this.scene.rooms?.find((card) => card.room === room)?.title ?? audience.title;
    const snapshot = { ...audience, room, title, seq: 1, chat: [] };
    const shown = this.session?.role === "attendee" ? snapshot : { ...snapshot, crew };
    this.tell({ event: "frame", frame: { frame: "snapshot", ...shown } });
  }

  async devices(): Promise<Devices> {
    this.calls.push("devices");
    return this.scene.devices;
  }

  async chooseDevice(kind: DeviceKind, id?: string): Promise<void> {
    this.calls.push(`chooseDevice ${kind} ${id ?? ""}`.trim());
  }

  async setSending(wanted: Sending): Promise<void> {
    this.calls.push(`setSending ${JSON.stringify(wanted)}`);
    const { choice, faults } = this.media;
    const leaves = (kind: keyof Sending) =>
      wanted[kind] && choice[kind] !== undefined && !faults.some((fault) => fault.kind === kind);
    this.tellMedia({ wanted, sending: { camera: leaves("camera"), microphone: leaves("microphone") } });
  }

  async checkDevices(on: boolean): Promise<void> {
    this.calls.push(`checkDevices ${on}`);
  }

  raiseHand(note: string): Promise<Outcome> {
    return this.send({ do: "raise_hand", note });
  }

  lowerHand(): Promise<Outcome> {
    return this.send({ do: "lower_hand" });
  }

  leaveStage(): Promise<Outcome> {
    return this.send({ do: "leave_stage" });
  }

  async setVolume(volume: number): Promise<void> {
    this.calls.push(`setVolume ${volume}`);
  }

  async hearMyself(on: boolean): Promise<void> {
    this.calls.push(`hearMyself ${on}`);
    this.tellMedia({ hearing_myself: on });
  }

  async mediaStats(): Promise<MediaStats> {
    const frames_sent = Math.round(performance.now() * 0.03);
    const frames_received = frames_sent * 3;
    return {
      frames_sent,
      frames_received,
      frames_lost: 2,
      samples_played: 48_000,
      samples_heard: 48_000,
      played_peak: 0.4,
      picture_behind_sound_ms: 11.4,
      send_bitrate: 1_180_000,
      xruns: 0,
    };
  }

  get server(): MadeUpServer {
    this.#server ??= new MadeUpServer();
    return this.#server;
  }

  #account(account: Account | null, waitingFor: Waiting | null, failed: ApiCode | null = null): void {
    this.#signedIn = account;
    this.#waiting = waitingFor !== null;
    this.tell({ event: "account", account, waitingFor, failed });
  }

  /** What was waited for came to nothing. */
  fail(why: ApiCode): void {
    this.#account(this.#signedIn, null, why);
  }

  /** Calls and answers take their time, so that they overtake each other; with the same seed in the same way. */
  shuffle(seed: number): void {
    let state = seed;
    const late = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return new Promise((done) => setTimeout(done, (state >> 8) % 12));
    };
    this.wire = { there: late, back: late };
  }

  /** Without the server, what was asked before is answered as it was then; a scene that begins so has read all. */
  async ask(operation: string, document: string, variables: object): Promise<Fetched> {
    await this.wire.there?.(operation);
    const cut = this.offline || this.#signedIn?.ended === true;
    const key = `${operation} ${JSON.stringify(variables)}`;
    const readAll = this.scene.offline === true || this.scene.account?.ended === true;
    if (cut && !readAll && !this.#answers.has(key)) this.#refuseCut();
    const known = cut && !readAll ? this.#answers.get(key) : undefined;
    const data = known ?? this.server.answer(document, variables);
    this.#answers.set(key, data);
    await this.wire.back?.(operation);
    return { data, asOf: Date.now() - (cut ? 12 * 60_000 : 0), isFresh: !cut };
  }

  async change(operation: string, document: string, variables: object): Promise<Changed> {
    this.calls.push(`change ${operation}`);
    await this.wire.there?.(operation);
    this.#refuseCut();
    const data = this.server.answer(document, variables);
    await this.wire.back?.(operation);
    return { data };
  }

  #refuseCut(): void {
    if (this.offline) throw { code: "OFFLINE", message: "no connection" };
    if (this.#signedIn?.ended) throw { code: "UNAUTHENTICATED", message: "the login is over" };
  }

  async keepDraft(key: string, text: string): Promise<void> {
    if (this.unkept !== undefined) throw { code: this.unkept, message: "not kept" };
    this.kept.set(key, { key, text, keptAt: Date.now() });
  }

  async drafts(): Promise<KeptDraft[]> {
    return [...this.kept.values()].sort((one, other) => other.keptAt - one.keptAt);
  }

  async dropDraft(key: string): Promise<void> {
    this.kept.delete(key);
  }

  async startSignIn(server: string, email: string): Promise<void> {
    this.calls.push(`startSignIn ${server} ${email}`);
    this.#account(this.#signedIn, { by: "mail", email });
  }

  async signInWays(server: string): Promise<SignInWays> {
    this.calls.push(`signInWays ${server}`);
    return { mail: true, oidc: this.scene.provider ?? null };
  }

  async startProviderSignIn(server: string): Promise<void> {
    this.calls.push(`startProviderSignIn ${server}`);
    const { provider } = this.scene;
    if (provider === undefined) throw { code: "PROVIDER_NOT_OFFERED", message: "no provider" };
    this.#account(this.#signedIn, { by: "provider", name: provider });
  }

  async confirmSignIn(link: string, confirmed: boolean): Promise<void> {
    this.calls.push(`confirmSignIn ${link}${confirmed ? " confirmed" : ""}`);
    if (!link.includes("sign-in")) throw { code: "NOT_A_LINK", message: "no sign-in link" };
    // One that brings the device's part along was not asked for here.
    if (link.includes("device=") && !confirmed) throw { code: "UNCONFIRMED", message: "not confirmed" };
    this.#account({ server: "http://127.0.0.1:8080", person: this.server.world.me, ended: false }, null);
  }

  async signOutPerson(): Promise<void> {
    this.calls.push("signOutPerson");
    // As the real core does: an address that waits goes first.
    this.#account(this.#waiting ? this.#signedIn : null, null);
  }

  async renameMe(name: string): Promise<void> {
    this.calls.push(`renameMe ${name}`);
    if (this.offline) throw { code: "OFFLINE", message: "no connection" };
    this.server.world.me.name = name;
    if (!this.#signedIn) return;
    const { person, ...account } = this.#signedIn;
    this.#account({ ...account, person: { ...person, name } }, null);
  }

  async exportMyData(): Promise<boolean> {
    this.calls.push("exportMyData");
    if (this.offline) throw { code: "OFFLINE", message: "no connection" };
    return true;
  }

  async eraseMe(email: string): Promise<void> {
    this.calls.push(`eraseMe ${email}`);
    const { unerasable } = this;
    // As the real core does: the server has done it, and this computer stumbles.
    if (unerasable === undefined || unerasable === "NOT_KEPT") this.#account(null, null);
    if (unerasable !== undefined) throw { code: unerasable, message: "not erased" };
  }

  async enterEvent(link: string): Promise<void> {
    this.calls.push(`enterEvent ${link}`);
  }

  async upload(bytes: Uint8Array, use: ImageUse, _organisation: string): Promise<UploadedImage> {
    this.calls.push(`upload ${use} ${bytes.length}`);
    return { id: `image-${use}`, url: "", width: 400, height: 400 };
  }

  async openWindow(window: "welcome" | "dashboard"): Promise<void> {
    this.calls.push(`openWindow ${window}`);
    location.hash = `#/${window}`;
  }
}
