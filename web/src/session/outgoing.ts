/** A message on its way out: the request for it, and what stands in the thread until it is confirmed. */
import type { Attachment, UserMessageItem } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";
import { tidyContent } from "./drafts";

/** A message of the page's own making, as `sendUserMessage` takes it. */
export interface OutgoingMessage {
  readonly content: readonly UserMessageContent[];
  readonly attachments?: readonly Attachment[];
  readonly quotedText?: string;
  readonly toolId?: string | null;
  readonly modelId?: string | null;
}

interface Input {
  readonly content: UserMessageContent[];
  readonly quoted_text: string;
  readonly attachments: string[];
  readonly inference_options: { tool_choice?: { id: string }; model?: string };
}

export function inputOf({ content, attachments = [], quotedText = "", toolId, modelId }: OutgoingMessage): Input {
  return {
    content: tidyContent(content).map(withTagData),
    quoted_text: quotedText,
    attachments: attachments.map(({ id }) => id),
    inference_options: { ...(toolId && { tool_choice: { id: toolId } }), ...(modelId && { model: modelId }) },
  };
}

/** The request for it; a new thread is made where there is none. */
export function sendingRequest(threadId: string | null, input: Input): object {
  if (threadId === null) return { type: "threads.create", params: { input } };
  return { type: "threads.add_user_message", params: { thread_id: threadId, input } };
}

export function provisionalMessage(
  { attachments = [] }: OutgoingMessage,
  input: Input,
  { id, threadId, now }: { id: string; threadId: string | null; now: number },
): UserMessageItem {
  return {
    type: "user_message",
    id,
    thread_id: threadId ?? "",
    created_at: new Date(now).toISOString(),
    content: input.content,
    attachments: [...attachments],
    quoted_text: input.quoted_text,
    inference_options: input.inference_options,
  };
}

function withTagData(part: UserMessageContent): UserMessageContent {
  // `data` is required by the server; a page may leave it out.
  return part.type === "input_tag" ? Object.assign({ data: {} }, part) : part;
}
