// Templates as they come with Houselights; made up, for the gallery.
import type { TemplateRow } from "./rows";

const template = (
  id: string,
  title: string,
  summary: string,
  [accent, background]: [string, string],
  rooms: string[],
  sessions: [string, number, string?][],
): TemplateRow => {
  let at = 0;
  const placed = sessions.map(([name, minutes, track]) => {
    const session = { title: name, track: track ?? null, startsAfterMinutes: at, minutes };
    at += minutes;
    return session;
  });
  return {
    id,
    title,
    summary,
    isOwn: false,
    minutes: at,
    accent,
    background,
    sessions: placed,
    rooms,
    source: `title = "${title}"\n`,
  };
};

export const templates = (): TemplateRow[] => [
  template(
    "fireside-chat",
    "Fireside chat",
    "Two chairs, one good question, and time for the audience.",
    ["#ffb454", "#0d0c0b"],
    ["Stage"],
    [
      ["Doors", 10],
      ["Conversation", 40, "Talk"],
      ["Questions", 20, "Audience"],
    ],
  ),
  template(
    "webinar",
    "Webinar",
    "One presentation with a host, questions at the end.",
    ["#58a8d0", "#0b0e12"],
    ["Stage"],
    [
      ["Doors", 5],
      ["Welcome", 5],
      ["Presentation", 35, "Talk"],
      ["Questions", 15, "Audience"],
    ],
  ),
  template(
    "conference-day",
    "Conference day",
    "A day of talks with breaks, a workshop room and a lounge.",
    ["#58d08b", "#0b120e"],
    ["Main stage", "Workshop room", "Lounge"],
    [
      ["Doors", 30],
      ["Opening", 30, "Talk"],
      ["Keynote", 45, "Talk"],
      ["Break", 15],
      ["Talks", 90, "Talk"],
      ["Lunch", 60],
      ["Workshops", 90, "Workshop"],
      ["Panel", 45, "Talk"],
      ["Farewell", 15],
    ],
  ),
  template(
    "product-launch",
    "Product launch",
    "A countdown, a show, and a demonstration that works.",
    ["#ff7267", "#140c0b"],
    ["Stage", "Booth"],
    [
      ["Countdown", 10],
      ["Launch", 25, "Show"],
      ["Demonstration", 20, "Show"],
      ["Questions", 20, "Audience"],
    ],
  ),
  template(
    "town-hall",
    "Town hall",
    "News from the company, and answers to what people ask.",
    ["#b48ad8", "#100d14"],
    ["Stage", "Lounge"],
    [
      ["Doors", 5],
      ["News", 20, "Talk"],
      ["Team stories", 20, "Talk"],
      ["Ask anything", 30, "Audience"],
    ],
  ),
];
