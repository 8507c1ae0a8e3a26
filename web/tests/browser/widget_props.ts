/**
 * What each prop of each component does, as one can see it in the page.
 *
 * A case gives a prop its value and names what is then found: a CSS property, an attribute (`@`), a
 * property of the element (`.`), its text (`#text`) or a number of elements (`#SELECTOR`).
 */

export type Tree = Readonly<Record<string, unknown>>;
export type Seen = Readonly<Record<string, string | number | boolean | null>>;

export interface Case {
  readonly prop: string;
  readonly value: unknown;
  readonly seen: Seen;
  /** Where to look: a selector in the widget; the component's own element unless given. */
  readonly at?: string;
  /** What the prop is in the picture without it; nothing, unless given. */
  readonly instead?: unknown;
  /** Further props that both pictures have. */
  readonly given?: Tree;
  /** Shown in a card, at whose edges it stands. */
  readonly isInCard?: true;
  /** Shown by itself, as the thread's last widget. */
  readonly isAlone?: true;
}

export interface Subject {
  /** The component with what it needs to be seen. */
  readonly base: Tree;
  readonly isRoot?: true;
  /** What it has to stand in. */
  readonly within?: (tree: Tree) => Tree;
  readonly at?: string;
  readonly cases: readonly Case[];
}

const TEXT = { type: "Text", value: "words" };
const ACTION = { type: "go" };
const RED = "rgb(255, 0, 0)";
const PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const BLOCK: readonly Case[] = [
  { prop: "height", value: 50, seen: { height: "50px" } },
  { prop: "width", value: 60, seen: { width: "60px" } },
  { prop: "size", value: 40, seen: { width: "40px", height: "40px" } },
  { prop: "minHeight", value: 90, seen: { "min-height": "90px" } },
  { prop: "minWidth", value: "90px", seen: { "min-width": "90px" } },
  { prop: "minSize", value: 80, seen: { "min-width": "80px", "min-height": "80px" } },
  { prop: "maxHeight", value: 30, seen: { "max-height": "30px" } },
  { prop: "maxWidth", value: "50%", seen: { "max-width": "50%" } },
  { prop: "maxSize", value: 70, seen: { "max-width": "70px", "max-height": "70px" } },
  { prop: "aspectRatio", value: 2, seen: { "aspect-ratio": "2 / 1" } },
  { prop: "radius", value: "md", seen: { "border-top-left-radius": "8px" } },
  { prop: "margin", value: { x: 2, top: 1 }, seen: { "margin-left": "8px", "margin-top": "4px" } },
];

const BOX: readonly Case[] = [
  { prop: "children", value: [{ type: "Text", value: "kid" }], seen: { "#text": "kid" } },
  { prop: "align", value: "end", seen: { "align-items": "flex-end" } },
  { prop: "justify", value: "between", seen: { "justify-content": "space-between" } },
  { prop: "wrap", value: "wrap", seen: { "flex-wrap": "wrap" } },
  { prop: "flex", value: 2, seen: { "flex-grow": "2" } },
  { prop: "gap", value: 3, seen: { "row-gap": "12px" } },
  { prop: "padding", value: { y: 3, left: "5px" }, seen: { "padding-top": "12px", "padding-left": "5px" } },
  { prop: "border", value: { top: 2, x: { size: 3, style: "dashed", color: "#ff0000" } }, seen: { "border-top-width": "2px", "border-left-style": "dashed", "border-right-color": RED } },
  { prop: "background", value: { light: "#ff0000", dark: "#00ff00" }, seen: { "background-color": RED } },
  ...BLOCK,
];

const DIRECTION: Case = { prop: "direction", value: "row", seen: { "flex-direction": "row" } };

const WORDS: readonly Case[] = [
  { prop: "value", value: "Other words", instead: "Words", seen: { "#text": "Other words" } },
  { prop: "color", value: "#ff0000", seen: { color: RED } },
  { prop: "weight", value: "bold", seen: { "font-weight": "700" } },
  { prop: "textAlign", value: "end", seen: { "text-align": "end" } },
  { prop: "truncate", value: true, seen: { "text-overflow": "ellipsis", "white-space": "nowrap" } },
  { prop: "maxLines", value: 2, seen: { "-webkit-line-clamp": "2", "overflow-x": "hidden" } },
];

