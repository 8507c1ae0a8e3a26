/** What is being written, kept for each thread: leaving, coming back and a reload lose nothing. */
import type { ModelOption } from "../element/options";
import type { UserMessageContent } from "../protocol/unions";
import type { DraftState } from "./contract";
import type { Environment } from "./environment";
import { EMPTY_DRAFT, type Store } from "./store";

const NEW = "";
/** Threads whose drafts outlive a reload: those left last. */
const MOST_KEPT = 20;

type Saved = Pick<DraftState, "content" | "quotedText" | "modelId" | "attachments">;

export class Drafts {
  private readonly kept: Map<string, DraftState>;

  /** `name` tells the drafts of this endpoint from those of others on the same page. */
  constructor(
    private readonly store: Store,
    private readonly environment: Environment,
    private readonly name: string,
  ) {
    this.kept = new Map(read(environment.kept(name)));
    this.store.set({ draft: this.take(NEW) });
    environment.onLeaving(() => this.save());
  }

  edit(change: Partial<DraftState>): void {
    this.store.patch("draft", change);
  }

  /** Changes the draft that `holds` is true of, on screen or put away. */
  revise(holds: (draft: DraftState) => boolean, change: (draft: DraftState) => Partial<DraftState>): void {
    const { draft } = this.store.get();
    if (holds(draft)) return this.edit(change(draft));
    for (const [threadId, away] of this.kept) {
      if (holds(away)) this.kept.set(threadId, { ...away, ...change(away) });
    }
  }

  /** Puts the draft of one thread away and takes out that of another. */
  switch(from: string | null, to: string | null): void {
    const { draft } = this.store.get();
    this.put(from ?? NEW, draft);
    const next = this.take(to ?? NEW);
    this.store.set({ draft: { ...next, modelId: next.modelId ?? draft.modelId } });
  }

  /** Puts back what could not be sent, unless something else has been written meanwhile. */
  giveBack(threadId: string | null, draft: DraftState): void {
    const isShown = this.store.get().thread.id === threadId;
    if (isShown && !hasContent(this.store.get().draft)) this.store.set({ draft });
    else if (!isShown && !this.kept.has(threadId ?? NEW)) this.put(threadId ?? NEW, draft);
  }

  /** After sending: the text goes, the model stays, the tool only if it is persistent. */
  clear(): void {
    this.spendTool();
    const { toolId, modelId } = this.store.get().draft;
    this.store.set({ draft: { ...EMPTY_DRAFT, toolId, modelId } });
  }

  /** A tool is for one message, unless it is persistent. */
  spendTool(): void {
    const { draft, options } = this.store.get();
    const tool = options.composer?.tools?.find((known) => known.id === draft.toolId);
    if (draft.toolId !== null && !tool?.persistent) this.edit({ toolId: null });
  }

  private put(threadId: string, draft: DraftState): void {
    this.kept.delete(threadId);
    this.kept.set(threadId, draft);
  }

  private take(threadId: string): DraftState {
    const draft = this.kept.get(threadId) ?? EMPTY_DRAFT;
    this.kept.delete(threadId);
    return draft;
  }

  private save(): void {
    const { thread, draft } = this.store.get();
    const all = [...this.kept, [thread.id ?? NEW, draft] as const];
    const worth = all.map(([threadId, one]) => [threadId, saved(one)] as const).filter(([, one]) => hasContent(one));
    this.environment.keep(this.name, JSON.stringify(worth.slice(-MOST_KEPT)));
  }
}

/** What of a draft makes sense after a reload: an upload that was cut off does not. */
function saved({ content, quotedText, modelId, attachments }: DraftState): Saved {
  const ready = attachments.filter((file) => file.state === "ready").map((file) => ({ ...file, file: null }));
  return { content, quotedText, modelId, attachments: ready };
}

function read(text: string | null): (readonly [string, DraftState])[] {
  try {
    const all = JSON.parse(text ?? "[]") as (readonly [string, Saved])[];
    return all.map(([threadId, draft]) => [threadId, { ...EMPTY_DRAFT, ...draft }] as const);
  } catch {
    return []; // not ours, or of another version
  }
}

/** The model that was picked, or else the page's default, or else the first that can be picked. */
export function chosenModel(models: readonly ModelOption[] = [], modelId: string | null): ModelOption | undefined {
  const usable = models.filter((model) => !model.disabled);
  return models.find(({ id }) => id === modelId) ?? usable.find((model) => model.default) ?? usable[0];
}

/** True when there is something to send: text, a mention or a file that is not refused. */
export function hasContent({ content, attachments }: Pick<DraftState, "content" | "attachments">): boolean {
  const says = content.some((part) => part.type === "input_tag" || part.text.trim() !== "");
  return says || attachments.some((file) => !isRefused(file));
}

/** True when nothing in the draft has to be waited for, or mended first. */
export function isReady({ attachments }: Pick<DraftState, "attachments">): boolean {
  return attachments.every((file) => file.state === "ready" || isRefused(file));
}

/** Such a file was never part of the message, and is shown with the reason. */
function isRefused({ error }: DraftState["attachments"][number]): boolean {
  return error !== null && !error.mayRetry;
}

/** The content without blank ends; text parts that are next to each other become one. */
export function tidyContent(content: readonly UserMessageContent[]): UserMessageContent[] {
  const merged: UserMessageContent[] = [];
  for (const part of content) {
    const last = merged.at(-1);
    if (part.type === "input_text" && last?.type === "input_text") {
      merged[merged.length - 1] = { type: "input_text", text: last.text + part.text };
    } else merged.push(part);
  }
  const first = merged[0];
  if (first?.type === "input_text") merged[0] = { ...first, text: first.text.trimStart() };
  const last = merged.at(-1);
  if (last?.type === "input_text") merged[merged.length - 1] = { ...last, text: last.text.trimEnd() };
  return merged.filter((part) => part.type === "input_tag" || part.text !== "");
}
