import { isApiProblem, type Link } from "../../link/link";
import type { Account, AccountEvent, ApiProblem } from "../../protocol/desk";

const SERVER_KEPT = "sign-in-server";

/** Signing in by mail: asked for with an address, confirmed with the link that comes there. */
export class AccountModel {
  account = $state.raw<Account | undefined>();
  /** The address whose link has not been opened yet. */
  waitingFor = $state.raw<string | undefined>();
  problem = $state.raw<ApiProblem | undefined>();
  busy = $state(false);
  /** The server that was asked the last time. */
  server = $state.raw(localStorage.getItem(SERVER_KEPT) ?? "");

  constructor(private readonly link: Pick<Link, "startSignIn" | "confirmSignIn" | "signOutPerson">) {}

  change({ account, waitingFor }: AccountEvent): void {
    this.account = account ?? undefined;
    this.waitingFor = waitingFor ?? undefined;
  }

  /** Has a link sent. An address without a scheme is meant with encryption. */
  start(server: string, email: string): Promise<void> {
    const written = server.trim().replace(/\/+$/, "");
    const full = /^https?:\/\//.test(written) ? written : `https://${written}`;
    this.server = full;
    localStorage.setItem(SERVER_KEPT, full);
    return this.#do(() => this.link.startSignIn(full, email.trim()));
  }

  confirm(pasted: string): Promise<void> {
    return this.#do(() => this.link.confirmSignIn(pasted.trim()));
  }

  /** Another address; or signs out. */
  leave(): Promise<void> {
    return this.#do(() => this.link.signOutPerson());
  }

  async #do(call: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    try {
      await call();
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.problem = error;
    } finally {
      this.busy = false;
    }
  }
}

/** Whether a link is one of a sign-in mail, and not an invite. */
export const isSignInLink = (text: string) =>
  /^(houselights:\/\/sign-in\b|https?:\/\/[^/]+\/sign-in\/)/.test(text.trim());
