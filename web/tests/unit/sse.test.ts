/** The decoder: whatever a network does to the bytes, the messages are the same. */
import { describe, expect, it } from "vitest";
import { parseEventId } from "../../src/protocol/sse";
import { STREAMS, bytesOf, decode } from "./wire";

const encode = (text: string) => new TextEncoder().encode(text);

describe("golden streams", () => {
  it("are there", () => {
    expect(STREAMS.length).toBeGreaterThan(30);
  });

  it.each(STREAMS)("%s decodes the same at every split", (name) => {
    const bytes = bytesOf(name);
    const whole = decode(bytes);
    expect(whole.length).toBeGreaterThan(0);
    for (const message of whole) expect(() => JSON.parse(message.data) as unknown).not.toThrow();
    const expected = JSON.stringify(whole);
    for (let at = 0; at <= bytes.length; at += 1) {
      const split = decode(bytes.subarray(0, at), bytes.subarray(at));
      if (JSON.stringify(split) !== expected) expect(split, `split at ${at}`).toEqual(whole);
    }
  });

  it.each(STREAMS)("%s decodes byte by byte", (name) => {
    const bytes = bytesOf(name);
    expect(decode(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(decode(bytes));
  });
});

describe("what other servers send", () => {
  it("takes CRLF, CR and LF, comments, unknown fields and several data lines", () => {
    const text = ": hello\r\nid: t.1\r\nevent: x\r\ndata: a\r\ndata: b\r\n\r\ndata:c\r\rdata: d\n\n";
    const bytes = encode(text);
    const expected = [
      { id: "t.1", data: "a\nb" },
      { id: "t.1", data: "c" },
      { id: "t.1", data: "d" },
    ];
    for (let at = 0; at <= bytes.length; at += 1) {
      const seen = decode(bytes.subarray(0, at), bytes.subarray(at), encode("\n"));
      expect(seen, `split at ${at}`).toEqual(expected);
    }
  });

  it("passes a byte order mark over, and a message that the end cut off", () => {
    expect(decode(encode("\ufeffdata: 1\n\ndata: 2\n"))).toEqual([{ id: null, data: "1" }]);
  });
});

describe("event ids", () => {
  it.each([
    ["turn_1.7", { turnId: "turn_1", seq: 7 }],
    ["a.b.12", { turnId: "a.b", seq: 12 }],
    ["7", null],
    ["turn.x", null],
    [null, null],
  ])("%s", (id, expected) => {
    expect(parseEventId(id)).toEqual(expected);
  });
});
