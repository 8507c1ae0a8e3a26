/** Mentions: what a page offers as an entity is written into a message as a tag. Pure. */
import type { Entity } from "../../element/options";
import type { Tag } from "./editor_dom";

export function tagFor({ id, title, group, interactive, data }: Entity): Tag {
  return { type: "input_tag", id, text: title, data: data ?? {}, interactive: interactive ?? false, ...(group !== undefined && { group }) };
}

export function entityOf({ id, text, group, interactive, data }: Tag): Entity {
  return { id, title: text, interactive: interactive ?? false, data: data as Record<string, string>, ...(group && { group }) };
}
