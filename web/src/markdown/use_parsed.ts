/** A text's blocks, parsed anew as it grows; seldom where that takes long. */
import { useEffect, useReducer, useRef } from "preact/hooks";
import { part } from "../view/parts";
import { type Parsed, StreamingParser } from "./blocks";

/** Parsing takes no more than this share of the time, whatever the text is made of. */
const SHARE = 1 / 8;
/** What takes less than this many milliseconds is never put off. */
const QUICK_MS = 4;

interface Shown {
  readonly source: string;
  readonly isStreaming: boolean;
  readonly parsed: Parsed;
  readonly nextMs: number;
}

export function useParsed(source: string, isStreaming: boolean): Parsed {
  const parser = useRef<StreamingParser | null>(null);
  const shown = useRef<Shown | null>(null);
  const [, catchUp] = useReducer((count: number) => count + 1, 0);
  parser.current ??= new StreamingParser();
  useEffect(() => {
    if (!isStreaming) return;
    part(import("remend")).then(({ default: complete }) => {
      if (!parser.current) return;
      parser.current.complete = (text) => complete(text, { linkMode: "text-only" });
      // What is shown already was parsed without it.
      shown.current = null;
      catchUp(undefined);
    }, () => undefined);
  }, [isStreaming]);
  const before = shown.current;
  const now = performance.now();
  const isNew = before?.source !== source || before.isStreaming !== isStreaming;
  const mayWait = isStreaming && before !== null && now < before.nextMs;
  if (isNew && !mayWait) {
    const parsed = parser.current.parse(source, isStreaming);
    const spent = performance.now() - now;
    shown.current = { source, isStreaming, parsed, nextMs: spent < QUICK_MS ? 0 : now + spent / SHARE };
  }
  const waitMs = isNew && mayWait ? before.nextMs - now : null;
  useEffect(() => {
    if (waitMs === null) return;
    const timer = setTimeout(catchUp, waitMs, undefined);
    return () => clearTimeout(timer);
  });
  return (shown.current as Shown).parsed;
}
