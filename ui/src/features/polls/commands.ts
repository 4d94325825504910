import type { Send } from "../../link/link";
import type { Choice, PollForm, PollId } from "../../protocol";

export const draftPoll = (send: Send, poll: PollId, form: PollForm) => send({ do: "draft_poll", poll, form });
export const draftPlanned = (send: Send, poll: PollId) => send({ do: "draft_planned", poll });
export const dropPoll = (send: Send, poll: PollId) => send({ do: "drop_poll", poll });
export const openPoll = (send: Send, poll: PollId) => send({ do: "open_poll", poll });
export const closePoll = (send: Send, poll: PollId) => send({ do: "close_poll", poll });
export const reopenPoll = (send: Send, poll: PollId) => send({ do: "reopen_poll", poll });
export const archivePoll = (send: Send, poll: PollId) => send({ do: "archive_poll", poll });
export const hideAnswer = (send: Send, poll: PollId, answer: string) =>
  send({ do: "hide_answer", poll, answer });
export const showAnswer = (send: Send, poll: PollId, answer: string) =>
  send({ do: "show_answer", poll, answer });
export const vote = (send: Send, poll: PollId, choice: Choice) => send({ do: "vote", poll, choice });
export const showPoll = (send: Send, poll: PollId) =>
  send({ do: "show_overlay", overlay: { shows: "poll", poll } });
export const clearStage = (send: Send, poll: PollId) =>
  send({ do: "clear_overlay", overlay: { shows: "poll", poll } });
