/** Names for parts of the protocol that the generated types only spell out in place. */
import type { GeneratedImageItem, Thread, UserMessageItem, Workflow } from "./types";

export type ThreadStatus = NonNullable<Thread["status"]>;
export type UserMessageContent = UserMessageItem["content"][number];
export type WorkflowSummary = NonNullable<Workflow["summary"]>;

/** An image whose updates said how far it is, from 0 to 1; its `done` says nothing of it. */
export type ImageUnderWay = GeneratedImageItem & { readonly progress?: number | null };
