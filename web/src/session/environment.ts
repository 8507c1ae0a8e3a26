/** What the session needs of the world, so that tests can stand in for time, chance and network. */
import { type UploadRequest, uploadWithProgress } from "./upload_request";

export interface Environment {
  now(): number;
  /**
   * Resolves after so many milliseconds of the clock, which goes on while a laptop sleeps, or
   * rejects with the signal's reason.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  newId(): string;
  /** Whether the browser knows of no network. A server on the machine itself is there all the same. */
  isAway(): boolean;
  /** Resolves when the network has been away and is back, or is another; rejects with the signal's reason. */
  reconnected(signal: AbortSignal): Promise<void>;
  fetch: typeof fetch;
  /** The answer to a file, with its progress. */
  upload(request: UploadRequest): Promise<Response>;
  /** What the tab keeps over a reload; nothing where the browser forbids it. */
  kept(name: string): string | null;
  keep(name: string, text: string): void;
  /** Calls back whenever the page may be about to go away. */
  onLeaving(callback: () => void): void;
}

export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    newId: randomId,
    sleep,
    isAway: () => !navigator.onLine,
    reconnected: nextOnline,
    fetch: (input, init) => window.fetch(input, init),
    upload: uploadWithProgress,
    ...tabStorage(),
    onLeaving,
  };
}

/** The tab's own storage. Reading the property alone throws where storage is forbidden. */
function tabStorage(): Pick<Environment, "kept" | "keep"> {
  const quietly = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch {
      return null; // forbidden, or full: then nothing is kept
    }
  };
  return {
    kept: (name) => quietly(() => sessionStorage.getItem(name)),
    keep: (name, text) => void quietly(() => sessionStorage.setItem(name, text)),
  };
}

function onLeaving(callback: () => void): void {
  window.addEventListener("pagehide", callback);
  // Phones end tabs in the background without a further word.
  document.addEventListener("visibilitychange", callback);
}

/** A random UUID, also where `crypto.randomUUID` is missing: on plain-HTTP pages. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What happens when a page or its machine wakes up. */
const WAKING = [
  [() => document, "visibilitychange"],
  [() => document, "resume"],
  [() => window, "pageshow"],
  [() => window, "online"],
] as const;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const deadline = Date.now() + ms;
    const done = new AbortController();
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    const timer = setTimeout(() => finish(resolve), ms);
    // A timer stands still while the machine sleeps: what is overdue is done at once.
    const look = () => {
      if (Date.now() >= deadline) finish(resolve);
    };
    for (const [target, name] of WAKING) target().addEventListener(name, look, { signal: done.signal });
    signal?.addEventListener("abort", () => finish(() => reject(signal.reason as Error)), { signal: done.signal });
  });
}

function nextOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    window.addEventListener("online", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
