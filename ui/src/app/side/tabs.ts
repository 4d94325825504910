import type { Component } from "svelte";
import type { House } from "../house.svelte";
import ChatTab from "./ChatTab.svelte";
import InboxTab from "./InboxTab.svelte";
import NotesTab from "./NotesTab.svelte";

/** A part of what stands beside the stage. */
export type SideTab = {
  key: string;
  /** The id of its words. */
  label: string;
  /** Stays once it was opened, so that nothing typed is lost; `shown` says whether one sees it. */
  panel: Component<{ house: House; shown: boolean }>;
  /** How much came since one last looked. */
  unread: (house: House) => number;
  /** Whether this person has it. */
  offered: (house: House) => boolean;
};

/** All parts of the side, from left to right: a further one is a line here and a component. */
export const sideTabs: SideTab[] = [
  {
    key: "chat",
    label: "chat-title",
    panel: ChatTab,
    unread: ({ room }) => room.chat.said.unread,
    offered: () => true,
  },
  {
    key: "notes",
    label: "notes-title",
    panel: NotesTab,
    unread: ({ room }) => room.chat.notes.unread,
    offered: (house) => house.may("enter_backstage"),
  },
  {
    key: "inbox",
    label: "inbox-title",
    panel: InboxTab,
    unread: ({ inbox }) => inbox.unread,
    offered: () => true,
  },
];
