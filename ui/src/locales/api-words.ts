import type {
  AgendaWarningKind,
  DeliveryState,
  EventPhase,
  Layout,
  MailState,
  Money,
  QuestionKind,
  RegistrationState,
  RoomKind,
  Scope,
  StaffRole,
  TrashKind,
  WebhookKind,
} from "../protocol/api";
import { DECIMALS, OTHER_DECIMALS } from "../protocol/currencies";
import type { ApiCode, ApiProblem } from "../protocol/native";
import { LOCALE, text } from "./text";
import type { Trouble } from "./words";

const troubles: Record<ApiCode, string> = {
  OFFLINE: "api-offline",
  UNAUTHENTICATED: "api-unauthenticated",
  FORBIDDEN: "api-forbidden",
  NOT_FOUND: "api-not-found",
  BAD_INPUT: "api-bad-input",
  CONFLICT: "api-conflict",
  WRONG_PHASE: "api-wrong-phase",
  SOLD_OUT: "api-sold-out",
  NOT_ON_SALE: "api-not-on-sale",
  CODE_INVALID: "api-code-invalid",
  PEOPLE_REGISTERED: "api-people-registered",
  ALREADY_REGISTERED: "api-already-registered",
  LAST_OWNER: "api-last-owner",
  SLUG_TAKEN: "api-slug-taken",
  PAYMENT_FAILED: "api-payment-failed",
  TOO_LARGE: "api-too-large",
  TOO_COMPLEX: "api-too-complex",
  OVERLOADED: "api-overloaded",
  STORAGE_UNAVAILABLE: "api-storage-unavailable",
  TEMPLATE_INVALID: "api-template-invalid",
  NOT_A_LINK: "api-not-a-link",
  SLOW_DOWN: "api-slow-down",
  EMAIL_INVALID: "api-email-invalid",
  MAIL_UNAVAILABLE: "api-mail-unavailable",
  PROVIDER_NOT_OFFERED: "api-provider-not-offered",
  PROVIDER_UNAVAILABLE: "api-provider-unavailable",
  PROVIDER_CANCELLED: "api-provider-cancelled",
  PROVIDER_REFUSED: "api-provider-refused",
  TIMED_OUT: "api-timed-out",
  NO_BROWSER: "api-no-browser",
  TOKEN_INVALID: "api-token-invalid",
  TOKEN_EXPIRED: "api-token-expired",
  NOT_ASKED: "api-not-asked",
  UNCONFIRMED: "api-unconfirmed",
  NOT_KEPT: "api-not-kept",
  FILE_UNREADABLE: "api-file-unreadable",
  UNKNOWN: "api-unknown",
  REFUSED: "api-refused",
};

/** Why the server did not answer, or did not do something, and what to do about it. */
export function apiTrouble({ code, message, line, retryAfterMs }: ApiProblem): Trouble {
  // A code of a newer core that this page was not built with.
  const id = troubles[code] ?? troubles.REFUSED;
  // Only these say what no page can know: what is wrong in the file, which value.
  const said = code === "TEMPLATE_INVALID" || code === "BAD_INPUT" ? message : "";
  const detail = line === undefined || said === "" ? said : text("api-line", { line, detail: said });
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 60_000) / 1_000));
  return { what: text(id), cure: text(`${id}.cure`, { detail, seconds }).trim() };
}

/** Why something could not be read. Nothing was to be saved. */
export const readTrouble = (problem: ApiProblem): Trouble =>
  problem.code === "OFFLINE"
    ? { what: text("section-unread"), cure: text("section-unread.cure") }
    : apiTrouble(problem);

const phases: Record<EventPhase, string> = {
  DRAFT: "event-phase-draft",
  PUBLISHED: "event-phase-published",
  LIVE: "event-phase-live",
  ENDED: "event-phase-ended",
  ARCHIVED: "event-phase-archived",
};
const states: Record<RegistrationState, string> = {
  PENDING: "registered-pending",
  CONFIRMED: "registered-confirmed",
  WAITING: "registered-waiting",
  CANCELLED: "registered-cancelled",
  REFUNDED: "registered-refunded",
};
const mails: Record<MailState, string> = {
  NONE: "mail-none",
  QUEUED: "mail-queued",
  SENT: "mail-sent",
  FAILED: "mail-failed",
  BOUNCED: "mail-bounced",
};
const staff: Record<StaffRole, string> = {
  OWNER: "staff-owner",
  ORGANIZER: "staff-organizer",
  PRODUCER: "staff-producer",
  MODERATOR: "staff-moderator",
};
const rooms: Record<RoomKind, string> = {
  STAGE: "room-stage",
  BREAKOUT: "room-breakout",
  LOUNGE: "room-lounge",
  BOOTH: "room-booth",
};
const questions: Record<QuestionKind, string> = {
  TEXT: "question-text",
  LONG_TEXT: "question-long-text",
  CHOICE: "question-choice",
  CHOICES: "question-choices",
  CONSENT: "question-consent",
};
const kinds: Record<TrashKind, string> = {
  EVENT: "trash-event",
  SESSION: "trash-session",
  TRACK: "trash-track",
  ROOM: "trash-room",
  SPEAKER: "trash-speaker",
  TICKET_TYPE: "trash-ticket",
  QUESTION: "trash-question",
  CODE: "trash-code",
};
const scopes: Record<Scope, string> = {
  EVENTS_READ: "scope-events-read",
  EVENTS_WRITE: "scope-events-write",
  PEOPLE_READ: "scope-people-read",
  PEOPLE_WRITE: "scope-people-write",
};
const hooks: Record<WebhookKind, string> = {
  EVENT_PUBLISHED: "hook-event-published",
  EVENT_CHANGED: "hook-event-changed",
  EVENT_CANCELLED: "hook-event-cancelled",
  REGISTRATION_CONFIRMED: "hook-registration-confirmed",
  REGISTRATION_CANCELLED: "hook-registration-cancelled",
  REGISTRATION_REFUNDED: "hook-registration-refunded",
};
const deliveries: Record<DeliveryState, string> = {
  QUEUED: "delivery-queued",
  DELIVERED: "delivery-delivered",
  FAILED: "delivery-failed",
};

