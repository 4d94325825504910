import { operation } from "../../link/operation";
import type { NewQuestion, Question, QuestionChange } from "../../protocol/api";

export type Questions = { event: { id: string; questions: Question[] } };

export const QUESTIONS = operation<Questions, { id: string }>(`query EventQuestions($id: ID!) {
  event(id: $id) { id questions { id label kind options isRequired } }
}`);
export const CREATE_QUESTION = operation<
  unknown,
  { event: string; question: NewQuestion }
>(`mutation CreateQuestion($event: ID!, $question: NewQuestion!) {
  createQuestion(event: $event, question: $question) { id }
}`);
export const UPDATE_QUESTION = operation<
  unknown,
  { id: string; change: QuestionChange }
>(`mutation UpdateQuestion($id: ID!, $change: QuestionChange!) {
  updateQuestion(id: $id, change: $change) { id }
}`);
export const ORDER_QUESTIONS = operation<
  { orderQuestions: Question[] },
  { event: string; order: string[] }
>(`mutation OrderQuestions($event: ID!, $order: [ID!]!) {
  orderQuestions(event: $event, order: $order) { id label kind options isRequired }
}`);
export const DELETE_QUESTION = operation<unknown, { id: string }>(`mutation DeleteQuestion($id: ID!) {
  deleteQuestion(id: $id) { id }
}`);
export const RESTORE_QUESTION = operation<
  unknown,
  { event: string; id: string }
>(`mutation RestoreQuestion($event: ID!, $id: ID!) {
  restore(event: $event, kind: QUESTION, id: $id) { id }
}`);
