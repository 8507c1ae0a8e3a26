/** What is being written, kept for each thread: leaving a thread and coming back loses nothing. */
import type { UserMessageContent } from "../protocol/unions";
import type { DraftState } from "./contract";
import { EMPTY_DRAFT, type Store } from "./store";

const NEW = "";

export class Drafts {
  private readonly kept = new Map<string, DraftState>();

  constructor(private readonly store: Store) {}

  edit(change: Partial<DraftState>): void {
    this.store.patch("draft", change);
  }

  /** Puts the draft of one thread away and takes out that of another. */
  switch(from: string | null, to: string | null): void {
    const { draft } = this.store.get();
    this.kept.set(from ?? NEW, draft);
    const next = this.kept.get(to ?? NEW) ?? EMPTY_DRAFT;
    this.store.set({ draft: { ...next, modelId: next.modelId ?? draft.modelId } });
  }

  /** After sending: the text goes, the model stays, the tool only if it is persistent. */
  clear(): void {
    const { draft, options } = this.store.get();
    const tool = options.composer?.tools?.find((known) => known.id === draft.toolId);
    const toolId = tool?.persistent ? draft.toolId : null;
    this.store.set({ draft: { ...EMPTY_DRAFT, toolId, modelId: draft.modelId } });
  }
}

/** True when there is something to send: text, a mention or an attachment. */
export function hasContent(draft: DraftState): boolean {
  const says = draft.content.some((part) => part.type === "input_tag" || part.text.trim() !== "");
  return says || draft.attachments.length > 0;
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
