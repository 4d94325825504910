import type { Invitation, Link } from "../src/link/link";
import type { CommandBody, Outcome, Role, SignalBody } from "../src/protocol";
import type { Attached, Devices, MediaStats, NativeEvent, SessionCard } from "../src/protocol/native";
import { EVENT, type MadeUp, people, ROOM } from "./scenes";

const roles: Record<string, { role: Role; who: keyof typeof people }> = {
  attendee: { role: "attendee", who: "mina" },
  studio: { role: "speaker", who: "lucia" },
  control: { role: "producer", who: "noor" },
};

/** A stand-in for the native core: one made-up state, with voices that come and go. */
export class FakeCore implements Link {
  readonly #session: SessionCard | undefined;

  constructor(
    private readonly scene: MadeUp,
    window: string,
  ) {
    const me = roles[window];
    if (!me) return;
    this.#session = {
      server: "http://127.0.0.1:8080",
      participant: people[me.who],
      name: scene.names[me.who] ?? "Mina Kovač",
      role: me.role,
      event: EVENT,
      event_title: "Rust in Production 2026",
      room: ROOM,
    };
  }

  async attach(onEvent: (event: NativeEvent) => void): Promise<Attached> {
    const { scene } = this;
    const signal = (body: SignalBody) =>
      onEvent({ event: "frame", frame: { frame: "signal", room: ROOM, body } });
    setTimeout(() => {
      if (!this.#session) return;
      const { crew, ...audience } = scene.snapshot;
      const snapshot = this.#session.role === "attendee" ? audience : { ...audience, crew };
      onEvent({ event: "frame", frame: { frame: "snapshot", ...snapshot } });
      if (scene.watching !== undefined) signal({ signal: "watching", count: scene.watching });
      const me = this.#session.participant;
      signal({
        signal: "slots",
        slots: { video: scene.slots.map((slot) => (slot === me ? null : slot)), audio: [] },
      });
    });
    setInterval(() => {
      if (scene.silent) return;
      const levels = scene.slots.map((participant, index) => ({
        participant,
        below_full_scale: index === 0 ? 12 + Math.round(Math.random() * 10) : 48,
        speaking: index === 0,
      }));
      signal({ signal: "levels", levels });
      onEvent({ event: "own_level", below_full_scale: 18 });
    }, 200);
    return {
      session: this.#session,
      keeping: scene.keeping ?? "key_store",
      connection: scene.connection,
      media: scene.media,
      frames_url: "ws://127.0.0.1/frames",
      link: scene.link,
    };
  }

  async lookUpInvite(link: string): Promise<Invitation> {
    if (!link.includes("join")) throw { problem: "not_a_link" };
    return {
      server: "http://127.0.0.1:8080",
      card: link.includes("open")
        ? { event: "Rust in Production 2026", role: "attendee" }
        : { event: "Rust in Production 2026", role: "speaker", name: "Lucía Prieto" },
    };
  }

  async signIn(): Promise<SessionCard> {
    throw { problem: "unreachable" };
  }

  async signOut(): Promise<void> {}

  async send(body: CommandBody): Promise<Outcome> {
    console.log(JSON.stringify(body));
    return { is: "refused", refusal: "slow_down", retry_after_ms: 3_000 };
  }

  async devices(): Promise<Devices> {
    return this.scene.devices;
  }

  async chooseDevices(): Promise<void> {}
  async setSending(): Promise<void> {}
  async setVolume(): Promise<void> {}
  async hearMyself(): Promise<void> {}

  async mediaStats(): Promise<MediaStats> {
    const frames_received = Math.round(performance.now() * 0.09);
    return {
      frames_sent: 0,
      frames_received,
      frames_lost: 2,
      samples_played: 48_000,
      played_peak: 0.4,
      picture_behind_sound_ms: 11.4,
      send_bitrate: 0,
    };
  }
}
