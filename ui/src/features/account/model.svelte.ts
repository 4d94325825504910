import { isApiProblem, isProblem, type Link } from "../../link/link";
import type { Account, ApiProblem, Destination, NativeEvent } from "../../protocol/native";

type AccountEvent = Extract<NativeEvent, { event: "account" }>;

const SERVER_KEPT = "sign-in-server";

/** Signing in by mail: asked for with an address, confirmed with the link that comes there. */
export class AccountModel {
  account = $state.raw<Account | undefined>();
  /** The address whose link has not been opened yet. */
  waitingFor = $state.raw<string | undefined>();
  problem = $state.raw<ApiProblem | undefined>();
  /** A link that was not asked for here, and where it leads: the person has to want that first. */
  unconfirmed = $state.raw<{ link: string; destination: Destination } | undefined>();
  busy = $state(false);
  /** The server that was asked the last time. */
  server = $state.raw(localStorage.getItem(SERVER_KEPT) ?? "");

  constructor(
    private readonly link: Pick<Link, "readLink" | "startSignIn" | "confirmSignIn" | "signOutPerson">,
  ) {}

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

  /** Signs in with a link; where it was not asked for here, `unconfirmed` asks first. */
  async confirm(pasted: string): Promise<void> {
    const link = pasted.trim();
    this.unconfirmed = undefined;
    await this.#do(() => this.link.confirmSignIn(link, false));
    if (this.problem?.code !== "UNCONFIRMED") return;
    try {
      const destination = await this.link.readLink(link);
      this.unconfirmed = { link, destination };
      this.problem = undefined;
    } catch (error) {
      // It stays said that nothing was sent.
      if (!isProblem(error)) throw error;
    }
  }

  /** The person saw where the link leads, and wants to sign in there. */
  async agree(): Promise<void> {
    if (this.unconfirmed === undefined) return;
    const { link } = this.unconfirmed;
    this.unconfirmed = undefined;
    await this.#do(() => this.link.confirmSignIn(link, true));
  }

  decline(): void {
    this.unconfirmed = undefined;
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
  /^(houselights:\/\/sign-in\b|https?:\/\/\S+\/sign-in\/)/.test(text.trim());
