/**
 * An image that an answer names, in a document of its own: the policy there lets it come from the
 * hosts that are allowed and no others, so that an allowed host cannot redirect elsewhere unnoticed.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface GuardedImageProps {
  readonly src: string;
  readonly alt: string;
  /** The content security policy of the image's document. */
  readonly policy: string;
  /** Shown in its place when it was refused, or is not there. */
  readonly children: ComponentChildren;
}

export function GuardedImage({ src, alt, policy, children }: GuardedImageProps) {
  const place = useRef<HTMLIFrameElement>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    const frame = place.current;
    if (!frame) return;
    const fill = () => fillWith(frame, { src, alt, policy }, () => setFailed(src));
    fill();
    // Some browsers replace the empty document once it has loaded; a moved one is always empty.
    frame.addEventListener("load", fill);
    return () => frame.removeEventListener("load", fill);
  }, [src, alt, policy]);
  if (failed === src) return <>{children}</>;
  return <iframe ref={place} class="ck-image" title={alt || new URL(src).hostname} tabIndex={-1} />;
}

interface Picture {
  readonly src: string;
  readonly alt: string;
  readonly policy: string;
}

function fillWith(frame: HTMLIFrameElement, { src, alt, policy }: Picture, onFailed: () => void): void {
  const page = frame.contentDocument;
  if (!page?.body) return;
  page.documentElement.lang = frame.ownerDocument.documentElement.lang;
  const rule = page.createElement("meta");
  rule.httpEquiv = "Content-Security-Policy";
  rule.content = policy;
  const image = page.createElement("img");
  image.referrerPolicy = "no-referrer";
  image.loading = "lazy";
  image.alt = alt;
  image.addEventListener("error", onFailed);
  image.addEventListener("load", () => {
    frame.classList.add("ck-is-loaded");
    frame.style.width = `${image.naturalWidth}px`;
    frame.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
  });
  Object.assign(image.style, { display: "block", width: "100%", height: "100%" });
  page.body.style.margin = "0";
  page.head.replaceChildren(rule);
  page.body.replaceChildren(image);
  image.src = src;
}
