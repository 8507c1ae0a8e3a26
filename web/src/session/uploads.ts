/** Files of the draft: checked, uploaded with progress, removed. Two-phase and direct. */
import type { Attachment } from "../protocol/types";
import type { AttachmentsOption, FileUploadStrategy } from "../element/options";
import type { Api } from "./api";
import type { DraftAttachment } from "./contract";
import type { Environment } from "./environment";
import type { Store } from "./store";

const MOST_FILES = 10;
const LARGEST_BYTES = 100 * 1024 * 1024;

type Problem = NonNullable<DraftAttachment["error"]>;

export class Uploads {
  private readonly files = new Map<string, { file: File; abort: AbortController }>();

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly environment: Environment,
  ) {}

  add(files: readonly File[]): void {
    const option = this.store.get().options.composer?.attachments;
    if (!option?.enabled) return;
    for (const file of files) {
      const key = this.environment.newId();
      const problem = this.problemOf(file, option);
      const draft: DraftAttachment = {
        key,
        name: file.name,
        size: file.size,
        mimeType: file.type,
        state: problem ? "failed" : "uploading",
        progress: 0,
        attachment: null,
        previewUrl: null,
        error: problem,
      };
      this.set([...this.drafts(), draft]);
      this.files.set(key, { file, abort: new AbortController() });
      if (!problem) void this.upload(key);
    }
  }

  retry(key: string): void {
    const entry = this.files.get(key);
    if (!entry) return;
    this.files.set(key, { file: entry.file, abort: new AbortController() });
    this.change(key, { state: "uploading", progress: 0, error: null });
    void this.upload(key);
  }

  async remove(key: string): Promise<void> {
    const draft = this.drafts().find((known) => known.key === key);
    this.set(this.drafts().filter((known) => known.key !== key));
    this.files.get(key)?.abort.abort(new Error("removed"));
    this.files.delete(key);
    if (!draft?.attachment) return;
    await this.api.call({
      type: "attachments.delete",
      params: { attachment_id: draft.attachment.id },
    });
  }

  private problemOf(file: File, option: AttachmentsOption): Problem | null {
    const most = option.maxCount ?? MOST_FILES;
    if (this.drafts().filter((draft) => draft.state !== "failed").length >= most) {
      return { key: "attachment.tooMany", values: { count: String(most) } };
    }
    if (!accepts(file, option.accept)) {
      return { key: "attachment.wrongType", values: { name: file.name } };
    }
    const largest = largestFor(file.type, option.maxSize);
    if (file.size > largest) {
      return { key: "attachment.tooLarge", values: { name: file.name, bytes: String(largest) } };
    }
    return null;
  }

  private async upload(key: string): Promise<void> {
    const entry = this.files.get(key);
    if (!entry) return;
    const { file, abort } = entry;
    try {
      const attachment = await this.send(file, this.strategy(), abort.signal);
      const previewUrl = attachment.type === "image" ? attachment.preview_url : null;
      this.change(key, { state: "ready", progress: 1, attachment, previewUrl });
    } catch {
      if (abort.signal.aborted) return;
      const error = { key: "attachment.failed", values: { name: file.name } };
      this.change(key, { state: "failed", error });
    }
  }

  private async send(
    file: File,
    strategy: FileUploadStrategy,
    signal: AbortSignal,
  ): Promise<Attachment> {
    if (strategy.type === "direct") {
      const response = await this.api.upload(strategy.uploadUrl, {
        method: "POST",
        body: asForm(file),
        signal,
      });
      return (await response.json()) as Attachment;
    }
    const params = { name: file.name, size: file.size, mime_type: file.type || "application/octet-stream" };
    const attachment = await this.api.call<Attachment>({ type: "attachments.create", params }, signal);
    const descriptor = attachment.upload_descriptor;
    if (!descriptor) return attachment;
    const body = descriptor.method === "POST" ? asForm(file) : file;
    const headers = descriptor.headers ?? {};
    await this.api.upload(descriptor.url, { method: descriptor.method, headers, body, signal });
    return attachment;
  }

  private strategy(): FileUploadStrategy {
    const { api } = this.store.get().options;
    return ("uploadStrategy" in api ? api.uploadStrategy : undefined) ?? { type: "two_phase" };
  }

  private drafts(): readonly DraftAttachment[] {
    return this.store.get().draft.attachments;
  }

  private set(attachments: readonly DraftAttachment[]): void {
    this.store.patch("draft", { attachments });
  }

  private change(key: string, change: Partial<DraftAttachment>): void {
    this.set(this.drafts().map((draft) => (draft.key === key ? { ...draft, ...change } : draft)));
  }
}

function asForm(file: File): FormData {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}

/** Whether the option lets the file in: by its MIME type (`image/*` too) or its extension. */
export function accepts(file: { name: string; type: string }, accept?: Record<string, string[]>): boolean {
  if (!accept || Object.keys(accept).length === 0) return true;
  const name = file.name.toLowerCase();
  return Object.entries(accept).some(([type, extensions]) => {
    if (extensions.some((extension) => name.endsWith(extension.toLowerCase()))) return true;
    if (type === "*/*" || type === file.type) return true;
    return type.endsWith("/*") && file.type.startsWith(type.slice(0, -1));
  });
}

/** The largest size in bytes for the type; "*" or "" stands for types that are not named. */
export function largestFor(type: string, maxSize?: number | Record<string, number>): number {
  if (maxSize === undefined) return LARGEST_BYTES;
  if (typeof maxSize === "number") return maxSize;
  const family = `${type.split("/")[0] ?? ""}/*`;
  return maxSize[type] ?? maxSize[family] ?? maxSize["*"] ?? maxSize[""] ?? LARGEST_BYTES;
}
