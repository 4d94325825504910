import { operation } from "../../link/operation";
import type { RoomReport } from "../../protocol/api";

export type Reports = { event: { id: string; reports: RoomReport[] } };

export const REPORTS = operation<Reports, { id: string }>(`query EventReports($id: ID!) {
  event(id: $id) { id reports { id title messages questions polls namedPolls acts entries } }
}`);
