/** One POST endpoint: builds requests, reads errors. Nothing here knows of threads or turns. */
import { type CustomApiConfig, type HostedApiConfig, isHosted } from "../element/options";
import { ClientSecret } from "./client_secret";
import type { Environment } from "./environment";
import { type UploadRequest, uploadWithFetch } from "./upload_request";

const READS = new Set(["threads.list", "threads.get_by_id", "items.list"]);
/** What is sent even where the page goes away meanwhile. */
const LASTS = new Set(["threads.delete"]);

/** The server answered, and said no. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    /** How long the server asked to wait, if it did. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** No answer, or one that was cut off. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

export interface ApiSettings {
  readonly api: CustomApiConfig | HostedApiConfig;
  readonly locale: string;
  /** Where `getClientSecret` secrets are good: the origin that served the script. */
  readonly hostedUrl: string;
}

export class Api {
  private readonly secret = new ClientSecret(() => {
    const { api } = this.settings();
    if (!isHosted(api)) throw new Error("no client secret is configured");
    return (current) => api.getClientSecret(current);
  }, () => this.environment.now(), (secret) => this.onSecret(secret));

  constructor(
    private readonly settings: () => ApiSettings,
    private readonly environment: Environment,
    /** Hears of each client secret that the page gives. */
    private readonly onSecret: (secret: string) => void = () => undefined,
  ) {}

  /** Asks the page for a client secret, where it has one to give. */
  prepare(): void {
    // The first request asks again, and says what went wrong.
    if (isHosted(this.settings().api)) this.secret.get().catch(() => undefined);
  }

  /** Has the secret renewed from that time on. */
  renewSecretAt(secret: string, time: number): void {
    this.secret.renewAt(secret, time);
  }

  /** The answer's JSON. Rejects with ApiError or ConnectionLost. */
  async call<Result>(body: object, signal?: AbortSignal): Promise<Result> {
    const response = await this.patiently(body, signal);
    try {
      return (await response.json()) as Result;
    } catch (error) {
      throw lost(error, signal);
    }
  }

  /** The answer's stream of bytes. Rejects with ApiError or ConnectionLost. */
  async stream(body: object, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.post(body, signal);
    if (response.body === null) throw new ConnectionLost("the answer has no body");
    return response.body;
  }

  /** A file to where the server said. Progress is told unless the page brings a `fetch`. */
  async upload(request: UploadRequest): Promise<Response> {
    const own = this.ownFetch();
    let response: Response;
    try {
      response = await (own ? uploadWithFetch(request, own) : this.environment.upload(request));
    } catch (error) {
      throw lost(error, request.signal);
    }
    return checked(response);
  }

  /** Reads wait where they come too often: nobody would know what to do about it. */
  private async patiently(body: object, signal?: AbortSignal): Promise<Response> {
    try {
      return await this.post(body, signal);
    } catch (error) {
      const wait = error instanceof ApiError ? error.retryAfterMs : null;
      if (wait === null || !READS.has((body as { type?: string }).type ?? "")) throw error;
      await this.environment.sleep(wait, signal);
      return this.post(body, signal);
    }
  }

  private async post(body: object, signal?: AbortSignal): Promise<Response> {
    if (!isHosted(this.settings().api)) return checked(await this.fetchOnce(body, null, signal));
    const secret = await this.secret.get();
    const first = await this.fetchOnce(body, secret, signal);
    if (first.status !== 401) return checked(first);
    return checked(await this.fetchOnce(body, await this.secret.renewed(secret), signal));
  }

  private async fetchOnce(body: object, secret: string | null, signal?: AbortSignal): Promise<Response> {
    const { api, locale, hostedUrl } = this.settings();
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "Accept-Language": locale,
      ...(secret !== null && { Authorization: `Bearer ${secret}` }),
    };
    const url = api.url ?? hostedUrl;
    // Hosts parse and extend the body in their own fetch: it is always a string of JSON.
    const init: RequestInit = { method: "POST", headers, body: JSON.stringify(body) };
    if (signal) init.signal = signal;
    if (LASTS.has((body as { type?: string }).type ?? "")) init.keepalive = true;
    try {
      return await (this.ownFetch() ?? this.environment.fetch)(url, init);
    } catch (error) {
      throw lost(error, signal);
    }
  }

  private ownFetch(): typeof fetch | undefined {
    const { api } = this.settings();
    return isHosted(api) ? undefined : api.fetch;
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  let type = "http_error";
  let message = `the server answered ${response.status}`;
  try {
    const body = (await response.json()) as { error?: { type?: string; message?: string } };
    type = body.error?.type ?? type;
    message = body.error?.message ?? message;
  } catch {
    // Official servers answer errors in plain text, proxies in HTML: nothing to read there.
  }
  throw new ApiError(response.status, type, message, waitOf(response));
}

/** The milliseconds of `Retry-After` in an answer that came too soon; null for a date, or none. */
function waitOf(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  return response.status === 429 && seconds >= 0 ? seconds * 1000 : null;
}

/** Aborted by us: the abort's reason; anything else: the network's fault. */
export function lost(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return new ConnectionLost(error instanceof Error ? error.message : String(error));
}
