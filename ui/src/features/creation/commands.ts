import { operation } from "../../link/operation";
import type { OwnTrashed, Template } from "../../protocol/api";

export type TemplateList = {
  templates: Template[];
  organisation: { id: string; trash: Pick<OwnTrashed, "id" | "kind" | "title">[] };
};

const TEMPLATE = `fragment TemplateParts on Template {
  id title summary isOwn minutes accent background rooms source
  sessions { title track startsAfterMinutes minutes }
}`;

export const TEMPLATES = operation<
  TemplateList,
  { organisation: string }
>(`query Templates($organisation: ID!) {
  templates(organisation: $organisation) { ...TemplateParts }
  organisation(id: $organisation) { id trash { id kind title } }
}
${TEMPLATE}`);

export const CREATE_EVENT = operation<
  { createEvent: { id: string } },
  { organisation: string; template: string; title: string; startsAt: string; timeZone: string }
>(`mutation CreateEvent($organisation: ID!, $template: ID!, $title: String!, $startsAt: DateTime!, $timeZone: String!) {
  createEvent(organisation: $organisation, template: $template, title: $title, startsAt: $startsAt, timeZone: $timeZone) { id }
}`);

export const IMPORT_TEMPLATE = operation<
  { importTemplate: { id: string; title: string } },
  { organisation: string; source: string }
>(`mutation ImportTemplate($organisation: ID!, $source: String!) {
  importTemplate(organisation: $organisation, source: $source) { id title }
}`);

export const RESTORE_TEMPLATE = operation<unknown, { id: string }>(`mutation RestoreTemplate($id: ID!) {
  restoreTemplate(id: $id) { id }
}`);

export const DELETE_TEMPLATE = operation<unknown, { id: string }>(`mutation DeleteTemplate($id: ID!) {
  deleteTemplate(id: $id)
}`);
