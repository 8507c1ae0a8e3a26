/** The editable field's nodes: text and mentions in, the same out. Mentions are one piece each. */
import type { UserMessageContent } from "../../protocol/unions";

export type Tag = Extract<UserMessageContent, { type: "input_tag" }>;

interface Caret {
  readonly node: Text;
  readonly offset: number;
  /** Nothing but blanks is before this node. */
  readonly isStart: boolean;
}

export class EditorDom {
  private readonly tags = new WeakMap<Node, Tag>();

  constructor(private readonly root: HTMLElement) {}

  read(): UserMessageContent[] {
    const content: UserMessageContent[] = [];
    const say = (text: string) => {
      const last = content.at(-1);
      if (last?.type === "input_text") content[content.length - 1] = { type: "input_text", text: last.text + text };
      else if (text !== "") content.push({ type: "input_text", text });
    };
    const visit = (node: Node) => {
      const tag = this.tags.get(node);
      if (tag) content.push(tag);
      else if (node.nodeType === Node.TEXT_NODE) say((node.nodeValue ?? "").replaceAll("\u00a0", " "));
      else if (node.nodeName === "BR") say("\n");
      else if (node.nodeName === "DIV" && node !== this.root) this.readLine(node, say, visit);
      else for (const child of node.childNodes) visit(child);
    };
    visit(this.root);
    return withoutFiller(content);
  }

  /** Some browsers wrap lines in elements of their own; a blank one holds nothing but a break. */
  private readLine(line: Node, say: (text: string) => void, visit: (node: Node) => void): void {
    if (line.previousSibling) say("\n");
    const isBlank = line.childNodes.length === 1 && line.firstChild?.nodeName === "BR";
    if (!isBlank) for (const child of line.childNodes) visit(child);
    else if (line === this.root.lastChild) say("\n");
  }

  write(content: readonly UserMessageContent[]): void {
    const nodes = content.map((part) => (part.type === "input_tag" ? this.tagNode(part) : document.createTextNode(part.text)));
    const last = content.at(-1);
    // A last line that is empty shows only when something is on it.
    if (last?.type === "input_text" && last.text.endsWith("\n")) nodes.push(document.createTextNode("\n"));
    this.root.replaceChildren(...nodes);
    this.caretToEnd();
  }

  /** The text before the caret, up to a mention; null when text is selected or the caret elsewhere. */
  caret(): Caret | null {
    const selection = document.getSelection();
    if (!selection?.isCollapsed || !selection.anchorNode || !this.root.contains(selection.anchorNode)) return null;
    const { anchorNode, anchorOffset } = selection;
    const isText = anchorNode.nodeType === Node.TEXT_NODE;
    const node = isText ? anchorNode : anchorNode.childNodes[anchorOffset - 1];
    if (node?.nodeType !== Node.TEXT_NODE) return null;
    const offset = isText ? anchorOffset : (node.nodeValue ?? "").length;
    const range = document.createRange();
    range.selectNodeContents(this.root);
    range.setEndBefore(node);
    const isStart = range.toString().trim() === "" && range.cloneContents().querySelector(".ck-tag") === null;
    return { node: node as Text, offset, isStart };
  }

  textBeforeCaret(): { readonly text: string; readonly isStart: boolean } | null {
    const caret = this.caret();
    return caret && { text: caret.node.data.slice(0, caret.offset), isStart: caret.isStart };
  }

  /** Puts a mention, or nothing, in place of the characters before the caret. */
  replaceBeforeCaret(length: number, tag: Tag | null): void {
    const caret = this.caret();
    const range = document.createRange();
    if (caret) {
      range.setStart(caret.node, Math.max(0, caret.offset - length));
      range.setEnd(caret.node, caret.offset);
    } else {
      range.selectNodeContents(this.root);
      range.collapse(false);
    }
    range.deleteContents();
    if (!tag) return;
    const space = document.createTextNode(" ");
    range.insertNode(space);
    range.insertNode(this.tagNode(tag));
    this.setCaret(space, 1);
  }

  /** Writes text at the caret, as if it were typed. */
  insertText(text: string): void {
    if (!this.root.contains(document.getSelection()?.anchorNode ?? null)) this.caretToEnd();
    // Old, and the only way to write that the browser's own undo knows of.
    /* eslint-disable @typescript-eslint/no-deprecated */
    if (text === "\n") document.execCommand("insertLineBreak");
    else document.execCommand("insertText", false, text);
    /* eslint-enable @typescript-eslint/no-deprecated */
  }

  caretToEnd(): void {
    const selection = document.getSelection();
    if (document.activeElement !== this.root || !selection) return;
    selection.selectAllChildren(this.root);
    selection.collapseToEnd();
  }

  tagOf(node: EventTarget | null): { readonly tag: Tag; readonly element: HTMLElement } | null {
    const element = node instanceof Element ? node.closest<HTMLElement>(".ck-tag") : null;
    const tag = element ? this.tags.get(element) : undefined;
    return element && tag ? { tag, element } : null;
  }

  private setCaret(node: Node, offset: number): void {
    document.getSelection()?.collapse(node, offset);
  }

  private tagNode(tag: Tag): HTMLElement {
    const element = document.createElement("span");
    element.className = "ck-tag";
    element.contentEditable = "false";
    element.textContent = tag.text;
    this.tags.set(element, tag);
    return element;
  }
}

/** Browsers keep a line break at the end so that the last, empty line has a height. */
function withoutFiller(content: UserMessageContent[]): UserMessageContent[] {
  const last = content.at(-1);
  if (last?.type !== "input_text" || !last.text.endsWith("\n")) return content;
  const text = last.text.slice(0, -1);
  return text === "" ? content.slice(0, -1) : [...content.slice(0, -1), { type: "input_text", text }];
}

/** True when both say the same; text parts next to each other count as one. */
export function sameContent(a: readonly UserMessageContent[], b: readonly UserMessageContent[]): boolean {
  return written(a) === written(b);
}

function written(content: readonly UserMessageContent[]): string {
  const parts: (string | Tag)[] = [];
  for (const part of content) {
    const last = parts.at(-1);
    if (part.type === "input_tag") parts.push(part);
    else if (typeof last === "string") parts[parts.length - 1] = last + part.text;
    else if (part.text !== "") parts.push(part.text);
  }
  return JSON.stringify(parts);
}
