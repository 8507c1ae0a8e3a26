/** Dictation: records, has the server write it down, appends the text to the draft. */
import type { Api } from "./api";
import type { Store } from "./store";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export class Dictation {
  private recorder: MediaRecorder | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
  ) {}

  /** Asks for the microphone and records. Rejects when there is none, or it is refused. */
  async start(): Promise<void> {
    if (this.recorder) return;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
    });
    this.recorder = recorder;
    this.pieces = pieces;
    recorder.start();
    this.store.patch("draft", { dictation: "recording" });
  }

  private pieces: Blob[] = [];

  /** Ends the recording and waits for its text. */
  async stop(): Promise<void> {
    const recorder = this.recorder;
    if (!recorder) return;
    this.recorder = null;
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.stop();
    this.store.patch("draft", { dictation: "transcribing" });
    try {
      await stopped;
      const audio = new Blob(this.pieces, { type: recorder.mimeType });
      const params = { audio_base64: await base64(audio), mime_type: recorder.mimeType };
      const { text } = await this.api.call<{ text: string }>({ type: "input.transcribe", params });
      this.append(text);
    } finally {
      this.store.patch("draft", { dictation: "off" });
    }
  }

  private append(text: string): void {
    const { content } = this.store.get().draft;
    const said = text.trim();
    if (said === "") return;
    this.store.patch("draft", { content: [...content, { type: "input_text", text: content.length ? ` ${said}` : said }] });
  }
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  const STEP = 0x8000;
  for (let start = 0; start < bytes.length; start += STEP) {
    binary += String.fromCharCode(...bytes.subarray(start, start + STEP));
  }
  return btoa(binary);
}
