/** The options in force: those of the page, less what the session of its client secret does not allow. */
import type { ChatKitOptions } from "../element/options";
import { type Allowance, allowed, readSession } from "./allowance";
import type { Api } from "./api";
import type { Environment } from "./environment";
import type { Store } from "./store";

const RENEW_EARLY_MS = 30_000;

export class PageOptions {
  private allowance: Allowance | null = null;

  constructor(
    private given: ChatKitOptions,
    private readonly store: Store,
  ) {}

  set(options: ChatKitOptions): void {
    this.given = options;
    this.store.set({ options: allowed(options, this.allowance) });
  }

  /** Asks what the secret's session allows; has the secret renewed a little before it runs out. */
  async learn(secret: string, endpoint: string, api: Api, environment: Environment): Promise<void> {
    const session = await readSession(endpoint, secret, environment.fetch);
    if (session === null) return;
    const early = Math.min(RENEW_EARLY_MS, session.leftMs / 10);
    api.renewSecretAt(secret, environment.now() + session.leftMs - early);
    this.allowance = session.allowance;
    this.set(this.given);
  }
}
