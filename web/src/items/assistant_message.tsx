/** What the assistant said: Markdown, the sources it rests on. */
import { useMemo } from "preact/hooks";
import type { AssistantMessageContent, AssistantMessageItem } from "../protocol/types";
import { useTranslate } from "../view/translate";
import { type Source, distinctSources, keyOfSource, placesOf } from "./annotations";
import { MarkdownText } from "./markdown_text";
import { Marker, Sources } from "./sources";

export function AssistantMessage({ item, isStreaming }: { item: AssistantMessageItem; isStreaming: boolean }) {
  const translate = useTranslate();
  const annotations = item.content.flatMap((part) => part.annotations ?? []);
  const numbers = new Map(distinctSources(annotations).map((source, index) => [keyOfSource(source), index + 1]));
  return (
    <article class="ck-assistant" aria-label={translate("message.assistant")} aria-busy={isStreaming}>
      {item.content.map((part, index) => (
        <Part key={index} part={part} isStreaming={isStreaming} numberOf={(source) => numbers.get(keyOfSource(source)) ?? 0} />
      ))}
      {annotations.length > 0 && <Sources annotations={annotations} />}
    </article>
  );
}

interface PartProps {
  readonly part: AssistantMessageContent;
  readonly isStreaming: boolean;
  readonly numberOf: (source: Source) => number;
}

function Part({ part, isStreaming, numberOf }: PartProps) {
  const places = useMemo(() => placesOf(part.annotations ?? []), [part.annotations]);
  if (places.length === 0) return <MarkdownText text={part.text} isStreaming={isStreaming} />;
  const marks = {
    places: places.map(({ index }) => index),
    render: (number: number) => <Marker sources={places[number]?.sources ?? []} numberOf={numberOf} />,
  };
  return <MarkdownText text={part.text} isStreaming={isStreaming} marks={marks} />;
}
