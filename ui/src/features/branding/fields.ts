import { text } from "../../locales/text";
import type { BrandedEvent } from "./commands";

/** What can be changed of how an event looks, as a change names it. */
export function fieldsOf({ branding, version }: BrandedEvent) {
  const { accent, background, logo, cover } = branding;
  return { accent, background, logo: logo?.id ?? null, cover: cover?.id ?? null, version };
}

const labels: Record<string, string> = {
  accent: "branding-accent",
  background: "branding-background",
  logo: "branding-logo",
  cover: "branding-cover",
};

/** A field and a value of it in words; of a picture only whether there is one. */
export function fieldWords(field: string, value: unknown) {
  const label = text(labels[field] ?? field);
  if (field !== "logo" && field !== "cover") return { label, value: String(value) };
  return { label, value: text(value === null ? "branding-no-picture" : "branding-picture") };
}
