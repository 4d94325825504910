import type { Link } from "../../link/link";

const KEPT = "volume";

/** How loud the show is played on this machine. */
export class Volume {
  /** 0 to 1; kept while muted, to go back to. */
  level = $state.raw(1);
  muted = $state.raw(false);

  constructor(private readonly link: Link) {}

  /** What it was the last time. */
  restore(): void {
    const kept = Number.parseFloat(localStorage.getItem(KEPT) ?? "");
    if (kept >= 0 && kept <= 1) this.level = kept;
    this.#tell();
  }

  set(level: number): void {
    this.muted = level === 0;
    if (level > 0) {
      this.level = level;
      localStorage.setItem(KEPT, String(level));
    }
    this.#tell();
  }

  toggle(): void {
    this.muted = !this.muted;
    this.#tell();
  }

  #tell(): void {
    void this.link.setVolume(this.muted ? 0 : this.level);
  }
}
