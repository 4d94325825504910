import { operation } from "../../link/operation";
import type { Duty, Member, StaffRole } from "../../protocol/api";

export type Members = {
  me: { id: string } | null;
  organisation: { id: string; name: string; may: Duty[]; members: Member[] };
};

export const MEMBERS = operation<Members, { id: string }>(`query OrganisationMembers($id: ID!) {
  me { id }
  organisation(id: $id) { id name may members { role since mail person { id name email } } }
}`);
export const RENAME_ORGANISATION = operation<
  unknown,
  { id: string; name: string }
>(`mutation RenameOrganisation($id: ID!, $name: String!) {
  renameOrganisation(id: $id, name: $name) { id }
}`);
export const ADD_MEMBER = operation<
  unknown,
  { organisation: string; email: string; name: string; role: StaffRole }
>(`mutation AddMember($organisation: ID!, $email: String!, $name: String!, $role: StaffRole!) {
  addMember(organisation: $organisation, email: $email, name: $name, role: $role) { id }
}`);
export const CHANGE_MEMBER = operation<
  unknown,
  { organisation: string; person: string; role: StaffRole }
>(`mutation ChangeMember($organisation: ID!, $person: ID!, $role: StaffRole!) {
  changeMember(organisation: $organisation, person: $person, role: $role) { id }
}`);
export const REMOVE_MEMBER = operation<
  unknown,
  { organisation: string; person: string }
>(`mutation RemoveMember($organisation: ID!, $person: ID!) {
  removeMember(organisation: $organisation, person: $person) { id }
}`);
