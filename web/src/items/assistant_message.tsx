/** What the assistant said: Markdown, the sources it rests on. */
import { useMemo, useRef } from "preact/hooks";
import type { Marks } from "../markdown/markdown";
import type { AssistantMessageContent, AssistantMessageItem } from "../protocol/types";
import { useTranslate } from "../view/translate";
import { type Place, type Source, distinctSources, keyOfSource, placesOf } from "./annotations";
import { MarkdownText } from "./markdown_text";
import { Marker, Sources } from "./sources";

export function AssistantMessage({ item, isStreaming }: { item: AssistantMessageItem; isStreaming: boolean }) {
  const translate = useTranslate();
  const annotations = useSame(item.content.flatMap((part) => part.annotations ?? []));
  const numbers = useMemo(() => new Map(distinctSources(annotations).map((source, index) => [keyOfSource(source), index + 1])), [annotations]);
  return (
    <article class="ck-assistant" aria-label={translate("message.assistant")} aria-busy={isStreaming}>
      {item.content.map((part, index) => <Part key={index} part={part} isStreaming={isStreaming} numbers={numbers} />)}
      {annotations.length > 0 && <Sources annotations={annotations} />}
    </article>
  );
}

interface PartProps {
  readonly part: AssistantMessageContent;
  readonly isStreaming: boolean;
  /** The number of each source, by its key. */
  readonly numbers: ReadonlyMap<string, number>;
}

function Part({ part, isStreaming, numbers }: PartProps) {
  const annotations = useSame(part.annotations ?? []);
  const marks = useMemo(() => marksOf(placesOf(annotations), numbers), [annotations, numbers]);
  return <MarkdownText text={part.text} isStreaming={isStreaming} marks={marks} />;
}

function marksOf(places: readonly Place[], numbers: ReadonlyMap<string, number>): Marks | undefined {
  if (places.length === 0) return undefined;
  const numberOf = (source: Source) => numbers.get(keyOfSource(source)) ?? 0;
  return {
    places: places.map(({ index }) => index),
    render: (number) => <Marker sources={places[number]?.sources ?? []} numberOf={numberOf} />,
  };
}

/** The list of before, as long as what is in it stays the same. */
function useSame<Entry>(list: readonly Entry[]): readonly Entry[] {
  const before = useRef(list);
  const isSame = before.current.length === list.length && list.every((entry, index) => entry === before.current[index]);
  if (!isSame) before.current = list;
  return before.current;
}
