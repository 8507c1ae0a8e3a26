/** What is being searched for as one types: `@name` for a mention, `/name` for a command. Pure. */

export interface Trigger {
  readonly kind: "tag" | "command";
  readonly query: string;
  /** Characters before the caret that belong to it, the sign included. */
  readonly length: number;
}

const TAG = /(?:^|[\s([{"'“„«])@([^\s@]{0,40})$/u;
const COMMAND = /^\s*\/([^\s/]{0,40})$/u;

/** The search that the text before the caret ends with; `isStart` tells that nothing is before it. */
export function findTrigger(before: string, isStart: boolean, allowed: { readonly tags: boolean; readonly commands: boolean }): Trigger | null {
  const tag = allowed.tags ? TAG.exec(before)?.[1] : undefined;
  if (tag !== undefined) return { kind: "tag", query: tag, length: tag.length + 1 };
  const command = allowed.commands && isStart ? COMMAND.exec(before)?.[1] : undefined;
  if (command !== undefined) return { kind: "command", query: command, length: command.length + 1 };
  return null;
}
