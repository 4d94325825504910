import { operation } from "../../link/operation";
import type { EventChange, Image, PageTheme } from "../../protocol/api";

type Picture = Pick<Image, "id" | "url" | "width" | "height">;
export type BrandedEvent = {
  id: string;
  title: string;
  summary: string;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  version: number;
  organisation: { id: string; name: string };
  tickets: { id: string }[];
  branding: { accent: string; background: string; logo: Picture | null; cover: Picture | null };
};
export type Branded = { event: BrandedEvent };

const BRANDED = `fragment Branded on Event {
  id title summary startsAt endsAt timeZone version
  organisation { id name }
  tickets { id }
  branding { accent background logo { id url width height } cover { id url width height } }
}`;

export const BRANDING = operation<Branded, { id: string }>(`query EventBranding($id: ID!) {
  event(id: $id) { ...Branded }
}
${BRANDED}`);
export const BRAND = operation<
  { updateEvent: BrandedEvent },
  { id: string; version: number; change: EventChange }
>(`mutation BrandEvent($id: ID!, $version: Int!, $change: EventChange!) {
  updateEvent(id: $id, version: $version, change: $change) { ...Branded }
}
${BRANDED}`);

export type Themed = { pageTheme: PageTheme };
export const PAGE_THEME = operation<
  Themed,
  { accent: string; background: string }
>(`query PageTheme($accent: String!, $background: String!) {
  pageTheme(accent: $accent, background: $background) { isDark colours { name value } }
}`);
