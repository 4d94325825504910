import type { CommandBody, InviteCard, Outcome, Sending } from "../protocol";
import type {
  Attached,
  Destination,
  DeviceKind,
  Devices,
  MediaStats,
  NativeEvent,
  Problem,
  SessionCard,
} from "../protocol/native";

/** What an invite link leads to, and where. */
export type Invitation = { server: string; card: InviteCard };

/** The native core as the page sees it. A call that fails rejects with a `Problem`. */
export interface Link {
  attach(onEvent: (event: NativeEvent) => void): Promise<Attached>;
  /** Where a link leads. Nothing is sent anywhere. */
  readLink(link: string): Promise<Destination>;
  /** `confirmed`: the person has seen where the link leads, and wants to ask there. */
  lookUpInvite(link: string, confirmed: boolean): Promise<Invitation>;
  /** The core opens the window of the role and closes `welcome`. */
  signIn(link: string, name?: string): Promise<SessionCard>;
  signOut(): Promise<void>;
  /** The question whether to close was heard: the core leaves it to the page. */
  closeHeard(): Promise<void>;
  /** Ends the app. */
  quit(): Promise<void>;
  /** A message survives a lost connection: the outcome comes when the server has answered. Anything else fails without one. */
  send(body: CommandBody): Promise<Outcome>;
  devices(): Promise<Devices>;
  /** Chooses a device, or none; the same one again is tried again at once. */
  chooseDevice(kind: DeviceKind, id?: string): Promise<void>;
  setSending(sending: Sending): Promise<void>;
  /** 0 is silence, 1 as it came. */
  setVolume(volume: number): Promise<void>;
  hearMyself(on: boolean): Promise<void>;
  mediaStats(): Promise<MediaStats>;
}

/** Sends a command; the only way in which a feature asks the room for something. */
export type Send = (body: CommandBody) => Promise<Outcome>;

/** Whether a rejected call says why. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "problem" in value;
}
