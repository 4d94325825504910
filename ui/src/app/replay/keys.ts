import { text } from "../../locales/text";

type Key = { key: string; does: string };

/** What keys do while one watches a replay; of the window's own the one that stops everything goes on. */
export function replayKeys(own: readonly Key[]): Key[] {
  return [
    { key: text("key-space"), does: text("replay-keys-play") },
    { key: "← →", does: text("replay-keys-step") },
    { key: "P N", does: text("replay-keys-moment") },
    { key: "< >", does: text("replay-keys-speed") },
    ...own.filter(({ key }) => key === "X"),
  ];
}