const warned: Record<AgendaWarningKind, string> = {
  ROOM_TAKEN: "warning-room-taken",
  SPEAKER_TWICE: "warning-speaker-twice",
  OVERBOOKED: "warning-overbooked",
  BEGINS_BEFORE_EVENT: "warning-begins-before",
  ENDS_AFTER_EVENT: "warning-ends-after",
};

/** A warning of the agenda, as it stands in a list. */
export const warningWords = (kind: AgendaWarningKind, about: { title: string; other: string; who: string }) =>
  text(warned[kind], about);

/** The same at the session, with what can be done about it. */
export const warningHere = (
  kind: AgendaWarningKind,
  about: { other: string; who: string; picked: number; seats: number },
): Trouble => ({ what: text(`${warned[kind]}.here`, about), cure: text(`${warned[kind]}.cure`, about) });

export const phaseName = (phase: EventPhase) => text(phases[phase]);
export const registrationName = (state: RegistrationState) => text(states[state]);
export const mailName = (state: MailState) => text(mails[state]);
export const staffName = (role: StaffRole) => text(staff[role]);
export const staffMay = (role: StaffRole) => text(`${staff[role]}.may`);
export const roomKindName = (kind: RoomKind) => text(rooms[kind]);
const planned: Record<Layout, string> = {
  SOLO: "layout-solo",
  SIDE_BY_SIDE: "layout-side-by-side",
  GRID: "layout-grid",
};
/** How a scene of the plan divides the picture. */
export const plannedLayoutName = (layout: Layout) => text(planned[layout]);
export const questionName = (kind: QuestionKind) => text(questions[kind]);
export const trashName = (kind: TrashKind) => text(kinds[kind]);
export const scopeName = (scope: Scope) => text(scopes[scope]);
export const hookName = (kind: WebhookKind) => text(hooks[kind]);
export const deliveryName = (state: DeliveryState) => text(deliveries[state]);

/** The states of a registration, as a filter offers them. */
export const registrationStates = Object.keys(states) as RegistrationState[];
export const staffRoles = Object.keys(staff) as StaffRole[];
export const roomKinds = Object.keys(rooms) as RoomKind[];
export const questionKinds = Object.keys(questions) as QuestionKind[];
export const allScopes = Object.keys(scopes) as Scope[];
export const hookKinds = Object.keys(hooks) as WebhookKind[];

/** What an unfinished text of the last time is offered with. */
export const draftWords = (keptAt: number) => ({
  what: text("draft-found", { when: new Date(keptAt) }),
  restore: text("draft-restore"),
  discard: text("draft-discard"),
  unsaved: text("draft-unsaved"),
  lost: text("draft-lost"),
});

type Kept = { found: { text: string; keptAt: number } | undefined; restore(): void; discard(): void };

/** What was left in a form, as it is offered again. */
export function offerOf(form: Kept) {
  const { what, restore, discard } = draftWords(form.found?.keptAt ?? 0);
  return {
    what,
    restore,
    discard,
    text: form.found?.text ?? "",
    onrestore: () => form.restore(),
    ondiscard: () => form.discard(),
  };
}

/** How many digits stand behind a currency's point: two for EUR, none for JPY. */
export function digitsOf(currency: string): number {
  return OTHER_DECIMALS[currency.toUpperCase()] ?? DECIMALS;
}

/** `€79.00`, or “Free”. */
export function moneyName({ amount, currency }: Money): string {
  if (amount === 0) return text("money-free");
  return moneySum({ amount, currency });
}

/** `€79.00`; nothing is `€0.00`. */
export function moneySum({ amount, currency }: Money): string {
  const digits = digitsOf(currency);
  const format = new Intl.NumberFormat(LOCALE, {
    style: "currency",
    currency,
    // What a browser knows of a currency may be another number than what is paid.
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(amount / 10 ** digits);
}
