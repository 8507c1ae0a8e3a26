/** What the session needs of the world, so that tests can stand in for time, chance and network. */
import { type UploadRequest, uploadWithProgress } from "./upload_request";

export interface Environment {
  now(): number;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  newId(): string;
  /** Resolves when the network is back; at once when it was not away. */
  online(signal: AbortSignal): Promise<void>;
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
    online: waitForNetwork,
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

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function waitForNetwork(signal: AbortSignal): Promise<void> {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve, reject) => {
    window.addEventListener("online", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
