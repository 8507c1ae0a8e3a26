/** Which files the options let in: by number, type and size. Pure. */
import type { AttachmentsOption } from "../element/options";
import type { DraftAttachment } from "./contract";

export const MOST_FILES = 10;
export const LARGEST_BYTES = 100 * 1024 * 1024;

export type Problem = NonNullable<DraftAttachment["error"]>;

/** Why the file is not let in beside those that are there, as a string key; null when it is. */
export function problemOf(file: File, option: AttachmentsOption, count: number): Problem | null {
  const { name } = file;
  const most = option.maxCount ?? MOST_FILES;
  if (count >= most) return { key: "attachment.tooMany", values: { count: most } };
  if (!accepts(file, option.accept)) return { key: "attachment.wrongType", values: { name }, accept: extensions(option.accept) };
  const limit = largestFor(file.type, option.maxSize);
  if (file.size > limit) return { key: "attachment.tooLarge", values: { name }, limit };
  return null;
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

/** What one may pick, as people call it: the extensions, or the types where none are given. */
function extensions(accept: Record<string, string[]> = {}): string[] {
  return Object.entries(accept).flatMap(([type, names]) => (names.length > 0 ? names : [type]));
}
