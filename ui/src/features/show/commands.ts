import { operation } from "../../link/operation";
import type { Room, Session, ShowPlan, ShowPlanChange } from "../../protocol/api";

export type ShowSession = Pick<Session, "id" | "title" | "startsAt" | "endsAt" | "cancelledAt"> & {
  room: { id: string } | null;
};
export type ShowEvent = {
  id: string;
  version: number;
  timeZone: string;
  rooms: Room[];
  sessions: ShowSession[];
  showPlan: ShowPlan;
};
export type Show = { event: ShowEvent };

const SHOW_PARTS = `fragment ShowParts on Event {
  id version timeZone
  rooms { id title kind }
  sessions { id title startsAt endsAt cancelledAt room { id } }
  showPlan {
    scenes { id room name layout }
    cues { id session room title minutes scene notes }
    polls { id session question options multiple }
    mails { kind subject body }
    lengths { session shortest longest }
  }
}`;

export const SHOW = operation<Show, { id: string }>(`query EventShow($id: ID!) {
  event(id: $id) { ...ShowParts }
}
${SHOW_PARTS}`);

export const UPDATE_SHOW = operation<
  { updateShowPlan: ShowEvent },
  { event: string; version: number; change: ShowPlanChange }
>(`mutation UpdateShowPlan($event: ID!, $version: Int!, $change: ShowPlanChange!) {
  updateShowPlan(event: $event, version: $version, change: $change) { ...ShowParts }
}
${SHOW_PARTS}`);
