// Who is in the made-up room, and what they say of themselves.
import type {
  OwnProfile,
  ParticipantId,
  PeoplePage,
  PersonCard,
  PersonDetails,
  Profile,
  RoomId,
} from "../src/protocol";
import { FakeFiles } from "./files";

const PAGE = 100;

export const saying = (said: Partial<Profile>): Profile => ({
  headline: "",
  company: "",
  pronouns: "",
  about: "",
  links: [],
  shown_to: "everybody",
  ...said,
});

/** A crowd, by its names. */
export function crowd(known: PersonCard[], count: number): PersonCard[] {
  const first = [
    "Aiko",
    "Béla",
    "Chiara",
    "Dmitri",
    "Esi",
    "Farid",
    "Greta",
    "Hanna",
    "Ivo",
    "Jasmin",
    "Kofi",
  ];
  const last = ["Adler", "Brandt", "Castillo", "Dube", "Eriksen", "Fofana", "Grau", "Horvat", "Ito"];
  const does = ["", "", "Backend engineer", "", "Site reliability", "", "Product designer", ""];
  const one = (number: number): PersonCard => ({
    participant: `01990000-0000-7000-8000-1${String(number).padStart(11, "0")}`,
    name: `${first[number % first.length]} ${last[number % last.length]}`,
    role: "attendee",
    headline: does[number % does.length] ?? "",
  });
  const all = [...known, ...Array.from({ length: count - known.length }, (_, number) => one(number))];
  return all.sort((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
}

export class FakePeople extends FakeFiles {
  /** Those who are here, by their names. */
  here: PersonCard[] = [];
  ownProfile: OwnProfile = {};
  profiles: Record<ParticipantId, Profile> = {};
  /** What asking for people fails with, where it does. */
  unlisted: unknown;

  async people(
    _room: RoomId,
    query: string,
    after?: ParticipantId,
    _audience?: boolean,
  ): Promise<PeoplePage> {
    this.calls.push(`people ${query} ${after ?? ""}`.trim());
    if (this.unlisted !== undefined) throw this.unlisted;
    const begun = (name: string) =>
      query
        .toLowerCase()
        .split(/\s+/)
        .every((word) => ` ${name.toLowerCase()}`.includes(` ${word}`));
    const found = this.here.filter(({ name }) => begun(name));
    const from = found.findIndex(({ participant }) => participant === after) + 1;
    const people = found.slice(from, from + PAGE);
    const last = people.at(-1);
    return {
      people,
      count: found.length,
      ...(last && from + PAGE < found.length && { after: last.participant }),
    };
  }

  async person(_room: RoomId, participant: ParticipantId): Promise<PersonDetails> {
    this.calls.push(`person ${participant}`);
    const card = this.here.find((one) => one.participant === participant);
    const profile = this.profiles[participant];
    return {
      participant,
      name: card?.name ?? "Somebody",
      role: card?.role ?? "attendee",
      ...(profile && { profile }),
    };
  }

  async profile(): Promise<OwnProfile> {
    this.calls.push("profile");
    return this.ownProfile;
  }

  async setProfile(profile: Profile): Promise<Profile> {
    this.calls.push(`setProfile ${JSON.stringify(profile)}`);
    if (this.unlisted !== undefined) throw this.unlisted;
    this.ownProfile = { profile };
    return profile;
  }
}
