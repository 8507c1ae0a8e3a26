/** The secret that a page fetches from its own server for this session: asked for once, renewed in time. */

/** The page's callback: null at first, then the secret that is no longer good. */
export type GetClientSecret = (currentClientSecret: string | null) => Promise<string>;

export class ClientSecret {
  private asked: Promise<string> | null = null;
  private refused: string | null = null;
  private current: string | null = null;
  /** When the secret in force is to be renewed, in milliseconds; nobody knows at first. */
  private dueAt = Infinity;

  constructor(
    private readonly callback: () => GetClientSecret,
    private readonly now: () => number,
    private readonly onNew: (secret: string) => void,
  ) {}

  /** The secret in force. Requests that come together ask the page once. */
  get(): Promise<string> {
    if (this.asked === null) return this.ask(null);
    const { current } = this;
    if (current === null || this.now() < this.dueAt) return this.asked;
    // Not refused yet: where the page has no other one now, it serves a little longer.
    return this.ask(current).catch(() => {
      this.asked = Promise.resolve(current);
      return current;
    });
  }

  /** Another one than what was refused; asked for once, however many requests were refused. */
  renewed(refused: string): Promise<string> {
    if (this.refused === refused) return this.get();
    this.refused = refused;
    return this.ask(refused);
  }

  /** Has this secret renewed from that time on, given in milliseconds. */
  renewAt(secret: string, time: number): void {
    if (secret === this.current) this.dueAt = time;
  }

  private ask(current: string | null): Promise<string> {
    const asked = this.answer(current);
    this.asked = asked;
    this.dueAt = Infinity;
    asked.then(
      (secret) => {
        // The page has no other one yet: the next refusal asks again.
        if (secret === this.refused) this.refused = null;
        if (secret !== this.current) this.onNew((this.current = secret));
      },
      () => {
        if (this.asked === asked) this.asked = this.refused = null;
      },
    );
    return asked;
  }

  private async answer(current: string | null): Promise<string> {
    const secret: unknown = await this.callback()(current);
    if (typeof secret !== "string") throw new TypeError("api.getClientSecret must resolve to a string");
    return secret;
  }
}
