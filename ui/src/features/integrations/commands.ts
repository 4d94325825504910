import { operation } from "../../link/operation";
import type { ApiKey, Delivery, OwnTrashed, Scope, Webhook, WebhookKind } from "../../protocol/api";

export type Hook = Omit<Webhook, "deliveries"> & { deliveries: { nodes: Delivery[]; totalCount: number } };
/** What has an id. */
export type Identified = { id: string };
export type Integrations = {
  organisation: {
    id: string;
    apiKeys: ApiKey[];
    webhooks: Hook[];
    trash: Pick<OwnTrashed, "id" | "kind" | "title">[];
  };
};

export const INTEGRATIONS = operation<Integrations, { id: string }>(`query Integrations($id: ID!) {
  organisation(id: $id) {
    id
    apiKeys { id name scopes createdAt usedAt }
    trash { id kind title }
    webhooks {
      id url kinds createdAt
      deliveries(first: 20) { totalCount nodes { id kind createdAt attempts state responseStatus error } }
    }
  }
}`);
export const CREATE_KEY = operation<
  { createApiKey: { secret: string } },
  { organisation: string; name: string; scopes: Scope[] }
>(`mutation CreateApiKey($organisation: ID!, $name: String!, $scopes: [Scope!]!) {
  createApiKey(organisation: $organisation, name: $name, scopes: $scopes) { secret key { id } }
}`);
export const REVOKE_KEY = operation<unknown, { id: string }>(`mutation RevokeApiKey($id: ID!) {
  revokeApiKey(id: $id) { id }
}`);
export const CREATE_WEBHOOK = operation<
  { createWebhook: { secret: string } },
  { organisation: string; url: string; kinds: WebhookKind[] }
>(`mutation CreateWebhook($organisation: ID!, $url: String!, $kinds: [WebhookKind!]!) {
  createWebhook(organisation: $organisation, url: $url, kinds: $kinds) { secret webhook { id } }
}`);
export const DELETE_WEBHOOK = operation<unknown, { id: string }>(`mutation DeleteWebhook($id: ID!) {
  deleteWebhook(id: $id) { id }
}`);
export const RESTORE_WEBHOOK = operation<unknown, { id: string }>(`mutation RestoreWebhook($id: ID!) {
  restoreWebhook(id: $id) { id }
}`);
export const RETRY = operation<unknown, { id: string }>(`mutation RetryDelivery($id: ID!) {
  retryDelivery(id: $id) { id }
}`);
