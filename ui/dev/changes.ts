// What changes of the made-up server are made of, and how they are refused.
import { GraphQLError } from "graphql";
import type { ApiCode } from "../src/protocol/native";

// biome-ignore lint/suspicious/noExplicitAny: what comes in was checked by the schema
export type Args = any;

export const refuse = (code: ApiCode, field?: string, line?: number) =>
  new GraphQLError(code, { extensions: { code, field, line } });

/** A change's own values, without those that were left out. */
export const given = (change: object) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

export const lists = {
  TRACK: "tracks",
  ROOM: "rooms",
  SESSION: "sessions",
  SPEAKER: "speakers",
  TICKET_TYPE: "tickets",
  CODE: "codes",
  QUESTION: "questions",
} as const;
export type Kind = keyof typeof lists;
// biome-ignore lint/suspicious/noExplicitAny: rows of several kinds
export type Rows = any[];
