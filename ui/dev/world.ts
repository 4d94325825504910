// A made-up organisation with its events, for looking at the windows that work with the server's data.
import type { Duty } from "../src/protocol/api";
import { mainEvent } from "./conference";
import { beginWorld, emptyEvent, iso, MINUTE, on } from "./makers";
import type { TemplateRow, World } from "./rows";
import { templates } from "./templates";

const DUTIES: Duty[] = [
  "MANAGE_ORGANISATION",
  "MANAGE_MEMBERS",
  "CREATE_EVENT",
  "EDIT_EVENT",
  "READ_EVENT",
  "READ_PEOPLE",
  "MANAGE_PEOPLE",
  "REFUND",
  "EXPORT",
  "ERASE",
];

/** The world before anybody has pressed anything. */
export function madeUp(): World {
  beginWorld();
  const main = mainEvent();
  const launch = emptyEvent("Tidewater Cloud launch", on(40, "18:00"), 75);
  launch.id = "event-launch";
  launch.accent = "#ff7267";
  const live = emptyEvent("Company town hall", Date.now() - 20 * MINUTE, 90);
  live.id = "event-live";
  live.phase = "LIVE";
  live.registrations = main.registrations.slice(0, 84);
  const past = emptyEvent("Spring fireside", on(-60, "19:00"), 70);
  past.phase = "ENDED";
  past.registrations = main.registrations.slice(0, 61);
  const sessions = main.sessions;
  const pick = (...at: number[]) => at.map((index) => sessions[index]?.id ?? "");
  return {
    may: DUTIES,
    me: { id: "person-noor", name: "Noor Aziz", email: "noor@tidewater.example" },
    logins: [
      {
        id: "login-phone",
        device: "noor-phone (android)",
        createdAt: iso(on(-2, "18:12")),
        usedAt: iso(Date.now() - 50 * MINUTE),
        isCurrent: false,
      },
      {
        id: "login-here",
        device: "control-desk (linux)",
        createdAt: iso(on(-31, "09:05")),
        usedAt: iso(Date.now() - 2 * MINUTE),
        isCurrent: true,
      },
      {
        id: "login-old",
        device: "",
        createdAt: iso(on(-80, "22:40")),
        usedAt: iso(on(-46, "07:15")),
        isCurrent: false,
      },
    ],
    organisations: [
      { id: "org-tidewater", name: "Tidewater Events" },
      { id: "org-choir", name: "Harbour Choir" },
    ],
    members: [
      {
        id: "person-noor",
        name: "Noor Aziz",
        email: "noor@tidewater.example",
        role: "OWNER",
        since: iso(on(-300, "10:00")),
      },
      {
        id: "person-ines",
        name: "Ines Okafor",
        email: "ines@tidewater.example",
        role: "ORGANIZER",
        since: iso(on(-200, "10:00")),
      },
      {
        id: "person-tom",
        name: "Tom Weiss",
        email: "tom@tidewater.example",
        role: "PRODUCER",
        since: iso(on(-90, "10:00")),
      },
    ],
    events: [main, launch, live, past],
    templates: [
      ...templates(),
      {
        ...templates()[0],
        id: "own-1",
        isOwn: true,
        title: "Friday fireside",
        summary: "Ours, with the long break.",
        accent: "#ffd08a",
      } as TemplateRow,
    ],
    apiKeys: [
      {
        id: "key-1",
        name: "Website counter",
        scopes: ["EVENTS_READ"],
        createdAt: iso(on(-30, "10:00")),
        usedAt: iso(Date.now() - 3 * MINUTE),
      },
    ],
    gone: [],
    webhooks: [
      {
        id: "hook-1",
        url: "https://crm.tidewater.example/hooks/houselights",
        kinds: ["REGISTRATION_CONFIRMED", "REGISTRATION_CANCELLED"],
        createdAt: iso(on(-30, "10:00")),
        log: [
          {
            id: "delivery-3",
            kind: "REGISTRATION_CONFIRMED",
            createdAt: iso(Date.now() - 4 * MINUTE),
            attempts: 1,
            state: "DELIVERED",
            responseStatus: 204,
            error: null,
          },
          {
            id: "delivery-2",
            kind: "REGISTRATION_CONFIRMED",
            createdAt: iso(Date.now() - 50 * MINUTE),
            attempts: 6,
            state: "FAILED",
            responseStatus: 503,
            error: null,
          },
          {
            id: "delivery-1",
            kind: "REGISTRATION_CANCELLED",
            createdAt: iso(Date.now() - 70 * MINUTE),
            attempts: 2,
            state: "QUEUED",
            responseStatus: null,
            error: "connection refused",
          },
        ],
      },
    ],
    mine: [
      {
        id: "mine-1",
        event: main.id,
        state: "CONFIRMED",
        picks: pick(2, 4, 3, 9),
        registeredAt: iso(on(-20, "10:00")),
        ticket: "Regular",
      },
      {
        id: "mine-2",
        event: live.id,
        state: "CONFIRMED",
        picks: [],
        registeredAt: iso(on(-4, "10:00")),
        ticket: "Everybody",
      },
      {
        id: "mine-3",
        event: past.id,
        state: "CONFIRMED",
        picks: [],
        registeredAt: iso(on(-70, "10:00")),
        ticket: "Free",
      },
    ],
  };
}
