/** The template with its line numbers; lines that something is wrong with are marked. */
import { useEffect, useRef } from "preact/hooks";
import type { Reading } from "./contract";

export function SourceView({ reading }: { reading: Reading }) {
  const wrong = new Set(reading.problems.map((problem) => problem.template_line));
  const list = useRef<HTMLOListElement>(null);
  const first = Math.min(...[...wrong].map((line) => line ?? Infinity));
  useEffect(() => list.current?.children[first - 1]?.scrollIntoView({ block: "nearest" }), [first]);
  return (
    <ol ref={list} class="ck-play-source" tabIndex={0} aria-label="Template">
      {reading.template.split("\n").map((line, index) => (
        <li key={index} class={wrong.has(index + 1) ? "ck-play-wrong" : ""}><code>{line === "" ? " " : line}</code></li>
      ))}
    </ol>
  );
}

export function Problems({ reading }: { reading: Reading }) {
  if (reading.problems.length === 0) return null;
  return (
    <ul class="ck-play-problems" role="alert">
      {reading.problems.map(({ line, column, message, template_line }, index) => (
        <li key={index}><b>{reading.file}:{line}:{column}</b>{template_line !== null && ` (line ${template_line} of the template)`} {message}</li>
      ))}
    </ul>
  );
}
