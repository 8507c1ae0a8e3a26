/** Files of the draft: checked, uploaded with progress, tried again, removed. Two-phase and direct. */
import { type FileUploadStrategy, isHosted } from "../element/options";
import type { Attachment } from "../protocol/types";
import { type Api, ApiError } from "./api";
import type { DraftAttachment } from "./contract";
import type { Drafts } from "./drafts";
import type { Environment } from "./environment";
import { type Log, nameOf } from "./events";
import { type Problem, problemOf } from "./file_limits";
import type { Store } from "./store";

interface Upload {
  readonly file: File;
  readonly abort: AbortController;
  /** What the server made of the announcement, before the bytes have come. */
  announced: Attachment | null;
}

export class Uploads {
  /** Those under way and those that failed: what is uploaded is not held any longer. */
  private readonly uploads = new Map<string, Upload>();

  constructor(
    private readonly store: Store,
    private readonly drafts: Drafts,
    private readonly api: Api,
    private readonly environment: Environment,
    private readonly log: Log,
  ) {}

  add(files: readonly File[]): void {
    const option = this.store.get().options.composer?.attachments;
    if (!option?.enabled) return;
    for (const file of files) {
      const { attachments } = this.store.get().draft;
      const count = attachments.filter((known) => known.error === null || known.error.mayRetry).length;
      const error = problemOf(file, option, count);
      const key = this.environment.newId();
      const { name, size, type: mimeType } = file;
      const state = error ? ("failed" as const) : ("uploading" as const);
      const added = { key, name, size, mimeType, file, state, progress: 0, attachment: null, previewUrl: null, error };
      this.drafts.edit({ attachments: [...attachments, added] });
      if (!error) this.begin(key, file);
    }
  }

  retry(key: string): void {
    const upload = this.uploads.get(key);
    if (!upload) return;
    this.change(key, { state: "uploading", progress: 0, error: null });
    this.begin(key, upload.file);
  }

  /** Takes the file away at once, also while it is uploaded; resolves when the server has dropped it. */
  async remove(key: string): Promise<void> {
    const draft = this.store.get().draft.attachments.find((known) => known.key === key);
    const upload = this.uploads.get(key);
    const { attachments } = this.store.get().draft;
    this.drafts.edit({ attachments: attachments.filter((known) => known.key !== key) });
    this.uploads.delete(key);
    upload?.abort.abort(new Error("removed"));
    const attachment = draft?.attachment ?? upload?.announced;
    if (attachment) await this.drop(attachment);
  }

  private begin(key: string, file: File): void {
    const upload: Upload = { file, abort: new AbortController(), announced: null };
    this.uploads.set(key, upload);
    // Its failure is shown where the file is.
    void this.run(key, upload);
  }

  private async run(key: string, upload: Upload): Promise<void> {
    try {
      const attachment = await this.send(upload, (progress) => this.change(key, { progress }));
      this.uploads.delete(key);
      const previewUrl = attachment.type === "image" ? attachment.preview_url : null;
      this.change(key, { state: "ready", progress: 1, attachment, previewUrl });
      this.log("upload.done", { attachmentId: attachment.id, size: upload.file.size });
    } catch (error) {
      if (upload.abort.signal.aborted) return;
      this.log("upload.failed", { name: nameOf(error), ...(error instanceof ApiError && { status: error.status }) });
      this.change(key, { state: "failed", error: failureOf(error, upload.file.name) });
      // Trying again announces the file anew. That this one stays behind would hurt nobody.
      const { announced } = upload;
      upload.announced = null;
      if (announced) await this.drop(announced).catch(() => undefined);
    }
  }

  private async send(upload: Upload, onProgress: (share: number) => void): Promise<Attachment> {
    const { file, abort } = upload;
    const { signal } = abort;
    const strategy = this.strategy();
    if (strategy.type === "direct") {
      const request = { url: strategy.uploadUrl, method: "POST", headers: {}, body: asForm(file), signal, onProgress };
      return (await (await this.api.upload(request)).json()) as Attachment;
    }
    const params = { name: file.name, size: file.size, mime_type: file.type || "application/octet-stream" };
    const announced = await this.api.call<Attachment>({ type: "attachments.create", params }, signal);
    upload.announced = announced;
    const descriptor = announced.upload_descriptor;
    if (!descriptor) return announced;
    const { url, method } = descriptor;
    const body = method === "POST" ? asForm(file) : file;
    await this.api.upload({ url, method, headers: descriptor.headers ?? {}, body, signal, onProgress });
    return announced;
  }

  private strategy(): FileUploadStrategy {
    const { api } = this.store.get().options;
    return (isHosted(api) ? undefined : api.uploadStrategy) ?? { type: "two_phase" };
  }

  private async drop({ id }: Attachment): Promise<void> {
    await this.api.call({ type: "attachments.delete", params: { attachment_id: id } });
  }

  /** In the draft that has the file: the person may have gone to another thread. */
  private change(key: string, change: Partial<DraftAttachment>): void {
    this.drafts.revise(
      (draft) => draft.attachments.some((known) => known.key === key),
      ({ attachments }) => ({ attachments: attachments.map((known) => (known.key === key ? { ...known, ...change } : known)) }),
    );
  }
}

/** What to say of an upload that failed, and whether trying again makes sense. */
function failureOf(error: unknown, name: string): Problem {
  const status = error instanceof ApiError ? error.status : 0;
  const values = { name };
  if (status === 413) return { key: "attachment.tooLarge", values };
  if (status === 415) return { key: "attachment.wrongType", values };
  return { key: "attachment.failed", values, mayRetry: true };
}

function asForm(file: File): FormData {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}
