/** What the session of a client secret allows, and the options that are left of the page's. */
import type { AttachmentsOption, ChatKitOptions } from "../element/options";
import { LARGEST_BYTES, MOST_FILES } from "./file_limits";

export interface Allowance {
  readonly history: boolean;
  /** How many files, and of how many bytes each; null for none. */
  readonly files: { readonly count: number; readonly bytes: number } | null;
}

export interface HostedSession {
  /** How long the secret is still good, in milliseconds. */
  readonly leftMs: number;
  readonly allowance: Allowance;
}

/** The answer of `GET <endpoint>/session`, beside what else it says. */
interface SessionObject {
  readonly expires_in: number;
  readonly chatkit_configuration: {
    readonly history: { readonly enabled: boolean };
    readonly file_upload: {
      readonly enabled: boolean;
      readonly max_files: number;
      readonly max_file_size: number;
    };
  };
}

const MEBIBYTE = 1024 * 1024;

/** What the server says of the secret's session; null where it says nothing. */
export async function readSession(
  endpoint: string,
  secret: string,
  send: typeof fetch,
): Promise<HostedSession | null> {
  try {
    const response = await send(`${endpoint}/session`, { headers: { Authorization: `Bearer ${secret}` } });
    if (!response.ok) return null;
    const session = (await response.json()) as SessionObject;
    const { history, file_upload: files } = session.chatkit_configuration;
    const allowed = { count: files.max_files, bytes: files.max_file_size * MEBIBYTE };
    return {
      leftMs: session.expires_in * 1000,
      allowance: { history: history.enabled, files: files.enabled ? allowed : null },
    };
  } catch {
    return null; // the next request says what is wrong, if anything is
  }
}

/** The page's options without what the session does not allow. */
export function allowed(options: ChatKitOptions, allowance: Allowance | null): ChatKitOptions {
  if (allowance === null) return options;
  const history = allowance.history ? options.history : { ...options.history, enabled: false };
  const attachments = options.composer?.attachments;
  if (!attachments) return history ? { ...options, history } : options;
  const composer = { ...options.composer, attachments: within(attachments, allowance.files) };
  return { ...options, ...(history && { history }), composer };
}

function within(option: AttachmentsOption, files: Allowance["files"]): AttachmentsOption {
  if (files === null) return { ...option, enabled: false };
  return {
    ...option,
    maxCount: Math.min(option.maxCount ?? MOST_FILES, files.count),
    maxSize: smaller(option.maxSize ?? LARGEST_BYTES, files.bytes),
  };
}

function smaller(size: number | Record<string, number>, most: number): number | Record<string, number> {
  if (typeof size === "number") return Math.min(size, most);
  const sizes = { "*": LARGEST_BYTES, ...size };
  return Object.fromEntries(Object.entries(sizes).map(([type, bytes]) => [type, Math.min(bytes, most)]));
}
