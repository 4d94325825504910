import type { Overlay, Snapshot, Update } from "../../protocol";

/** What lies over the program. Changes only in `restore` and `apply`, which mirror the rules in `server/domain`. */
export class OverlayModel {
  shows = $state.raw<Overlay | undefined>();

  restore({ overlay }: Snapshot): void {
    this.shows = overlay;
  }

  apply({ body }: Update): void {
    if (body.what === "overlay_set") this.shows = body.overlay;
  }
}
