import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ReplayPage, Seq, Snapshot, Timestamp, Update, UpdateBody } from "../../protocol";
import type { Problem } from "../../protocol/native";
import { Player, STEP } from "./player.svelte";
import type { Folded } from "./tape";

const SECOND = 1_000_000;
/** The part goes from here on for ten minutes. */
const FROM = 1_000 * SECOND;
const UNTIL = FROM + 600 * SECOND;
const lost: Problem = { problem: "unreachable" };

/** A room that knows nothing but which updates it has, and whether one was missing. */
class Counted implements Folded {
  seq = 0;
  restored = 0;

  restore({ seq }: Snapshot): void {
    this.seq = seq;
    this.restored += 1;
  }

  apply(updates: Update[]): boolean {
    for (const { seq, body } of updates) {
      if (seq !== this.seq + 1) return false;
      this.seq = body.what === "hidden" ? (body.through ?? seq) : seq;
    }
    return true;
  }
}

/** A call of the server that is answered when the test says so. */
type Call = { asked: string; answer: () => void; fail: (why: Problem) => void };

class Server {
  /** Those that wait; nothing waits while `held` is off. */
  readonly calls: Call[] = [];
  readonly asked: string[] = [];
  held = false;
  /** Why every call fails, where it does. */
  failing: Problem | undefined;
  page = 500;

  /** An update at so many seconds of the part, by their order. */
  constructor(readonly updates: Update[]) {}

  at(at: Timestamp): Promise<Snapshot> {
    const seq = this.updates.findLast((update) => update.at <= at);
    const last = seq?.body.what === "hidden" ? (seq.body.through ?? seq.seq) : (seq?.seq ?? 0);
    return this.#hold(`at ${(at - FROM) / SECOND}`, () => ({ seq: last }) as Snapshot);
  }

  after(after: Seq): Promise<ReplayPage> {
    return this.#hold(`after ${after}`, () => {
      const rest = this.updates.filter(({ seq }) => seq > after);
      return { updates: rest.slice(0, this.page), more: rest.length > this.page };
    });
  }

  #hold<T>(asked: string, made: () => T): Promise<T> {
    this.asked.push(asked);
    if (this.failing) return Promise.reject(this.failing);
    if (!this.held) return Promise.resolve(made());
    return new Promise((answer, fail) => this.calls.push({ asked, answer: () => answer(made()), fail }));
  }
}

const update = (seq: Seq, seconds: number, body: UpdateBody): Update => ({
  room: "room",
  seq,
  at: FROM + seconds * SECOND,
  body,
});
const says = (seq: Seq, seconds: number) =>
  update(seq, seconds, { what: "message_sent", message: {} as never });

/** One message a second. */
const talk = (seconds: number) => Array.from({ length: seconds }, (_, at) => says(at + 1, at));

