/** Dictation: records, has the server write it down, appends the text to the draft it was begun in. */
import type { UserMessageContent } from "../protocol/unions";
import type { Api } from "./api";
import type { DraftState } from "./contract";
import type { Drafts } from "./drafts";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** Plenty for speech: a minute is a quarter of a megabyte. */
const SPEECH_BITS = 32_000;

interface Recording {
  readonly recorder: MediaRecorder;
  readonly pieces: Blob[];
}

export class Dictation {
  private recording: Recording | null = null;
  private isAsking = false;

  constructor(
    private readonly drafts: Drafts,
    private readonly api: Api,
  ) {}

  /** Asks for the microphone and records. Rejects when there is none, or it is refused. */
  async start(): Promise<void> {
    if (this.recording || this.isAsking) return;
    const recorder = recorderOf(await this.microphone());
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    this.recording = { recorder, pieces };
    recorder.start();
    this.drafts.edit({ dictation: "recording" });
  }

  /** Ends the recording and waits for its text. */
  async stop(): Promise<void> {
    const { recording } = this;
    if (!recording) return;
    const { recorder, pieces } = recording;
    this.revise({ dictation: "transcribing" });
    try {
      await this.end(recorder);
      const audio = new Blob(pieces, { type: recorder.mimeType });
      const params = { audio_base64: await base64(audio), mime_type: recorder.mimeType };
      const { text } = await this.api.call<{ text: string }>({ type: "input.transcribe", params });
      this.revise(({ content }) => ({ content: withText(content, text.trim()) }));
    } finally {
      this.revise({ dictation: "off" });
    }
  }

  /** Ends the recording and forgets it: nothing leaves the machine. */
  async cancel(): Promise<void> {
    if (!this.recording) return;
    this.revise({ dictation: "off" });
    await this.end(this.recording.recorder);
  }

  private async microphone(): Promise<MediaStream> {
    this.isAsking = true;
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } finally {
      this.isAsking = false;
    }
  }

  private async end(recorder: MediaRecorder): Promise<void> {
    this.recording = null;
    if (recorder.state === "inactive") return;
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.stop();
    await stopped;
  }

  private revise(change: Partial<DraftState> | ((draft: DraftState) => Partial<DraftState>)): void {
    this.drafts.revise(({ dictation }) => dictation !== "off", typeof change === "function" ? change : () => change);
  }
}

/** Records to the first type that this browser has; the microphone is let go with the last piece. */
function recorderOf(stream: MediaStream): MediaRecorder {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: SPEECH_BITS, ...(mimeType && { mimeType }) });
  recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
  });
  return recorder;
}

/** The content with what was said after it, a blank between them where there is none. */
function withText(content: readonly UserMessageContent[], said: string): readonly UserMessageContent[] {
  if (said === "") return content;
  const last = content.at(-1);
  const needsBlank = last !== undefined && !(last.type === "input_text" && /\s$|^$/.test(last.text));
  return [...content, { type: "input_text", text: needsBlank ? ` ${said}` : said }];
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
