/** Fonts of the page's theme: fetched, and made from their bytes, so that no style needs to name them. */
import type { FontObject } from "../element/options";

export class Fonts {
  private readonly known = new Map<string, FontFace | null>();

  constructor(
    private readonly page: Document,
    private readonly onFailed: (family: string) => void,
  ) {}

  /** Loads what is new and drops what is no longer wanted. */
  show(sources: readonly FontObject[]): void {
    const wanted = new Set(sources.map((source) => JSON.stringify(source)));
    for (const [key, face] of this.known) {
      if (wanted.has(key)) continue;
      if (face) this.page.fonts.delete(face);
      this.known.delete(key);
    }
    for (const source of sources) {
      const key = JSON.stringify(source);
      if (!this.known.has(key)) void this.load(key, source);
    }
  }

  private async load(key: string, source: FontObject): Promise<void> {
    this.known.set(key, null);
    try {
      const response = await fetch(new URL(addressOf(source.src), window.parent.document.baseURI));
      if (!response.ok) throw new Error(`status ${response.status}`);
      const face = new FontFace(source.family, await response.arrayBuffer(), described(source));
      await face.load();
      if (!this.known.has(key)) return;
      this.known.set(key, face);
      this.page.fonts.add(face);
    } catch {
      // The next family of the list is shown instead.
      this.onFailed(source.family);
    }
  }
}

/** The address alone: pages may write it as CSS does. */
function addressOf(src: string): string {
  const written = /url\(([^)]+)\)/.exec(src)?.[1];
  return written?.trim().replace(/^["']|["']$/g, "") ?? src;
}

function described({ weight, style, display, unicodeRange }: FontObject): FontFaceDescriptors {
  return {
    ...(weight !== undefined && { weight: String(weight) }),
    ...(style && { style }),
    ...(display && { display }),
    ...(unicodeRange && { unicodeRange }),
  };
}
