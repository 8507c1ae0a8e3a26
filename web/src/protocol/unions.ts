/** Names for parts of the protocol that the generated types only spell out in place. */
import type { Thread, UserMessageItem, Workflow } from "./types";

export type ThreadStatus = NonNullable<Thread["status"]>;
export type UserMessageContent = UserMessageItem["content"][number];
export type WorkflowSummary = NonNullable<Workflow["summary"]>;
