import { AccountModel, isSignInLink } from "../features/account/model.svelte";
import type { Sought } from "../features/chat/history.svelte";
import { ConnectionModel } from "../features/connection/model.svelte";
import { DevicesModel } from "../features/devices/model.svelte";
import { Volume } from "../features/devices/volume.svelte";
import { MediaWay } from "../features/devices/way.svelte";
import { Letters } from "../features/inbox/letters.svelte";
import { InboxModel } from "../features/inbox/model.svelte";
import { report } from "../features/moderation/commands";
import { Doing } from "../features/moderation/doing.svelte";
import { PersonMenuModel } from "../features/moderation/person.svelte";
import { Reporting } from "../features/moderation/reporting.svelte";
import { ProfileModel } from "../features/profile/model.svelte";
import { ReactionsModel } from "../features/reactions/model.svelte";
import { StageSignals } from "../features/stage/signals.svelte";
import { type Opened, WelcomeModel } from "../features/welcome/model.svelte";
import { Beat } from "../kit/beat";
import { Clock } from "../kit/clock.svelte";
import { Pictures } from "../link/frames.svelte";
import { hindrance, type Link, type Send, type SendToInbox } from "../link/link";
import { text } from "../locales/text";
import { problemTrouble, type Trouble } from "../locales/words";
import type {
  Action,
  DeviceId,
  InboxNews,
  ParticipantId,
  Peer,
  ReportTarget,
  RoomId,
  ServerFrame,
  Update,
} from "../protocol";
import type { NativeEvent, SessionCard, TokenKeeping, UnsentMessage } from "../protocol/native";
import { Notices } from "./notices.svelte";
import { Replaying } from "./replay/replaying.svelte";
import { Room } from "./room.svelte";
import { Side } from "./side/side.svelte";

/** All that a window works with: the link to the core, and the models that its events change. */
export class House {
  readonly room = new Room();
  readonly signals = new StageSignals();
  readonly reactions = new ReactionsModel();
  readonly connection = new ConnectionModel();
  readonly devices = new DevicesModel();
  readonly way = new MediaWay();
  readonly notices = new Notices();
  readonly clock = new Clock();
  readonly side = new Side();
  readonly inbox = new InboxModel();
  readonly letters = new Letters();
  readonly person = new PersonMenuModel();
  readonly profile: ProfileModel;
  readonly reporting = new Reporting();
  readonly welcome: WelcomeModel;
  readonly account: AccountModel;
  readonly doing: Doing;
  readonly volume: Volume;

  /** What was said, asked and done here, also before the app was started, and is not taken yet. */
  unsent = $state.raw<readonly UnsentMessage[]>([]);
  session = $state.raw<SessionCard | undefined>();
  keeping = $state.raw<TokenKeeping>("key_store");
  /** For the welcome window: whose place is taken by coming in. */
  beside = $state.raw<SessionCard | undefined>();
  /** Whose conversation is open. */
  writesTo = $state.raw<Peer | undefined>();
  /** The past that one watches, over the window. */
  replaying = $state.raw<Replaying | undefined>();
  /** The person pressed the window's own button to close it. */
  closing = $state(false);
  /** A link that waits to be signed in with. */
  opened = $state.raw<Opened | undefined>();

  /** Sends a command; the caller shows what came of it. */
  readonly send: Send;
  /** Sends a command; a refusal becomes a notice. */
  readonly ask: Send;

  /** Asks the inbox for something; the caller shows what came of it. */
  readonly sendToInbox: SendToInbox;
  /** Asks the inbox for something; a refusal becomes a notice. */
  readonly askInbox: SendToInbox;

  #attaching = 0;
  #toldKeeping = false;
  /** The room that the person goes to, until they are there. */
  #wanted: RoomId | undefined;
  /** The server's `access.rs`, as far as it concerns this person. */
  #rights = $state.raw<readonly Action[] | undefined>([]);
  /** Which of this person's devices this is, where their ticket is good for several. */
  #device = $state.raw<DeviceId | undefined>();

  /** What came of the room's log in this frame of the screen, and is not applied yet. */
  #updates: Update[] = [];
  readonly #beat = new Beat(() => this.#apply());

  constructor(
    readonly link: Link,
    readonly pictures: Pictures = new Pictures(),
  ) {
    this.welcome = new WelcomeModel(link);
    this.account = new AccountModel(link);
    this.volume = new Volume(link);
    this.profile = new ProfileModel({
      read: () => link.profile(),
      keep: (profile) => link.setProfile(profile),
    });
    this.send = (body, id) => link.send(body, id);
    this.ask = this.notices.asking(this.send);
    this.doing = new Doing(this.ask);
    this.sendToInbox = (body, id) => link.sendToInbox(body, id);
    this.askInbox = this.notices.asking(this.sendToInbox);
  }

