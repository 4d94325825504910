import type { Reaction } from "../../protocol";

/** The reactions that one can throw, in the order of their keys. */
export const reactions = ["clap", "heart", "laugh", "wow", "party", "thumbs_up"] as const;
export type Thrown = (typeof reactions)[number];

export const emoji: Record<Thrown, string> = {
  clap: "👏",
  heart: "❤️",
  laugh: "😂",
  wow: "😮",
  party: "🎉",
  thumbs_up: "👍",
};

/** The ids of their words. */
export const reactionWords: Record<Thrown, string> = {
  clap: "reaction-clap",
  heart: "reaction-heart",
  laugh: "reaction-laugh",
  wow: "reaction-wow",
  party: "reaction-party",
  thumbs_up: "reaction-thumbs-up",
};

/** Whether this page knows it: what a newer server counts is not drawn. */
export const isKnown = (reaction: Reaction): reaction is Thrown => reaction in emoji;
