/** Annotations of a text: those of one place together, each source once. Pure. */
import type { Annotation } from "../protocol/types";

export type Source = Annotation["source"];

export interface Place {
  readonly index: number;
  readonly sources: readonly Source[];
}

/** Where the text has marks, in order; what has no place is only in the list of sources. */
export function placesOf(annotations: readonly Annotation[]): readonly Place[] {
  const places = new Map<number, Map<string, Source>>();
  for (const { index, source } of annotations) {
    if (typeof index !== "number") continue;
    const sources = places.get(index) ?? new Map<string, Source>();
    sources.set(keyOfSource(source), source);
    places.set(index, sources);
  }
  return [...places].sort(([a], [b]) => a - b).map(([index, sources]) => ({ index, sources: [...sources.values()] }));
}

/** Each source once, in the order in which they first come. */
export function distinctSources(annotations: readonly Annotation[]): readonly Source[] {
  return [...new Map(annotations.map(({ source }) => [keyOfSource(source), source])).values()];
}

export function keyOfSource(source: Source): string {
  if (source.type === "url") return `url:${source.url}`;
  return source.type === "file" ? `file:${source.filename}` : `entity:${source.id}`;
}
