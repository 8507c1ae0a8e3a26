/** A file on its way by XMLHttpRequest, which tells how far it is; `fetch` cannot. */

export interface UploadRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: FormData | File;
  readonly signal: AbortSignal;
  /** Told from 0 to 1 as the bytes go. */
  readonly onProgress: (share: number) => void;
}

/** The answer, whatever its status. Rejects as `fetch` does: with a TypeError, or the abort's reason. */
export async function uploadWithProgress(request: UploadRequest): Promise<Response> {
  const sent = { share: 0 };
  const onProgress = (share: number) => {
    sent.share = share;
    request.onProgress(share);
  };
  try {
    return await send({ ...request, onProgress });
  } catch (error) {
    if (request.signal.aborted || sent.share > 0 || !isElsewhere(request.url)) throw error;
    // Listening for progress makes browsers ask another origin first (a CORS preflight). A server
    // that does not answer that may still take the file itself.
    return uploadWithFetch(request, (url, init) => window.fetch(url, init));
  }
}

/** Without progress, for a `fetch` that a page brings along. */
export function uploadWithFetch({ url, method, headers, body, signal }: UploadRequest, send: typeof fetch): Promise<Response> {
  return send(url, { method, headers: { ...headers }, body, signal });
}

function send({ url, method, headers, body, signal, onProgress }: UploadRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => resolve(asResponse(request)));
    request.addEventListener("error", () => reject(new TypeError("the upload failed")));
    request.addEventListener("abort", () => reject(signal.reason as Error));
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** Statuses whose answers have no body, and may not be given one. */
const EMPTY = new Set([204, 205, 304]);

function asResponse({ status, responseText }: XMLHttpRequest): Response {
  return new Response(EMPTY.has(status) ? null : responseText, { status });
}

function isElsewhere(url: string): boolean {
  return new URL(url, document.baseURI).origin !== location.origin;
}
