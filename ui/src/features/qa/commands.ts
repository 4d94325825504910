import type { Send } from "../../link/link";
import type { AskedId, CommandBody, CommandId, Question } from "../../protocol";

export const askQuestion = (send: Send, words: { text: string; anonymous: boolean }, id: CommandId) =>
  send({ do: "ask_question", ...words }, id);
export const withdrawQuestion = (send: Send, question: AskedId) =>
  send({ do: "withdraw_question", question });
export const upvote = (send: Send, question: AskedId, up: boolean) =>
  send({ do: "upvote_question", question, up });
export const showQuestion = (send: Send, question: AskedId) =>
  send({ do: "show_overlay", overlay: { shows: "question", question } });
export const clearStage = (send: Send, question: AskedId) =>
  send({ do: "clear_overlay", overlay: { shows: "question", question } });

/** What moderators do with a question, beside taking it to the stage. */
export const act = {
  open: (question: AskedId): CommandBody => ({ do: "open_question", question }),
  dismiss: (question: AskedId): CommandBody => ({ do: "dismiss_question", question }),
  hold: (question: AskedId): CommandBody => ({ do: "hold_question", question }),
  answer: (question: AskedId, answer?: string): CommandBody => ({ do: "answer_question", question, answer }),
  merge: (question: AskedId, into: AskedId): CommandBody => ({ do: "merge_question", question, into }),
};

/** Lets a question stand again as it stands now. */
export const restoring = ({ id, standing }: Question): CommandBody => ({
  do: "restore_question",
  question: id,
  standing,
});
