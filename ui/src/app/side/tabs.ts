import type { Component } from "svelte";
import type { House } from "../house.svelte";
import ChatTab from "./ChatTab.svelte";
import HandsTab from "./HandsTab.svelte";
import InboxTab from "./InboxTab.svelte";
import NotesTab from "./NotesTab.svelte";
import OrderTab from "./OrderTab.svelte";
import PeopleTab from "./PeopleTab.svelte";
import PollsTab from "./PollsTab.svelte";
import QaTab from "./QaTab.svelte";

/** A part of what stands beside the stage. */
export type SideTab = {
  key: string;
  /** The id of its words. */
  label: string;
  /** Stays once it was opened, so that nothing typed is lost; `shown` says whether one sees it. */
  panel: Component<{ house: House; shown: boolean }>;
  /** How much came since one last looked that is for oneself, or to be done. */
  unread: (house: House) => number;
  /** And how much that one need not count. */
  news?: (house: House) => number;
  /** Whether this person has it. */
  offered: (house: House) => boolean;
};

/** All parts of the side, from left to right: a further one is a line here and a component. */
export const sideTabs: SideTab[] = [
  {
    key: "chat",
    label: "chat-title",
    panel: ChatTab,
    unread: ({ inbox, session }) => inbox.mentionsIn(session?.room, false).length,
    news: ({ room }) => room.chat.said.unread,
    offered: () => true,
  },
  {
    key: "qa",
    label: "qa-title",
    panel: QaTab,
    unread: (house) => (house.may("moderate") ? house.room.qa.pending : house.room.qa.unread),
    offered: () => true,
  },
  {
    key: "polls",
    label: "polls-title",
    panel: PollsTab,
    unread: (house) => (house.may("run_polls") ? 0 : house.room.polls.unvoted),
    offered: () => true,
  },
  {
    key: "people",
    label: "roster-title",
    panel: PeopleTab,
    unread: () => 0,
    offered: () => true,
  },
  {
    key: "hands",
    label: "hands-title",
    panel: HandsTab,
    unread: ({ room }) => room.hands.raised.length,
    offered: (house) => house.may("moderate"),
  },
  {
    key: "notes",
    label: "notes-title",
    panel: NotesTab,
    unread: ({ room }) => room.chat.notes.unread,
    offered: (house) => house.may("enter_backstage"),
  },
  {
    key: "order",
    label: "moderation-title",
    panel: OrderTab,
    unread: ({ room }) => room.moderation.waits,
    offered: (house) => house.may("moderate"),
  },
  {
    key: "inbox",
    label: "inbox-title",
    panel: InboxTab,
    unread: ({ inbox }) => inbox.unread,
    offered: () => true,
  },
];
