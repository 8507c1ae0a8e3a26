/** The golden streams that the Python tests write, and the events in them. */
import { readFileSync, readdirSync } from "node:fs";
import { SSEDecoder, type SSEMessage } from "../../src/protocol/sse";
import type { ThreadStreamEvent } from "../../src/protocol/types";

const FOLDER = new URL("../../../tests/wire/", import.meta.url);

export const STREAMS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".sse"))
  .sort();

export function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

export function decode(...pieces: Uint8Array[]): SSEMessage[] {
  const decoder = new SSEDecoder();
  return pieces.flatMap((piece) => decoder.feed(piece));
}

export function eventsOf(name: string): ThreadStreamEvent[] {
  return decode(bytesOf(name)).map((message) => JSON.parse(message.data) as ThreadStreamEvent);
}