function played(updates: Update[], page?: number) {
  const server = new Server(updates);
  if (page !== undefined) server.page = page;
  const source = { at: (at: Timestamp) => server.at(at), updates: (after: Seq) => server.after(after) };
  const player = new Player(new Counted(), source, FROM, UNTIL);
  let clock = 0;
  /** The clock goes on in steps of a tenth of a second; what is not held is answered in between. */
  const pass = async (seconds: number) => {
    for (let step = 0; step < Math.round(seconds * 10); step++) {
      clock += 100;
      player.tick(clock);
      await vi.advanceTimersByTimeAsync(0);
    }
  };
  const now = () => Math.round(((player.at - FROM) / SECOND) * 10) / 10;
  const begin = async () => {
    player.tick(clock);
    player.begin();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { server, player, pass, begin, now };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("playing", () => {
  it("goes with the clock, and with it what happened", async () => {
    const { player, begin, pass, now } = played(talk(600));
    await begin();
    expect([player.shown, player.room.seq]).toEqual([true, 1]);
    await pass(9.5);
    expect([now(), player.room.seq]).toEqual([9.5, 10]);
    player.toggle();
    await pass(60);
    expect([now(), player.room.seq]).toEqual([9.5, 10]);
    player.toggle();
    await pass(0.5);
    expect([now(), player.room.seq]).toEqual([10, 11]);
  });

  it("goes as fast as is wanted, and no faster than the fastest", async () => {
    const { player, begin, pass, now } = played(talk(600));
    await begin();
    player.faster(1);
    await pass(10);
    expect([player.speed, now(), player.room.seq]).toEqual([1.5, 15, 16]);
    for (let time = 0; time < 5; time++) player.faster(1);
    await pass(10);
    expect([player.speed, now(), player.room.seq]).toEqual([4, 55, 56]);
    for (let time = 0; time < 9; time++) player.faster(-1);
    expect(player.speed).toBe(1);
  });

  it("goes on where it was when the computer has slept", async () => {
    const { player, begin, pass, now } = played(talk(600));
    await begin();
    await pass(5);
    player.tick(3_600_000);
    expect(now()).toBe(6);
  });

  it("stands at the end with all that happened until then, the last moment included, and begins again from there", async () => {
    const after = [...talk(600), says(601, 600), says(602, 601)];
    const { player, begin, pass, now } = played(after);
    await begin();
    player.seek(UNTIL - 5 * SECOND);
    await pass(8);
    expect([now(), player.room.seq, player.playing, player.ended]).toEqual([600, 601, false, true]);
    player.toggle();
    await pass(2);
    expect([now(), player.room.seq, player.ended]).toEqual([1.9, 2, false]);
  });

  it("is over at once where there is nothing of it", async () => {
    const server = new Server([]);
    const source = { at: (at: Timestamp) => server.at(at), updates: (after: Seq) => server.after(after) };
    const player = new Player(new Counted(), source, FROM, FROM);
    player.begin();
    await vi.advanceTimersByTimeAsync(0);
    player.tick(100);
    expect([player.ended, player.playing, player.slow]).toEqual([true, false, false]);
  });
});

describe("pages", () => {
  it("are fetched ahead of the clock, and no further than is needed soon", async () => {
    const { server, player, begin, pass } = played(talk(600), 50);
    await begin();
    await pass(0.3);
    expect(server.asked).toEqual(["at 0", "after 1", "after 51"]);
    await pass(60);
    expect(player.room.seq).toBe(61);
    expect(server.asked.slice(3)).toEqual(["after 101"]);
  });

  it("are enough for the fastest in a room where everybody speaks", async () => {
    // Forty in a second, played four times as fast.
    const crowd = Array.from({ length: 24_000 }, (_, at) => says(at + 1, at / 40));
    const { player, begin, pass } = played(crowd);
    await begin();
    player.speed = 4;
    await pass(100);
    expect([player.slow, player.room.seq]).toEqual([false, 16_001]);
    expect(player.room.restored).toBe(1);
  });

  it("join without a gap where many of the same moment lie on two", async () => {
    const same = [...talk(10), ...Array.from({ length: 100 }, (_, at) => says(11 + at, 10)), says(111, 12)];
    const { player, begin, pass } = played(same, 37);
    await begin();
    await pass(11);
    expect([player.room.seq, player.room.restored]).toEqual([110, 1]);
  });

  it("pass over what is hidden in a row", async () => {
    const log = [says(1, 0), update(2, 1, { what: "hidden", through: 900 }), says(901, 2)];
    const { server, player, begin, pass } = played(log, 2);
    await begin();
    await pass(3);
    expect(player.room.seq).toBe(901);
    expect(server.asked).toEqual(["at 0", "after 1"]);
  });

  it("stop the clock where they have not come, say so after a second, and go on by themselves", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 5);
    await begin();
    server.held = true;
    await pass(5.5);
    // What is known is played to the last of it.
    const stood = now();
    expect([stood, player.room.seq, player.slow]).toEqual([5, 6, false]);
    await pass(1);
    expect([now(), player.slow, player.playing]).toEqual([stood, true, true]);
    server.held = false;
    for (const { answer } of server.calls.splice(0)) answer();
    await pass(2);
    expect([player.slow, player.problem]).toEqual([false, undefined]);
    expect(now()).toBeGreaterThan(stood);
  });

  it("that end without the end of the part have nothing after them", async () => {
    const { player, begin, pass, now } = played(talk(3));
    await begin();
    await pass(20);
    expect([now(), player.slow, player.room.seq]).toEqual([20, false, 3]);
  });
});

