// What the made-up server knows of the person themselves.
import type { PersonLogin } from "../src/protocol/api";
import type { ApiCode } from "../src/protocol/native";
import type { World } from "./rows";
import { organisationView } from "./views";

/** The questions and changes that are about the person who asks. */
export function ofMe(world: World, refuse: (code: ApiCode) => Error) {
  const me = () => ({
    ...world.me,
    mayMakeOrganisation: true,
    memberships: world.organisations.map(({ id }) => ({
      organisation: organisationView(world, id),
      role: "OWNER",
    })),
    logins: world.logins,
  });
  const end = (ends: (login: PersonLogin) => boolean) => {
    world.logins = world.logins.filter((login) => !ends(login));
    return me();
  };
  return {
    me,
    revokeLogin: ({ id }: { id: string }) => {
      if (!world.logins.some((login) => login.id === id)) throw refuse("NOT_FOUND");
      return end((login) => login.id === id);
    },
    revokeOtherLogins: () => end(({ isCurrent }) => !isCurrent),
  };
}