  get me(): ParticipantId | undefined {
    return this.session?.participant;
  }

  /** Whether another device of this person sends camera or microphone: of those one does at a time. */
  get elsewhere(): boolean {
    const mine = this.me === undefined ? undefined : this.room.stage.member(this.me);
    if (mine === undefined || !(mine.sending.camera || mine.sending.microphone)) return false;
    return mine.device !== this.#device;
  }

  /** Whether this person's ticket is good for several devices, and so there may be another. */
  get several(): boolean {
    return this.#device !== undefined;
  }

  /** Whose picture comes from the camera here: nobody is sent their own, except from another device. */
  get mirrored(): ParticipantId | undefined {
    return this.elsewhere ? undefined : this.me;
  }

  /** Whether the audience could see or hear this person, now or with the next word of a producer. */
  get onStage(): boolean {
    const place = this.me === undefined ? "backstage" : this.room.stage.place(this.me);
    return this.connection.connected && this.room.here && (place === "program" || place === "stage");
  }

  /** Milliseconds since the epoch, on the server's clock. */
  get now(): number {
    return this.connection.onServer(this.clock.now);
  }

  /** Whether the server said that one may; what it would refuse is not shown. A server that does not say decides alone. */
  may(action: Action): boolean {
    return this.#rights?.includes(action) ?? true;
  }

  /** Why the show cannot be changed now, in words; nothing when it can. */
  get blocked(): string | undefined {
    return this.connection.connected ? undefined : text("connection-needed");
  }

  /** Begins (or begins again) to hear the core's events. */
  async attach(): Promise<void> {
    const turn = ++this.#attaching;
    const heard = new Set<NativeEvent["event"]>();
    const attached = await this.link.attach((event) => {
      if (turn !== this.#attaching) return;
      heard.add(event.event);
      this.hear(event);
    });
    if (turn !== this.#attaching) return;
    this.session = attached.session;
    this.#keeps(heard.has("keeping") ? this.keeping : attached.keeping);
    this.beside = attached.beside;
    if (attached.link === undefined) this.opened = undefined;
    else this.#open(attached.link);
    // An event that overtook the answer is the newer of the two.
    if (!heard.has("connection")) this.connection.change(attached.connection);
    if (!heard.has("unsent")) [this.unsent, this.letters.kept] = [attached.unsent, attached.letters];
    if (!heard.has("media")) this.devices.change(attached.media);
    this.#follow();
    this.pictures.open(attached.frames_url);
    if (this.session) this.volume.begin();
  }

  hear(event: NativeEvent): void {
    switch (event.event) {
      case "connection":
        this.connection.change(event.state);
        this.#follow();
        break;
      case "room":
        this.#moved(event.room);
        break;
      case "frame":
        this.#frame(event.frame);
        break;
      case "media":
        this.devices.change(event.status);
        this.#follow();
        break;
      case "keeping":
        this.#keeps(event.keeping);
        break;
      case "own_level":
        this.devices.hear(event.below_full_scale);
        break;
      case "close_asked":
        this.closing = true;
        void this.notices.watch(this.link.closeHeard());
        break;
      case "link_opened":
        this.#open(event.link);
        break;
      case "unsent":
        this.unsent = event.messages;
        this.letters.kept = event.letters;
        break;
      case "account":
        this.account.change(event);
        break;
    }
  }

  /** Whether coming in by another link takes someone off a stage, or away from a show that they call. */
  get holds(): boolean {
    if (this.beside === undefined || !this.may("enter_backstage")) return false;
    const { stage, here } = this.room;
    const calls = this.may("call_show") && stage.live;
    return !here || calls || stage.place(this.beside.participant) !== "backstage";
  }

  /** Ends the app. */
  async quit(): Promise<void> {
    await this.notices.watch(this.link.quit());
  }

  /** Into an event, by a link of one's own. */
  async enter(link: string): Promise<void> {
    await this.notices.watch(this.link.enterEvent(link));
  }

  stay(): void {
    this.closing = false;
  }

  async leave(): Promise<void> {
    await this.notices.watch(this.link.signOut());
  }

  /** Goes to another room of the event. */
  async goTo(room: RoomId): Promise<void> {
    this.#wanted = room;
    await this.notices.watch(this.link.goToRoom(room));
  }

  /** Opens the conversation with somebody, or none: from anywhere. */
  writeTo(peer: Peer | undefined): void {
    this.writesTo = peer;
    this.side.open("inbox");
  }

  /** Watches what was on in a room; the room that one is in goes on below. */
  watchAgain(room: RoomId | undefined = this.session?.room): void {
    if (room !== undefined) this.replaying = new Replaying(this.link, room);
  }

  stopWatching(): void {
    this.replaying = undefined;
  }

  /** To what was said in a room of the event, or in the notes of its crew. */
  async showMessage({ room, notes }: { room: RoomId; notes: boolean }, message: Sought): Promise<void> {
    this.side.open(notes ? "notes" : "chat");
    this.side.sought = { ...message, room, notes };
    if (room !== this.session?.room) await this.goTo(room);
  }

  /** Tells those who look after the room of something; why it was not taken. Without a connection it goes out later, and one is done with it here. */
  async report(target: ReportTarget, reason: string): Promise<Trouble | undefined> {
    const { connected } = this.connection;
    const problem = hindrance(report(connected ? this.send : this.ask, target, reason));
    void problem.then((why) => why === undefined && this.thank());
    const why = connected ? await problem : undefined;
    return why && problemTrouble(why);
  }

  /** Whoever reported something is told that it was heard. */
  thank(): void {
    this.notices.note({ what: text("report-sent"), cure: text("report-sent.cure") });
  }

  #moved(room: RoomId): void {
    if (this.session === undefined || this.session.room === room) return;
    this.#beat.now();
    this.session = { ...this.session, room };
    this.room.leave();
    this.signals.leave();
    this.reactions.leave();
    // What was about the room before is not done in this one.
    this.doing.forget();
    this.person.subject = undefined;
    this.reporting.about = undefined;
    if (room !== this.#wanted) this.notices.note({ what: text("rooms-gone"), cure: text("rooms-gone.cure") });
    this.#wanted = undefined;
    if (this.side.sought?.room !== room) this.side.sought = undefined;
  }

  #follow(): void {
    this.way.follow(this.connection.connected, this.devices.status.connected);
  }

  /** Whoever has to keep their link is told once; the welcome window says it by itself. */
  #keeps(keeping: TokenKeeping): void {
    this.keeping = keeping;
    if (keeping !== "this_run_only" || this.session === undefined || this.#toldKeeping) return;
    this.#toldKeeping = true;
    this.notices.note({ what: text("keeping-this-run"), cure: text("keeping-this-run.cure") });
  }

  /** A link of a sign-in mail signs in at once: where it was not asked for here, the core wants to hear first that the person means it. */
  #open(link: string): void {
    if (isSignInLink(link)) void this.account.confirm(link);
    else this.opened = { link, turn: (this.opened?.turn ?? 0) + 1 };
  }