describe("going to another moment", () => {
  it("asks for nothing where that is here, forward and back", async () => {
    const { server, player, begin, pass, now } = played(talk(600));
    await begin();
    await pass(30);
    const asked = server.asked.length;
    player.step(-STEP);
    expect([now(), player.room.seq, player.cuts]).toEqual([20, 21, 2]);
    player.step(-100 * STEP);
    expect([now(), player.room.seq]).toEqual([0, 1]);
    player.step(4 * STEP);
    expect([now(), player.room.seq]).toEqual([40, 41]);
    expect([server.asked.length, player.slow]).toEqual([asked, false]);
  });

  it("asks for a snapshot where it is not, and plays on from there", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    await pass(1);
    player.seek(FROM + 400 * SECOND);
    await pass(1);
    expect(server.asked).toContain("at 400");
    expect([now(), player.room.seq]).toEqual([400.9, 401]);
    player.seek(FROM + 100 * SECOND);
    await pass(2);
    expect([Math.floor(now()), player.room.seq]).toEqual([101, 102]);
  });

  it("stays within the part", async () => {
    const { player, begin, now } = played(talk(600));
    await begin();
    player.seek(FROM - 77 * SECOND);
    expect(now()).toBe(0);
    player.seek(UNTIL + SECOND);
    expect(now()).toBe(600);
  });

  it("asks once for however many that are wanted in a row, and shows the last", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    await pass(0.1);
    server.held = true;
    for (const to of [300, 310, 320, 330]) player.seek(FROM + to * SECOND);
    expect([now(), server.calls.map(({ asked }) => asked)]).toEqual([330, ["at 300"]]);
    server.held = false;
    server.calls.shift()?.answer();
    await pass(0.1);
    expect(server.asked.filter((asked) => /at 3/.test(asked))).toEqual(["at 300", "at 330"]);
    expect(player.room.seq).toBe(331);
  });

  it("takes no answer that comes late: neither a snapshot nor a page of where one was", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    await pass(2);
    server.held = true;
    player.seek(FROM + 500 * SECOND);
    // Back to what is here, before the answer.
    player.seek(FROM + SECOND);
    expect([now(), player.room.seq]).toEqual([1, 2]);
    server.calls.shift()?.answer();
    await pass(1);
    expect([now(), player.room.seq]).toEqual([2, 3]);
    // A page is on its way when one goes elsewhere.
    await pass(30);
    const page = server.calls.find(({ asked }) => asked.startsWith("after"));
    expect(page).toBeDefined();
    player.seek(FROM + 400 * SECOND);
    server.calls.find(({ asked }) => asked === "at 400")?.answer();
    await pass(0.1);
    page?.answer();
    await pass(0.1);
    expect([player.room.seq, player.problem]).toEqual([401, undefined]);
  });

  it("says after a second that it takes its time, playing or not", async () => {
    const { server, player, begin, pass } = played(talk(600), 20);
    await begin();
    player.toggle();
    server.held = true;
    player.seek(FROM + 500 * SECOND);
    await pass(0.9);
    expect(player.slow).toBe(false);
    await pass(0.2);
    expect(player.slow).toBe(true);
    server.calls.find(({ asked }) => asked === "at 500")?.answer();
    await pass(0.1);
    expect([player.slow, player.playing, player.room.seq]).toEqual([false, false, 501]);
  });

  it("is not held up for long by what was forgotten of what was played", async () => {
    const crowd = Array.from({ length: 24_000 }, (_, at) => says(at + 1, at / 40));
    const { server, player, begin, pass, now } = played(crowd);
    await begin();
    await pass(150);
    expect(player.room.seq).toBe(6_001);
    player.seek(FROM + 100 * SECOND);
    await pass(0.1);
    expect(server.asked).toContain("at 100");
    expect([now(), player.room.seq]).toEqual([100, 4_001]);
  });
});

