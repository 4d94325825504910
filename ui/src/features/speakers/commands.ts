import { operation } from "../../link/operation";
import type { EventPhase, Image, NewSpeaker, Speaker, SpeakerChange } from "../../protocol/api";

export type SpeakerCard = Omit<Speaker, "picture"> & { picture: Pick<Image, "id" | "url"> | null };
export type Speakers = {
  event: {
    id: string;
    timeZone: string;
    phase: EventPhase;
    organisation: { id: string };
    speakers: SpeakerCard[];
    sessions: { id: string; title: string; speakers: { id: string }[] }[];
  };
};

export const SPEAKERS = operation<Speakers, { id: string }>(`query EventSpeakers($id: ID!) {
  event(id: $id) {
    id timeZone phase
    organisation { id }
    speakers { id name headline biography email invitedAt cameAt picture { id url } }
    sessions { id title speakers { id } }
  }
}`);

export const CREATE_SPEAKER = operation<
  unknown,
  { event: string; speaker: NewSpeaker }
>(`mutation CreateSpeaker($event: ID!, $speaker: NewSpeaker!) {
  createSpeaker(event: $event, speaker: $speaker) { id }
}`);
export const UPDATE_SPEAKER = operation<
  unknown,
  { id: string; change: SpeakerChange }
>(`mutation UpdateSpeaker($id: ID!, $change: SpeakerChange!) {
  updateSpeaker(id: $id, change: $change) { id }
}`);
export const DELETE_SPEAKER = operation<unknown, { id: string }>(`mutation DeleteSpeaker($id: ID!) {
  deleteSpeaker(id: $id) { id }
}`);
export const INVITE_SPEAKER = operation<
  { inviteSpeaker: { link: string; web: string } },
  { id: string }
>(`mutation InviteSpeaker($id: ID!) {
  inviteSpeaker(id: $id) { link web }
}`);
export const REVOKE_INVITATION = operation<unknown, { id: string }>(`mutation RevokeInvitation($id: ID!) {
  revokeInvitation(id: $id) { id }
}`);
export const RESTORE_SPEAKER = operation<
  unknown,
  { event: string; id: string }
>(`mutation RestoreSpeaker($event: ID!, $id: ID!) {
  restore(event: $event, kind: SPEAKER, id: $id) { id }
}`);
