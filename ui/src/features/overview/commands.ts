import { operation } from "../../link/operation";
import type { Duty, Event, EventChange, Money } from "../../protocol/api";

export type OverviewEvent = Pick<
  Event,
  | "id"
  | "title"
  | "slug"
  | "summary"
  | "description"
  | "phase"
  | "startsAt"
  | "endsAt"
  | "timeZone"
  | "capacity"
  | "registered"
  | "cancelledAt"
  | "deletedAt"
  | "version"
  | "oneDevicePerTicket"
  | "slugFollowsTitle"
  | "url"
> & {
  organisation: { id: string; name: string; may: Duty[] };
  branding: { accent: string; background: string };
  sessions: { id: string; startsAt: string; endsAt: string }[];
  speakers: { id: string; email: string | null; invitedAt: string | null }[];
  tickets: { id: string; isHidden: boolean; price: Money }[];
};
export type Overview = { event: OverviewEvent };

const WHOLE = `fragment OverviewParts on Event {
  id title slug summary description phase startsAt endsAt timeZone capacity registered cancelledAt deletedAt version
  oneDevicePerTicket slugFollowsTitle url
  organisation { id name may }
  branding { accent background }
  sessions { id startsAt endsAt }
  speakers { id email invitedAt }
  tickets { id isHidden price { amount currency } }
}`;

export const OVERVIEW = operation<Overview, { id: string }>(`query EventOverview($id: ID!) {
  event(id: $id) { ...OverviewParts }
}
${WHOLE}`);

export const UPDATE_EVENT = operation<
  { updateEvent: OverviewEvent },
  { id: string; version: number; change: EventChange }
>(`mutation UpdateEvent($id: ID!, $version: Int!, $change: EventChange!) {
  updateEvent(id: $id, version: $version, change: $change) { ...OverviewParts }
}
${WHOLE}`);

export const RESCHEDULE = operation<
  { rescheduleEvent: OverviewEvent },
  { id: string; version: number; startsAt: string; timeZone: string }
>(`mutation RescheduleEvent($id: ID!, $version: Int!, $startsAt: DateTime!, $timeZone: String) {
  rescheduleEvent(id: $id, version: $version, startsAt: $startsAt, timeZone: $timeZone) { ...OverviewParts }
}
${WHOLE}`);

type Step = { [name: string]: OverviewEvent };
export const PUBLISH = operation<Step, { id: string }>(`mutation PublishEvent($id: ID!) {
  publishEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const UNPUBLISH = operation<Step, { id: string }>(`mutation UnpublishEvent($id: ID!) {
  unpublishEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const START = operation<Step, { id: string }>(`mutation StartEvent($id: ID!) {
  startEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const UNSTART = operation<Step, { id: string }>(`mutation UnstartEvent($id: ID!) {
  unstartEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const RESUME = operation<Step, { id: string }>(`mutation ResumeEvent($id: ID!) {
  resumeEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const END = operation<Step, { id: string }>(`mutation EndEvent($id: ID!) {
  endEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const ARCHIVE = operation<Step, { id: string }>(`mutation ArchiveEvent($id: ID!) {
  archiveEvent(id: $id) { ...OverviewParts }
}
${WHOLE}`);
export const CANCEL = operation<
  Step,
  { id: string; reason: string | null; refund: boolean }
>(`mutation CancelEvent($id: ID!, $reason: String, $refund: Boolean!) {
  cancelEvent(id: $id, reason: $reason, refund: $refund) { ...OverviewParts }
}
${WHOLE}`);
export const DELETE = operation<unknown, { id: string }>(`mutation DeleteEvent($id: ID!) {
  deleteEvent(id: $id) { id }
}`);
export const DUPLICATE = operation<
  { duplicateEvent: { id: string } },
  { id: string; title: string; startsAt: string }
>(`mutation DuplicateEvent($id: ID!, $title: String!, $startsAt: DateTime!) {
  duplicateEvent(id: $id, title: $title, startsAt: $startsAt) { id }
}`);
export const SAVE_AS_TEMPLATE = operation<
  unknown,
  { event: string; title: string }
>(`mutation SaveAsTemplate($event: ID!, $title: String!) {
  saveAsTemplate(event: $event, title: $title) { id }
}`);
export const ENTER = operation<
  { enterEvent: { link: string } },
  { id: string }
>(`mutation EnterEvent($id: ID!) {
  enterEvent(id: $id) { link }
}`);
