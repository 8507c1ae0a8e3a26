/** Which addresses may be followed and which images shown. Pure, and tested on the result. */

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "chatkit-link:"]);
const IMAGE_SCHEMES = new Set(["http:", "https:"]);

/** The address in a form that is safe to put into `href`, or null. */
export function safeLink(url: string, base: string): string | null {
  const parsed = parse(url, base);
  return parsed && LINK_SCHEMES.has(parsed.protocol) ? parsed.href : null;
}

/**
 * Whether an image may be loaded: the page's own, and those of the hosts that the thread allows.
 * Without a list only the page's own are shown, as an image tells its host who is reading.
 */
export function safeImage(
  url: string,
  base: string,
  allowedHosts: readonly string[] | null,
): { src: string | null; host: string } {
  const parsed = parse(url, base);
  if (!parsed || !IMAGE_SCHEMES.has(parsed.protocol)) return { src: null, host: "" };
  const own = parsed.origin === new URL(base).origin;
  const allowed = own || (allowedHosts ?? []).some((host) => matches(parsed.hostname, host));
  return { src: allowed ? parsed.href : null, host: parsed.hostname };
}

function matches(hostname: string, allowed: string): boolean {
  const host = allowed.toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host;
}

function parse(url: string, base: string): URL | null {
  try {
    // eslint-disable-next-line no-control-regex -- control characters hide a scheme
    return new URL(url.replace(/[\u0000-\u0020\u007f]+/g, ""), base);
  } catch {
    return null;
  }
}
