import { isApiProblem, isProblem, type Link } from "../../link/link";
import type { Account, ApiProblem, Destination, NativeEvent, Waiting } from "../../protocol/native";

type AccountEvent = Extract<NativeEvent, { event: "account" }>;
type Core = Pick<
  Link,
  | "readLink"
  | "signInWays"
  | "startSignIn"
  | "startProviderSignIn"
  | "confirmSignIn"
  | "signOutPerson"
  | "eraseMe"
>;

const SERVER_KEPT = "sign-in-server";

/** A server's address as it is meant: without a scheme, with encryption. */
const meant = (written: string) => {
  const short = written.trim().replace(/\/+$/, "");
  return short === "" || /^https?:\/\//.test(short) ? short : `https://${short}`;
};

/** Signing in: by mail, or in the browser with an account elsewhere. Both end with a link. */
export class AccountModel {
  account = $state.raw<Account | undefined>();
  /** What a sign-in that was asked for waits for. */
  waitingFor = $state.raw<Waiting | undefined>();
  problem = $state.raw<ApiProblem | undefined>();
  /** A link that was not asked for here, and where it leads: the person has to want that first. */
  unconfirmed = $state.raw<{ link: string; destination: Destination } | undefined>();
  busy = $state(false);
  /** The server that was asked the last time. */
  server = $state.raw(localStorage.getItem(SERVER_KEPT) ?? "");
  /** The person had themselves erased; `there`: at the server, and not on this computer. */
  erased = $state.raw<"everywhere" | "there" | undefined>();
  /** What a server said of accounts elsewhere. */
  #offer = $state.raw<{ server: string; provider: string | undefined } | undefined>();
  #looking = "";

  constructor(private readonly link: Core) {}

  change({ account, waitingFor, failed }: AccountEvent): void {
    this.account = account ?? undefined;
    this.waitingFor = waitingFor ?? undefined;
    if (failed !== null) this.problem = { code: failed, message: "" };
  }

  /** Asks a server whether one can sign in with an account elsewhere. One that does not answer says so when it is needed. */
  async look(written: string): Promise<void> {
    const server = meant(written);
    if (server === "" || server === this.#offer?.server) return;
    this.#looking = server;
    try {
      const { oidc } = await this.link.signInWays(server);
      if (this.#looking === server) this.#offer = { server, provider: oidc ?? undefined };
    } catch (error) {
      if (!isApiProblem(error)) throw error;
    }
  }

  /** What the provider of accounts of this server is called, where it is known to have one. */
  providerOf(written: string): string | undefined {
    return this.#offer?.server === meant(written) ? this.#offer.provider : undefined;
  }

  /** Has a link sent. */
  start(server: string, email: string): Promise<void> {
    const full = this.#chosen(server);
    return this.#do(() => this.link.startSignIn(full, email.trim()));
  }

  /** Opens the page of the server's provider in the browser. */
  startProvider(server: string): Promise<void> {
    const full = this.#chosen(server);
    return this.#do(() => this.link.startProviderSignIn(full));
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

  /** Another way; or signs out. */
  leave(): Promise<void> {
    return this.#do(() => this.link.signOutPerson());
  }

  /** Has the person forgotten, there and here; or why not. What comes of it outlives the page on which it was asked for. */
  async erase(email: string): Promise<ApiProblem | undefined> {
    try {
      await this.link.eraseMe(email);
      this.erased = "everywhere";
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      if (error.code !== "NOT_KEPT") return error;
      // The server has done it by then.
      this.erased = "there";
    }
    return undefined;
  }

  #chosen(server: string): string {
    this.server = meant(server);
    localStorage.setItem(SERVER_KEPT, this.server);
    return this.server;
  }

  async #do(call: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    this.erased = undefined;
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

/** Whether a link is one that ends a sign-in, and not an invite. */
export const isSignInLink = (text: string) =>
  /^(houselights:\/\/sign-in\b|https?:\/\/\S+\/sign-in\/)/.test(text.trim());
