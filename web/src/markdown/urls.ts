/** Which addresses may be followed and which images shown. Pure, and tested on the result. */

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "chatkit-link:"]);
const IMAGE_SCHEMES = new Set(["http:", "https:"]);
const HOST = /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** Where images of an answer may come from. */
export interface ImageRules {
  /** Origins of the page and of its server. */
  readonly own: readonly string[];
  /** Hosts that the thread allows beside them; `*.` before one stands for all below it. */
  readonly allowedHosts: readonly string[] | null;
}

/** The address in a form that is safe to put into `href`, or null. */
export function safeLink(url: string, base: string): string | null {
  const parsed = parse(url, base);
  return parsed && LINK_SCHEMES.has(parsed.protocol) ? parsed.href : null;
}

/**
 * Whether an image may be loaded: the page's own, its server's, and those of allowed hosts.
 * Without a list no others are shown, as an image tells its host who is reading, and what.
 */
export function safeImage(url: string, base: string, rules: ImageRules): { src: string | null; host: string } {
  const parsed = parse(url, base);
  if (!parsed || !IMAGE_SCHEMES.has(parsed.protocol)) return { src: null, host: "" };
  const isAllowed = rules.own.includes(parsed.origin) || hostsOf(rules).some((host) => matches(parsed.hostname, host));
  return { src: isAllowed ? parsed.href : null, host: parsed.hostname };
}

/** The same rules as a policy for a document: it holds for where a redirect leads, too. */
export function imagePolicy(rules: ImageRules): string {
  const sources = [...rules.own, ...hostsOf(rules).map((host) => `${host}:*`)];
  return `default-src 'none'; img-src ${sources.join(" ")}`;
}

/** The origin of an address, or null where it has none that others could share. */
export function originOf(url: string, base: string): string | null {
  const parsed = parse(url, base);
  return parsed && IMAGE_SCHEMES.has(parsed.protocol) ? parsed.origin : null;
}

function hostsOf(rules: ImageRules): string[] {
  const hosts = (rules.allowedHosts ?? []).map((host) => host.toLowerCase().replace(/^https?:\/\//, "").split(/[:/]/, 1).join(""));
  return hosts.filter((host) => HOST.test(host));
}

function matches(hostname: string, allowed: string): boolean {
  return allowed.startsWith("*.") ? hostname.endsWith(allowed.slice(1)) : hostname === allowed;
}

function parse(url: string, base: string): URL | null {
  try {
    // eslint-disable-next-line no-control-regex -- control characters hide a scheme
    const plain = url.replace(/[\u0000-\u001f\u007f]+/g, "").trim();
    // Browsers take a backslash for a slash: an address could lead to another host than it seems to.
    return new URL(plain.replaceAll("\\", "%5C"), base);
  } catch {
    return null;
  }
}
