// What the native core and the page say to each other about people, their organisations and their events. Its Rust side is in
// `src-tauri/src/ipc.rs`.

/** Milliseconds since 1970-01-01 00:00 UTC. */
export type Millis = number;

/** The codes of the server's errors, and `OFFLINE` of the core where the server cannot be reached. */
export type ApiCode =
  | "OFFLINE"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "BAD_INPUT"
  | "CONFLICT"
  | "WRONG_PHASE"
  | "SOLD_OUT"
  | "NOT_ON_SALE"
  | "CODE_INVALID"
  | "ALREADY_REGISTERED"
  | "LAST_OWNER"
  | "SLUG_TAKEN"
  | "PAYMENT_FAILED"
  | "TOO_LARGE"
  | "TOO_COMPLEX"
  | "OVERLOADED"
  | "STORAGE_UNAVAILABLE"
  | "TEMPLATE_INVALID"
  | "NOT_A_LINK"
  | "UNKNOWN";

/** Why something was not answered or not done. */
export type ApiProblem = {
  code: ApiCode;
  /** For whoever looks for the cause; the page has words of its own. */
  message: string;
  /** The part of the input that it is about. */
  field?: string;
};

/** What a question was answered: by the server, or by the local store where the server cannot be reached. */
export type Fetched = {
  data: unknown;
  asOf: Millis;
  isFresh: boolean;
};

/** What a change was answered. */
export type Changed = { data: unknown };

/** Who is signed in as a person, with their organisations and tickets; not as a participant of one event. */
export type Account = {
  /** The server's base URL. */
  server: string;
  person: { id: string; name: string; email: string };
};

/** How signing in by mail stands. The core tells it after `attach` and whenever it changes. */
export type AccountEvent = {
  event: "account";
  account: Account | null;
  /** The address that a link was sent to which nobody has opened yet. */
  waitingFor: string | null;
};

/** What was typed and not yet saved. */
export type KeptDraft = { key: string; text: string; keptAt: Millis };

/** What an uploaded picture is for; each has its own sizes. */
export type ImageUse = "logo" | "cover" | "picture";

/** A file that the person chose. */
export type ImportedFile = { name: string; text: string };

/** The windows that are about no running room. */
export type DeskWindow = "welcome" | "dashboard";
