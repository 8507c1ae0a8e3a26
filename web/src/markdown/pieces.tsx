/** Many parts of one kind, in pieces: of a table or list that grows only the last piece is made anew. */
import type { ComponentChildren } from "preact";
import { memo } from "preact/compat";

const PIECE = 32;

interface InPiecesProps<Part> {
  readonly parts: readonly Part[];
  /** The same function until every part is to be made anew. */
  readonly render: (part: Part, index: number) => ComponentChildren;
}

export function InPieces<Part>({ parts, render }: InPiecesProps<Part>) {
  const pieces = Array.from({ length: Math.ceil(parts.length / PIECE) }, (_, at) => parts.slice(at * PIECE, (at + 1) * PIECE));
  return <>{pieces.map((piece, at) => <Piece key={at} parts={piece} render={render as InPiecesProps<unknown>["render"]} />)}</>;
}

const Piece = memo(
  ({ parts, render }: InPiecesProps<unknown>) => <>{parts.map(render)}</>,
  (before, after) => before.render === after.render && before.parts.length === after.parts.length && before.parts.every((part, at) => part === after.parts[at]),
);
