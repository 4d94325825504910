import { operation } from "../../link/operation";
import type { PersonLogin, StaffRole } from "../../protocol/api";

export type MyAccount = {
  me: {
    name: string;
    email: string;
    logins: PersonLogin[];
    memberships: { role: StaffRole; organisation: { id: string; name: string } }[];
  } | null;
};

export const MY_ACCOUNT = operation<MyAccount>(`query MyAccount {
  me {
    name email
    logins { id device createdAt usedAt isCurrent }
    memberships { role organisation { id name } }
  }
}`);
export const REVOKE_LOGIN = operation<unknown, { id: string }>(`mutation RevokeLogin($id: ID!) {
  revokeLogin(id: $id) { id }
}`);
export const REVOKE_OTHER_LOGINS = operation<unknown>(`mutation RevokeOtherLogins {
  revokeOtherLogins { id }
}`);
