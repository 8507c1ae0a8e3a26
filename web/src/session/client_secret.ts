/** The secret that a page fetches from its own server for this session: asked for once, renewed when refused. */

/** The page's callback: null at first, then the secret that is no longer good. */
export type GetClientSecret = (currentClientSecret: string | null) => Promise<string>;

export class ClientSecret {
  private asked: Promise<string> | null = null;
  private refused: string | null = null;

  constructor(private readonly callback: () => GetClientSecret) {}

  /** The secret in force. Requests that come together ask the page once. */
  get(): Promise<string> {
    return this.asked ?? this.ask(null);
  }

  /** Another one than what was refused; asked for once, however many requests were refused. */
  renewed(refused: string): Promise<string> {
    if (this.refused === refused) return this.get();
    this.refused = refused;
    return this.ask(refused);
  }

  private ask(current: string | null): Promise<string> {
    const asked = this.answer(current);
    this.asked = asked;
    asked.then(
      (secret) => {
        // The page has no other one yet: the next refusal asks again.
        if (secret === this.refused) this.refused = null;
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
