import { isProblem } from "../../link/link";
import type { ReplayMark, ReplayOutline, ReplayPart, SessionId } from "../../protocol";
import type { Problem } from "../../protocol/native";
import { type Known, marksOf, passed } from "./marks";
import { Player, type Source } from "./player.svelte";
import type { Folded } from "./tape";

/** What is asked for of a room's past: what there is, and then the parts of it. */
export type Past = Source & { outline(): Promise<ReplayOutline> };

/** What has not come after this is said to take its time, in milliseconds. */
const SLOW = 1_000;
/** Who goes back from so near behind a mark means the one before it, in microseconds. */
const NEAR = 3_000_000;

/** A room's past: its parts, and the one that is played. */
export class ReplayModel<R extends Folded> {
  outline = $state.raw<ReplayOutline | undefined>();
  part = $state.raw<ReplayPart | undefined>();
  /** Of the part; another part has another one. */
  player = $state.raw<Player<R> | undefined>();
  /** Why it is not known what there is. */
  problem = $state.raw<Problem | undefined>();
  slow = $state.raw(false);
  /** Of the part, those that one knows. */
  readonly marks: readonly Known[] = $derived.by(() => (this.part ? marksOf(this.part) : []));
  /** The last one that was passed. */
  readonly current = $derived.by(() => passed(this.marks, this.player?.at ?? 0));
  /** Nothing is over yet. */
  readonly empty = $derived.by(() => this.outline !== undefined && this.part === undefined);

  #now: number | undefined;
  #askedAt: number | undefined;
  #asking = false;
  #closed = false;

  constructor(
    private readonly past: Past,
    /** A room with nothing in it. */
    private readonly room: () => R,
    private readonly wanted?: SessionId,
  ) {}

  /** Finds out what there is, and plays the part that is wanted, or else the latest. */
  async open(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.problem = undefined;
    this.#askedAt = this.#now;
    try {
      const outline = await this.past.outline();
      if (this.#closed) return;
      this.outline = outline;
      const part = outline.parts.find(({ session }) => session !== undefined && session === this.wanted);
      const first = part ?? outline.parts.at(-1);
      if (first) this.choose(first);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (!this.#closed) this.problem = error;
    } finally {
      this.#asking = false;
      this.slow = false;
    }
  }

  choose(part: ReplayPart): void {
    const speed = this.player?.speed;
    this.player?.close();
    this.part = part;
    const player = new Player(this.room(), this.past, part.starts_at, part.ends_at);
    if (speed !== undefined) player.speed = speed;
    this.player = player;
    player.begin();
  }

  /** To a mark, and from there on. */
  jump({ at }: Pick<ReplayMark, "at">): void {
    this.player?.seek(at);
  }

  /** To the next mark, or back to the one before; where there is none, to the beginning. */
  along(by: 1 | -1): void {
    const { player } = this;
    if (!player) return;
    const later = () => this.marks.find(({ at }) => at > player.at);
    const earlier = () => this.marks.findLast(({ at }) => at < player.at - NEAR);
    const next = by === 1 ? later() : earlier();
    if (next) this.jump(next);
    else if (by === -1) player.seek(player.from);
  }

  tick(now: number): void {
    this.#now = now;
    this.player?.tick(now);
    if (!this.#asking) return;
    this.#askedAt ??= now;
    this.slow = now - this.#askedAt >= SLOW;
  }

  close(): void {
    this.#closed = true;
    this.player?.close();
  }
}