  #frame(frame: ServerFrame): void {
    // Everything is done in the order in which it came.
    if (frame.frame !== "updates") this.#beat.now();
    switch (frame.frame) {
      case "welcome":
        this.connection.serverSaid(frame.now);
        this.#rights = frame.me.may;
        this.room.ofMe(frame.me.participant);
        this.room.moderation.role = frame.me.role;
        this.room.own(undefined);
        this.room.waiting = false;
        this.#device = frame.me.device;
        break;
      case "snapshot":
        if (this.#ours(frame.room)) this.room.restore(frame, (notes) => this.inbox.readIn(frame.room, notes));
        break;
      case "updates":
        if (!this.#ours(frame.room)) break;
        this.room.waiting = false;
        this.#updates = this.#updates.concat(frame.updates);
        this.#beat.ask();
        break;
      case "inbox":
        this.#inbox(frame);
        break;
      case "mine":
        if (this.#ours(frame.room)) this.room.own(frame);
        break;
      case "waiting":
        if (this.#ours(frame.room)) this.room.waiting = true;
        break;
      case "signal":
        if (!this.#ours(frame.room)) break;
        if (frame.body.signal === "counted") this.room.polls.counted(frame.body.poll, frame.body.tally);
        else if (frame.body.signal === "reactions") this.reactions.came(frame.body.counts);
        else if (frame.body.signal === "lobby")
          this.room.moderation.heard(frame.body.count, frame.body.first);
        else this.signals.apply(frame.body);
        break;
      case "refused":
      case "reply":
      case "media":
      case "pong":
      case "unknown":
        break;
    }
  }

  #inbox(news: InboxNews): void {
    if (news.is === "stands") {
      this.inbox.restore(news);
      this.letters.arrived(news.conversations.map(({ latest }) => latest));
    } else if (news.is === "entries") {
      // As with a room: if something is missing, the core has the whole.
      if (!this.inbox.apply(news)) void this.attach();
      this.letters.arrived(news.entries);
    }
    const { session } = this;
    if (session) this.room.readElsewhere((notes) => this.inbox.readIn(session.room, notes));
  }

  /** A gap cannot come from the server; if it comes all the same, the core has the whole. */
  #apply(): void {
    const updates = this.#updates;
    this.#updates = [];
    if (!this.room.apply(updates)) void this.attach();
  }

  #ours(room: string): boolean {
    return this.session === undefined || this.session.room === room;
  }
}
