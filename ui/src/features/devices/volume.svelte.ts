import type { Link } from "../../link/link";

const KEPT = "volume";

/** How loud the show is played on this machine. */
export class Volume {
  /** 0 to 1; kept while muted, to go back to. */
  level = $state.raw(1);
  muted = $state.raw(false);
  /** Whether there is somebody for whom the core plays. */
  #playing = false;

  constructor(private readonly link: Link) {
    const kept = Number.parseFloat(localStorage.getItem(KEPT) ?? "");
    if (kept >= 0 && kept <= 1) this.level = kept;
  }

  /** Somebody is signed in: from here on the core is told, beginning with what it was the last time. */
  begin(): void {
    this.#playing = true;
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
    if (this.#playing) void this.link.setVolume(this.muted ? 0 : this.level);
  }
}
