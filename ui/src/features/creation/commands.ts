import { operation } from "../../link/operation";
import type { OwnTrashed, Template } from "../../protocol/api";

/** A template without its file, which is long. */
export type ListedTemplate = Omit<Template, "source">;

export type TemplateList = {
  templates: ListedTemplate[];
  organisation: { id: string; trash: Pick<OwnTrashed, "id" | "kind" | "title">[] };
};

const TEMPLATE = `fragment TemplateParts on Template {
  id title summary isOwn minutes accent background rooms
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

export type TemplateFile = { template: Pick<Template, "source"> };

export const TEMPLATE_FILE = operation<
  TemplateFile,
  { organisation: string; id: string }
>(`query TemplateFile($organisation: ID!, $id: ID!) {
  template(organisation: $organisation, id: $id) { source }
}`);

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
