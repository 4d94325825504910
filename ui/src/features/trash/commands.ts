import { operation } from "../../link/operation";
import type { Trashed, TrashKind } from "../../protocol/api";

export type Trash = { event: { id: string; trash: Trashed[] } };

export const TRASH = operation<Trash, { id: string }>(`query EventTrash($id: ID!) {
  event(id: $id) { id trash { id kind title deletedAt } }
}`);
export const RESTORE = operation<
  unknown,
  { event: string; kind: TrashKind; id: string }
>(`mutation Restore($event: ID!, $kind: TrashKind!, $id: ID!) {
  restore(event: $event, kind: $kind, id: $id) { id }
}`);