const EDITABLE = { name: "field" };
const editable = (field: string, value: unknown, seen: Seen, alone?: "alone"): Case => ({ prop: `editable.${field}`, value: { ...EDITABLE, [field]: value }, instead: EDITABLE, seen, at: "textarea", ...(alone && { isAlone: true }) });

const CONTROL: readonly Case[] = [
  { prop: "placeholder", value: "Type here", seen: { "@placeholder": "Type here" } },
  { prop: "name", value: "city", instead: "town", seen: { "@name": "city" } },
  { prop: "disabled", value: true, seen: { ".disabled": true } },
  { prop: "required", value: true, seen: { ".required": true } },
  { prop: "variant", value: "soft", seen: { "border-top-color": "rgba(0, 0, 0, 0)" } },
  { prop: "size", value: "3xl", seen: { "min-height": "48px" } },
  { prop: "gutterSize", value: "2xs", seen: { "padding-left": "6px" } },
  { prop: "autoFocus", value: true, seen: { "#focused": true }, isAlone: true },
  { prop: "autoSelect", value: true, given: { defaultValue: "all" }, seen: { "#selected": "all" }, isAlone: true },
  { prop: "allowAutofillExtensions", value: true, seen: { "@data-1p-ignore": null } },
];

const PICKER: readonly Case[] = [
  { prop: "name", value: "city", instead: "town", seen: { "@name": "city" }, at: "input[type=hidden]" },
  { prop: "placeholder", value: "Pick one", seen: { "#text": "Pick one" } },
  { prop: "size", value: "3xl", seen: { "min-height": "48px" } },
  { prop: "pill", value: false, seen: { "border-top-left-radius": "8px" } },
  { prop: "block", value: true, seen: { "#fills": true }, at: ".ck-select" },
  { prop: "disabled", value: true, seen: { ".disabled": true } },
  { prop: "variant", value: "ghost", seen: { "background-color": "rgba(0, 0, 0, 0)" } },
];

