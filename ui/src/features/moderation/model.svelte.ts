import type {
  LobbyGuest,
  Mine,
  Report,
  Role,
  RoomRules,
  Sanctioned,
  SanctionKind,
  Snapshot,
  Update,
} from "../../protocol";

const usual: RoomRules = {
  chat: true,
  slow_mode: 0,
  links: true,
  words: [],
  questions: true,
  review: true,
  anonymous: true,
  reactions: true,
  hands: true,
  lobby: false,
  locked: false,
};

const kinds: SanctionKind[] = ["muted", "timed_out", "removed", "banned", "unknown"];

function inOrder(one: Sanctioned, other: Sanctioned): number {
  if (one.participant !== other.participant) return one.participant < other.participant ? -1 : 1;
  return kinds.indexOf(one.sanction.is) - kinds.indexOf(other.sanction.is);
}

/** Who stands above whom, as in the server's `access.rs`. */
const ranks: Record<Role, number> = {
  unknown: 0,
  attendee: 0,
  speaker: 1,
  moderator: 2,
  producer: 3,
  organizer: 4,
};

const nobody = { count: 0, first: [] };

/** How the room is kept in order. Changes only in `restore`, `apply` and `own`, which mirror the rules in `server/domain`. */
export class ModerationModel {
  rules = $state.raw<RoomRules>(usual);
  /** Everything was stopped, and the rules were these before; only for whoever looks after the show. */
  beforeStop = $state.raw<RoomRules | undefined>();
  /** Who is kept from something, by their ids. */
  sanctions = $state.raw<Sanctioned[]>([]);
  /** What was reported and not looked at. */
  reports = $state.raw<Report[]>([]);
  /** Who waits to be let in; of many the first. */
  lobby = $state.raw<{ count: number; first: LobbyGuest[] }>(nobody);
  /** Whether one may not write, ask or raise a hand oneself. */
  muted = $state.raw(false);
  /** As what one came. */
  role = $state.raw<Role | undefined>();
  #looksAfter = false;

  /** How much waits for a moderator. */
  get waits(): number {
    return this.lobby.count + this.reports.length;
  }

  /** Whether one ends what another did: whoever stands no lower than they did may. */
  mayEnd({ by_role }: Sanctioned): boolean {
    return by_role === undefined || this.role === undefined || ranks[this.role] >= ranks[by_role];
  }

  /** Whether one may keep somebody who comes as this from something: those who stand below one. */
  outranks(other: Role | undefined): boolean {
    return other === undefined || this.role === undefined || ranks[this.role] > ranks[other];
  }

  /** Somebody came into the lobby, or left it. */
  heard(count: number, first: LobbyGuest[]): void {
    this.lobby = { count, first };
  }

  restore({ rules, crew }: Snapshot, { looksAfter }: { looksAfter: boolean }): void {
    this.rules = rules;
    this.beforeStop = crew?.before_stop;
    this.sanctions = crew?.sanctions ?? [];
    this.reports = crew?.reports ?? [];
    this.#looksAfter = looksAfter;
  }

  own(mine: Mine | undefined): void {
    this.muted = mine?.muted ?? false;
    // Told anew where anybody waits.
    if (mine === undefined) this.lobby = nobody;
  }

  apply({ body }: Update): void {
    switch (body.what) {
      case "rules_set":
        this.rules = body.rules;
        if (this.#looksAfter) this.beforeStop = body.before_stop;
        break;
      case "sanctioned":
        this.sanctions = [
          ...this.#without(body.sanctioned.participant, body.sanctioned.sanction.is),
          body.sanctioned,
        ].sort(inOrder);
        break;
      case "sanction_lifted":
        this.sanctions = this.#without(body.participant, body.kind);
        break;
      case "reported":
        this.reports = [...this.reports, body.report];
        break;
      case "report_reopened":
        this.reports = [...this.reports, body.report].sort((one, other) => one.at - other.at);
        break;
      case "report_settled":
        this.reports = this.reports.filter(({ id }) => id !== body.report);
        break;
    }
  }

  /** Of what somebody is kept from, without this kind; without all of it where none is said. */
  #without(who: string, kind: SanctionKind | undefined): Sanctioned[] {
    const ends = ({ participant, sanction }: Sanctioned) =>
      participant === who && (kind === undefined || sanction.is === kind);
    return this.sanctions.filter((kept) => !ends(kept));
  }
}