describe("what fails", () => {
  it("of a snapshot is told at once, and tried again on a button; the moment and the playing stay", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    await pass(1);
    server.held = true;
    player.seek(FROM + 300 * SECOND);
    server.calls.find(({ asked }) => asked === "at 300")?.fail(lost);
    await pass(30);
    expect([player.problem, player.slow, now(), player.playing]).toEqual([lost, false, 300, true]);
    expect(server.asked.filter((asked) => asked === "at 300")).toHaveLength(1);
    server.held = false;
    player.retry();
    expect(player.problem).toBeUndefined();
    await pass(1);
    expect([player.problem, now(), player.room.seq]).toEqual([undefined, 300.9, 301]);
  });

  it("of the very first is told too, and tried again", async () => {
    const { server, player, begin, pass } = played(talk(600));
    server.held = true;
    await begin();
    server.calls.shift()?.fail(lost);
    await pass(1);
    expect([player.shown, player.problem]).toEqual([false, lost]);
    server.held = false;
    player.retry();
    await pass(2);
    expect([player.shown, player.problem, player.room.seq]).toEqual([true, undefined, 2]);
  });

  it("of a page is told when nothing is left to play, and is mended by itself", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    server.failing = lost;
    await pass(3);
    expect([player.problem, player.slow]).toEqual([undefined, false]);
    await pass(60);
    expect([player.problem, player.playing, now()]).toEqual([lost, true, 20]);
    await pass(4);
    expect(now()).toBe(20);
    server.failing = undefined;
    await pass(6);
    expect([player.problem, player.room.restored]).toEqual([undefined, 1]);
    expect(now()).toBeGreaterThan(20);
  });

  it("of a page is tried again at once on the button; what is refused is not asked for again and again", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    await begin();
    const refused: Problem = { problem: "refused", refusal: "not_allowed" };
    server.failing = refused;
    await pass(90);
    expect([player.problem, now()]).toEqual([refused, 20]);
    const asked = server.asked.length;
    await pass(30);
    expect(server.asked.length).toBe(asked);
    server.failing = undefined;
    player.retry();
    await pass(3);
    expect([player.problem, now() > 20]).toEqual([undefined, true]);
  });

  it("as a gap in the log is asked for anew, and not without an end", async () => {
    const broken = talk(600).filter(({ seq }) => seq !== 6);
    const { server, player, begin, pass, now } = played(broken, 600);
    await begin();
    await pass(6.5);
    expect(server.asked.filter((asked) => asked.startsWith("at"))).toHaveLength(2);
    expect([player.problem, now() > 6]).toEqual([undefined, true]);
    const always = played(talk(600));
    vi.spyOn(always.player.room, "apply").mockReturnValue(false);
    await always.begin();
    await always.pass(4);
    expect(always.player.problem).toEqual(lost);
    expect(always.server.asked.filter((asked) => asked.startsWith("at")).length).toBeLessThan(4);
  });

  it("is nobody's affair any more when it is closed", async () => {
    const { server, player, begin, pass, now } = played(talk(600), 20);
    server.held = true;
    await begin();
    player.close();
    server.calls.shift()?.answer();
    await pass(5);
    expect([player.shown, player.room.restored, now()]).toEqual([false, 0, 0]);
  });
});

describe("the quiet", () => {
  const log = [
    says(1, 0),
    update(2, 5, { what: "hidden" }),
    update(3, 60, { what: "questions_counted", counts: [] }),
    says(4, 200),
    says(5, 210),
  ];

  it("is offered to be passed over where nothing is seen to happen for more than half a minute", async () => {
    const { player, begin, pass, now } = played(log);
    await begin();
    await pass(1);
    expect(player.quiet).toBe(199);
    player.skip();
    expect([now(), player.room.seq]).toEqual([198, 3]);
    await pass(2);
    expect([player.room.seq, player.quiet]).toEqual([4, undefined]);
  });

  it("is not offered while one does not know what comes", async () => {
    const { server, player, begin, pass } = played(log, 2);
    await begin();
    server.held = true;
    await pass(0.5);
    expect(player.quiet).toBeUndefined();
    const { at } = player;
    player.skip();
    expect(player.at).toBe(at);
  });

  it("after the last that happened goes on until the end", async () => {
    const { player, begin, pass, now } = played(log);
    await begin();
    player.seek(FROM + 215 * SECOND);
    await pass(0.1);
    expect(player.quiet).toBe(384);
    player.skip();
    expect(now()).toBe(598);
  });
});