const table = (row: Tree): Tree => ({ type: "Table", children: [row] });
const inForm = (button: Tree): Tree => ({ type: "Form", onSubmitAction: ACTION, children: [button] });

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  Basic: {
    base: { type: "Basic", children: [TEXT] },
    isRoot: true,
    at: ".ck-w-basic",
    cases: [
      { prop: "children", value: [{ type: "Card", children: [TEXT] }], seen: { "#.ck-card": 1 } },
      { prop: "theme", value: "dark", seen: { "color-scheme": "dark" } },
      DIRECTION,
      ...BOX.filter(({ prop }) => ["gap", "padding", "align", "justify"].includes(prop)),
    ],
  },
  Card: {
    base: { type: "Card", children: [TEXT] },
    isRoot: true,
    at: ".ck-card",
    cases: [
      { prop: "children", value: [{ type: "Text", value: "kid" }], seen: { "#text": "kid" } },
      { prop: "asForm", value: true, seen: { ".tagName": "FORM" } },
      { prop: "background", value: "#ff0000", seen: { "background-color": RED } },
      { prop: "border", value: { size: 3, style: "dotted" }, seen: { "border-top-width": "3px", "border-left-style": "dotted" } },
      { prop: "size", value: "lg", seen: { "max-width": "560px" } },
      { prop: "padding", value: 0, seen: { "padding-top": "0px" } },
      { prop: "status", value: { text: "From a site", favicon: PICTURE, frame: true }, seen: { "#.ck-favicon.ck-framed": 1, "#text": "From a sitewords" } },
      { prop: "collapsed", value: true, seen: { "#text": "" } },
      { prop: "confirm", value: { label: "Send", action: ACTION }, seen: { "#.ck-primary": 1, "#text": "wordsSend" } },
      { prop: "cancel", value: { label: "Not now", action: ACTION }, seen: { "#text": "wordsNot now" } },
      { prop: "theme", value: "dark", seen: { "color-scheme": "dark", color: "rgb(242, 242, 244)" } },
    ],
  },
  ListView: {
    base: { type: "ListView", children: [{ type: "ListViewItem", children: [TEXT] }, { type: "ListViewItem", children: [TEXT] }] },
    isRoot: true,
    at: ".ck-list",
    cases: [
      { prop: "children", value: [{ type: "ListViewItem", children: [TEXT] }], instead: [], seen: { "#li": 1 } },
      { prop: "limit", value: 1, seen: { "#li": 1, "#.ck-show-more": 1 } },
      { prop: "status", value: { text: "Two found", icon: "globe" }, seen: { "#.ck-card-status svg": 1, "#text": "Two foundwordswords" } },
      { prop: "theme", value: "dark", seen: { "color-scheme": "dark" } },
    ],
  },
  ListViewItem: {
    base: { type: "ListViewItem", children: [TEXT] },
    at: ".ck-list-row .ck-w-row",
    cases: [
      { prop: "children", value: [{ type: "Text", value: "kid" }], seen: { "#text": "kid" } },
      { prop: "onClickAction", value: ACTION, seen: { "#button": 1 }, at: ".ck-list-row" },
      { prop: "gap", value: 5, seen: { "column-gap": "20px" } },
      { prop: "align", value: "start", seen: { "align-items": "flex-start" } },
    ],
  },
  Box: { base: { type: "Box" }, cases: [DIRECTION, ...BOX] },
  Row: { base: { type: "Row" }, cases: BOX },
  Col: { base: { type: "Col" }, cases: BOX },
  Form: { base: { type: "Form" }, cases: [DIRECTION, ...BOX, { prop: "onSubmitAction", value: ACTION, given: { children: [{ type: "Button", label: "Send", submit: true }] }, seen: { "#button[type=submit]": 1 } }] },
  Spacer: { base: { type: "Spacer" }, cases: [{ prop: "minSize", value: 30, seen: { "flex-basis": "30px" } }] },
  Divider: {
    base: { type: "Divider" },
    cases: [
      { prop: "color", value: "#ff0000", seen: { "border-top-color": RED } },
      { prop: "size", value: 3, seen: { "border-top-width": "3px" } },
      { prop: "spacing", value: 4, seen: { "margin-top": "16px", "margin-bottom": "16px" } },
      { prop: "flush", value: true, seen: { "margin-left": "-16px", "margin-right": "-16px" }, isInCard: true },
    ],
  },
  Transition: { base: { type: "Transition", children: null }, cases: [{ prop: "children", value: { type: "Text", value: "kid" }, seen: { "#.ck-w-transition": 1, "#text": "kid" }, at: ".ck-w-basic" }] },
  Title: { base: { type: "Title", value: "Words" }, cases: [...WORDS, { prop: "size", value: "5xl", seen: { "font-size": "52.8px" } }] },
  Caption: { base: { type: "Caption", value: "Words" }, cases: [...WORDS, { prop: "size", value: "lg", seen: { "font-size": "14px" } }] },
  Text: {
    base: { type: "Text", value: "Words" },
    cases: [
      ...WORDS,
      { prop: "size", value: "xl", seen: { "font-size": "20px" } },
      { prop: "streaming", value: true, seen: { "@aria-busy": "true" } },
      { prop: "italic", value: true, seen: { "font-style": "italic" } },
      { prop: "lineThrough", value: true, seen: { "text-decoration-line": "line-through" } },
      { prop: "width", value: 90, seen: { width: "90px" } },
      { prop: "minLines", value: 3, seen: { "min-height": "69.5625px" } },
      { prop: "editable", value: EDITABLE, seen: { ".tagName": "TEXTAREA", ".value": "Words" } },
      { prop: "editable.name", value: { name: "note" }, instead: EDITABLE, seen: { "@name": "note" }, at: "textarea" },
      editable("autoFocus", true, { "#focused": true }, "alone"),
      editable("autoSelect", true, { "#selected": "Words" }, "alone"),
      editable("autoComplete", "email", { "@autocomplete": "email" }),
      editable("allowAutofillExtensions", true, { "@data-1p-ignore": null }),
      editable("pattern", "[0-9]+", { "#valid": false }),
      editable("placeholder", "A note", { "@placeholder": "A note" }),
      editable("required", true, { ".required": true }),
    ],
  },
  Markdown: {
    base: { type: "Markdown", value: "Words" },
    cases: [
      { prop: "value", value: "**Bold**", seen: { "#strong": 1 } },
      { prop: "streaming", value: true, given: { value: "**Bold" }, seen: { "#strong": 1 } },
    ],
  },
  Badge: {
    base: { type: "Badge", label: "New" },
    cases: [
      { prop: "label", value: "Old", instead: "New", seen: { "#text": "Old" } },
      { prop: "color", value: "danger", seen: { color: "rgb(180, 35, 24)" } },
      { prop: "variant", value: "solid", given: { color: "danger" }, seen: { "background-color": "rgb(180, 35, 24)" } },
      { prop: "size", value: "lg", seen: { "font-size": "14px" } },
      { prop: "pill", value: true, seen: { "border-top-left-radius": "999px" } },
    ],
  },
  Icon: {
    base: { type: "Icon", name: "check" },
    cases: [
      { prop: "name", value: "plus", instead: "nothing-of-that-name", seen: { "#svg path": 1 } },
      { prop: "color", value: "#ff0000", seen: { color: RED } },
      { prop: "size", value: "3xl", seen: { "font-size": "40px" } },
    ],
  },
  Image: {
    base: { type: "Image", src: PICTURE },
    cases: [
      { prop: "src", value: PICTURE, instead: "javascript:1", seen: { ".tagName": "IMG" } },
      { prop: "alt", value: "A dot", seen: { "@alt": "A dot" } },
      { prop: "frame", value: true, seen: { "border-top-width": "1px" } },
      { prop: "fit", value: "contain", seen: { "object-fit": "contain" } },
      { prop: "position", value: "top left", seen: { "object-position": "0% 0%" } },
      { prop: "flush", value: true, seen: { "margin-left": "-16px", "margin-right": "-16px" }, isInCard: true },
      ...BLOCK,
    ],
  },
  Button: {
    base: { type: "Button", label: "Press" },
    within: inForm,
    at: "button",
    cases: [
      { prop: "label", value: "Push", instead: "Press", seen: { "#text": "Push" } },
      { prop: "submit", value: true, seen: { "@type": "submit" } },
      { prop: "iconStart", value: "plus", seen: { "#svg:first-child": 1 } },
      { prop: "iconEnd", value: "plus", seen: { "#svg:last-child": 1 } },
      { prop: "style", value: "primary", seen: { "background-color": "rgb(24, 24, 27)" } },
      { prop: "iconSize", value: "2xl", given: { iconStart: "plus" }, seen: { width: "26px" }, at: "button svg" },
      { prop: "color", value: "danger", given: { variant: "outline" }, seen: { color: "rgb(180, 35, 24)" } },
      { prop: "variant", value: "solid", given: { color: "danger" }, seen: { "background-color": "rgb(180, 35, 24)" } },
      { prop: "size", value: "3xs", seen: { "min-height": "22px" } },
      { prop: "pill", value: false, seen: { "border-top-left-radius": "8px" } },
      { prop: "uniform", value: true, seen: { width: "36px" } },
      { prop: "block", value: true, seen: { "#fills": true } },
      { prop: "disabled", value: true, seen: { ".disabled": true } },
    ],
  },
  Table: { base: { type: "Table" }, at: ".ck-table", cases: [{ prop: "children", value: [{ type: "Table.Row", children: [] }], seen: { "#tr": 1 } }] },
  "Table.Row": {
    base: { type: "Table.Row" },
    within: table,
    at: ".ck-table",
    cases: [
      { prop: "children", value: [{ type: "Table.Cell", children: [TEXT] }], seen: { "#td": 1 } },
      { prop: "header", value: true, given: { children: [{ type: "Table.Cell", children: [TEXT] }] }, seen: { "#thead th[scope=col]": 1 } },
    ],
  },
  "Table.Cell": {
    base: { type: "Table.Cell", children: [TEXT] },
    within: (tree) => table({ type: "Table.Row", children: [tree, { type: "Table.Cell", children: [TEXT] }] }),
    at: "td",
    cases: [
      { prop: "children", value: [{ type: "Text", value: "kid" }], seen: { "#text": "kid" } },
      { prop: "width", value: 200, seen: { width: "200px" } },
      { prop: "padding", value: { x: 5 }, seen: { "padding-left": "20px" } },
      { prop: "colSpan", value: 2, seen: { ".colSpan": 2 } },
      { prop: "rowSpan", value: 2, seen: { ".rowSpan": 2 } },
      { prop: "align", value: "end", seen: { "text-align": "end" } },
      { prop: "vAlign", value: "end", seen: { "vertical-align": "bottom" } },
      { prop: "colSize", value: "lg", seen: { width: "240px" } },
    ],
  },
  Input: {
    base: { type: "Input", name: "field" },
    cases: [
      ...CONTROL,
      { prop: "inputType", value: "password", seen: { ".type": "password" } },
      { prop: "defaultValue", value: "start", seen: { ".value": "start" } },
      { prop: "pattern", value: "[0-9]+", given: { defaultValue: "letters" }, seen: { "#valid": false } },
      { prop: "pill", value: false, seen: { "border-top-left-radius": "8px" } },
    ],
  },
  Textarea: {
    base: { type: "Textarea", name: "field" },
    cases: [
      ...CONTROL,
      { prop: "defaultValue", value: "start", seen: { ".value": "start" } },
      { prop: "pattern", value: "[0-9]+", given: { defaultValue: "letters" }, seen: { "#valid": false } },
      { prop: "rows", value: 7, seen: { ".rows": 7 } },
      { prop: "autoResize", value: false, seen: { "field-sizing": "fixed" } },
      { prop: "maxRows", value: 2, seen: { "max-height": "61.5px" } },
    ],
  },
  Select: {
    base: { type: "Select", name: "field", options: [{ value: "a", label: "Apple" }, { value: "b", label: "Banana" }] },
    at: "[role=combobox]",
    cases: [
      ...PICKER,
      { prop: "options", value: [{ value: "a", label: "Apricot" }], given: { defaultValue: "a" }, seen: { "#text": "Apricot" }, instead: [] },
      { prop: "options.label", value: [{ value: "a", label: "Apricot" }], instead: [{ value: "a", label: "Apple" }], given: { defaultValue: "a" }, seen: { "#text": "Apricot" } },
      { prop: "options.value", value: [{ value: "z", label: "Apple" }], given: { defaultValue: "z" }, seen: { "#text": "Apple" } },
      { prop: "defaultValue", value: "b", seen: { "#text": "Banana" } },
      { prop: "clearable", value: true, given: { defaultValue: "b" }, seen: { "#.ck-clear": 1 }, at: ".ck-select" },
    ],
  },
  DatePicker: {
    base: { type: "DatePicker", name: "field" },
    at: ".ck-select-button",
    cases: [
      ...PICKER,
      { prop: "defaultValue", value: "2026-03-05", seen: { "#text": "Mar 5, 2026" } },
      { prop: "clearable", value: true, given: { defaultValue: "2026-03-05" }, seen: { "#.ck-clear": 1 }, at: ".ck-select" },
    ],
  },
  Checkbox: {
    base: { type: "Checkbox", name: "field", label: "Agree" },
    at: "input",
    cases: [
      { prop: "name", value: "terms", instead: "field", seen: { "@name": "terms" } },
      { prop: "label", value: "Accept", instead: "Agree", seen: { "#text": "Accept" }, at: "label" },
      { prop: "defaultChecked", value: true, seen: { ".checked": true } },
      { prop: "disabled", value: true, seen: { ".disabled": true } },
      { prop: "required", value: true, seen: { ".required": true } },
    ],
  },
  RadioGroup: {
    base: { type: "RadioGroup", name: "field", options: [{ value: "a", label: "One" }, { value: "b", label: "Two" }] },
    at: "[role=radiogroup]",
    cases: [
      { prop: "name", value: "choice", instead: "field", seen: { "@aria-label": "choice" } },
      { prop: "ariaLabel", value: "Which", seen: { "@aria-label": "Which" } },
      { prop: "options", value: [{ value: "a", label: "One" }], seen: { "#input": 1 } },
      { prop: "options.label", value: [{ value: "a", label: "First" }], seen: { "#text": "First" } },
      { prop: "options.value", value: [{ value: "z", label: "One" }], seen: { "#input[value=z]": 1 } },
      { prop: "options.disabled", value: [{ value: "a", label: "One", disabled: true }], seen: { "#input:disabled": 1 } },
      { prop: "defaultValue", value: "b", seen: { "#input[value=b]:checked": 1 } },
      { prop: "direction", value: "col", seen: { "flex-direction": "column" } },
      { prop: "disabled", value: true, seen: { "#input:disabled": 2 } },
      { prop: "required", value: true, seen: { "#input:required": 2, "@aria-required": "true" } },
    ],
  },
  Label: {
    base: { type: "Label", value: "Name", fieldName: "field" },
    cases: [
      ...WORDS.filter(({ prop }) => ["value", "color", "weight", "textAlign"].includes(prop)),
      { prop: "fieldName", value: "other", instead: "field", seen: { "#labels": "other" } },
      { prop: "size", value: "xl", seen: { "font-size": "20px" } },
    ],
  },
};
