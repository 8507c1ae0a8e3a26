/** One component of a widget by its type; one that is unknown shows its children or its text. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { MarkdownText } from "../items/markdown_text";
import { safeImage } from "../markdown/urls";
import type { WidgetAction } from "../session/contract";
import { quietly } from "../view/quietly";
import { useTranslate } from "../view/translate";
import { useSelect, useSession } from "../view/use_session";
import { boxStyle } from "./style";
import { formPayload } from "./forms";

export interface Component {
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
  readonly children?: Component | readonly Component[] | null;
  readonly [prop: string]: unknown;
}

interface WidgetScope {
  readonly itemId: string;
  readonly formValues: (() => FormData | null) | null;
}

export const WidgetContext = createContext<WidgetScope>({ itemId: "", formValues: null });

interface NodeProps {
  readonly component: Component;
  readonly path: string;
}

/** The children of a component, each found again by its key, id or place. */
export function Children({ component, path }: NodeProps): ComponentChildren {
  const { children } = component;
  if (!children) return null;
  const list = Array.isArray(children) ? (children as readonly Component[]) : [children as Component];
  return list.map((child, index) => <Node key={child.key ?? child.id ?? index} component={child} path={`${path}/${index}`} />);
}

/** Fires an action of this widget, with the values of the form it is in. */
export function useAct() {
  const session = useSession();
  const { itemId, formValues } = useContext(WidgetContext);
  return (action: unknown, path: string, extra?: Record<string, unknown>) => {
    const config = action as WidgetAction | null | undefined;
    if (!config?.type) return;
    const form = formValues?.() ?? null;
    const { payload, collisions } = formPayload(config.payload, form, extra);
    for (const name of collisions) session.log("widget.form_collision", { name });
    quietly(session, session.act(itemId, { ...config, payload }, path));
  };
}

export function Node({ component, path }: NodeProps): ComponentChildren {
  const Shown = COMPONENTS[component.type] ?? Unknown;
  return <Shown component={component} path={path} />;
}

function Unknown({ component, path }: NodeProps) {
  const translate = useTranslate();
  const text = typeof component["value"] === "string" ? component["value"] : typeof component["label"] === "string" ? component["label"] : null;
  if (text === null && !component.children) return <p class="ck-muted">{translate("widget.unsupported")}</p>;
  return <div>{text}<Children component={component} path={path} /></div>;
}

function Box({ component, path }: NodeProps) {
  const direction = component.type === "Row" ? "row" : component.type === "Col" ? "col" : ((component["direction"] as string | undefined) ?? "col");
  return <div class={`ck-w-box ck-w-${direction}`} style={boxStyle(component)}><Children component={component} path={path} /></div>;
}

function Card({ component, path }: NodeProps) {
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const scope = useContext(WidgetContext);
  const confirm = component["confirm"] as { label: string; action: WidgetAction } | undefined;
  const cancel = component["cancel"] as { label: string; action: WidgetAction } | undefined;
  const status = component["status"] as { text: string; icon?: string } | undefined;
  const inForm = { ...scope, formValues: () => (form.current ? new FormData(form.current) : null) };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!confirm || !form.current) return;
    const { payload } = formPayload(confirm.action.payload, component["asForm"] ? new FormData(form.current) : null);
    act({ loadingBehavior: "container", ...confirm.action, payload }, path);
  };
  return (
    <WidgetContext.Provider value={component["asForm"] ? inForm : scope}>
      <form ref={form} class={`ck-card ck-card-${String(component["size"] ?? "md")}`} style={boxStyle(component)} onSubmit={submit}>
        {status && <p class="ck-card-status">{status.icon && <Icon name={status.icon} />}{status.text}</p>}
        {!component["collapsed"] && <div class="ck-w-box ck-w-col"><Children component={component} path={path} /></div>}
        {(confirm || cancel) && (
          <div class="ck-card-footer">
            {cancel && <button type="button" class="ck-button" onClick={() => act(cancel.action, path)}>{cancel.label}</button>}
            {confirm && <button type="submit" class="ck-button ck-primary">{confirm.label}</button>}
          </div>
        )}
      </form>
    </WidgetContext.Provider>
  );
}

function ListView({ component, path }: NodeProps) {
  const translate = useTranslate();
  const [showsAll, setShowsAll] = useState(false);
  const rows = (component.children ?? []) as readonly Component[];
  const limit = component["limit"] === "auto" ? 5 : typeof component["limit"] === "number" ? component["limit"] : rows.length;
  const shown = showsAll ? rows : rows.slice(0, limit);
  const status = component["status"] as { text: string; icon?: string } | undefined;
  return (
    <div class="ck-card ck-list">
      {status && <p class="ck-card-status">{status.icon && <Icon name={status.icon} />}{status.text}</p>}
      <ul>{shown.map((row, index) => <li key={row.key ?? row.id ?? index}><Node component={row} path={`${path}/${index}`} /></li>)}</ul>
      {shown.length < rows.length && <button type="button" class="ck-quiet" onClick={() => setShowsAll(true)}>{translate("widget.showMore")}</button>}
    </div>
  );
}

function ListViewItem({ component, path }: NodeProps) {
  const act = useAct();
  const action = component["onClickAction"];
  const body = <div class="ck-w-box ck-w-row" style={boxStyle({ align: "center", gap: 3, ...component })}><Children component={component} path={path} /></div>;
  return action ? <button type="button" class="ck-list-row" onClick={() => act(action, path)}>{body}</button> : <div class="ck-list-row">{body}</div>;
}

function Text({ component }: NodeProps) {
  const value = String(component["value"] ?? "");
  const kind = component.type.toLowerCase();
  const classes = ["ck-w-text", `ck-w-${kind}`, `ck-size-${String(component["size"] ?? "md")}`, component["weight"] ? `ck-weight-${String(component["weight"])}` : ""];
  if (component["truncate"]) classes.push("ck-truncate");
  if (component["italic"]) classes.push("ck-italic");
  if (component["lineThrough"]) classes.push("ck-line-through");
  return <p class={classes.filter(Boolean).join(" ")} style={boxStyle(component)} dir="auto">{value}</p>;
}

function MarkdownNode({ component }: NodeProps) {
  return <MarkdownText text={String(component["value"] ?? "")} isStreaming={component["streaming"] === true} />;
}

function Badge({ component }: NodeProps) {
  return <span class={`ck-badge ck-${String(component["color"] ?? "secondary")}`}>{String(component["label"] ?? "")}</span>;
}

function IconNode({ component }: NodeProps) {
  return <span class={`ck-w-icon ck-size-${String(component["size"] ?? "md")}`} style={boxStyle(component)}><Icon name={String(component["name"] ?? "")} /></span>;
}

function Image({ component }: NodeProps) {
  const allowed = useSelect((state) => state.thread.allowedImageDomains);
  const source = String(component["src"] ?? "");
  const src = /^data:image\/(png|jpeg|gif|webp);/i.test(source) ? source : safeImage(source, window.parent.document.baseURI, allowed).src;
  const alt = String(component["alt"] ?? "");
  return src ? <img class="ck-w-image" src={src} alt={alt} style={boxStyle(component)} referrerPolicy="no-referrer" /> : <span class="ck-image-blocked">{alt}</span>;
}

function Button({ component, path }: NodeProps) {
  const act = useAct();
  const { itemId } = useContext(WidgetContext);
  const busy = useSelect((state) => state.runningActions[itemId]?.source === path);
  const isSubmit = component["submit"] === true;
  const style = component["style"] === "primary" || component["variant"] === "solid" ? "ck-button ck-primary" : "ck-button";
  return (
    <button
      type={isSubmit ? "submit" : "button"}
      class={component["block"] ? `${style} ck-block` : style}
      disabled={component["disabled"] === true || busy}
      aria-busy={busy}
      onClick={() => { if (!isSubmit) act(component["onClickAction"], path); }}
    >
      {typeof component["iconStart"] === "string" && <Icon name={component["iconStart"]} />}
      {typeof component["label"] === "string" && <span>{component["label"]}</span>}
      {typeof component["iconEnd"] === "string" && <Icon name={component["iconEnd"]} />}
    </button>
  );
}

function Form({ component, path }: NodeProps) {
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const scope = useContext(WidgetContext);
  const inForm = { ...scope, formValues: () => (form.current ? new FormData(form.current) : null) };
  const submit = (event: Event) => {
    event.preventDefault();
    const config = component["onSubmitAction"] as WidgetAction | undefined;
    if (!config || !form.current) return;
    act({ ...config, payload: formPayload(config.payload, new FormData(form.current)).payload }, path);
  };
  return (
    <WidgetContext.Provider value={inForm}>
      <form ref={form} class={`ck-w-box ck-w-${String(component["direction"] ?? "col")}`} style={boxStyle(component)} onSubmit={submit}>
        <Children component={component} path={path} />
      </form>
    </WidgetContext.Provider>
  );
}

function Field({ component, path }: NodeProps) {
  const act = useAct();
  const name = String(component["name"] ?? "");
  const common = {
    name,
    id: `${path}:${name}`,
    disabled: component["disabled"] === true,
    required: component["required"] === true,
    ...(typeof component["placeholder"] === "string" && { placeholder: component["placeholder"] }),
  };
  const change = (value: unknown) => act(component["onChangeAction"], path, { [name]: value });
  const initial = component["defaultValue"];
  const label = typeof component["placeholder"] === "string" ? component["placeholder"] : name;
  switch (component.type) {
    case "Textarea":
      return <textarea class="ck-search" aria-label={label} rows={Number(component["rows"] ?? 3)} defaultValue={String(initial ?? "")} {...common} />;
    case "Select":
      return (
        <select class="ck-search" aria-label={label} defaultValue={String(initial ?? "")} {...common} onChange={(event) => change(event.currentTarget.value)}>
          {(!initial || component["clearable"] === true) && <option value="">{String(component["placeholder"] ?? "")}</option>}
          {((component["options"] ?? []) as { value: string; label: string; disabled?: boolean }[]).map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled ?? false}>{option.label}</option>
          ))}
        </select>
      );
    case "Checkbox":
      return (
        <label class="ck-choice">
          <input type="checkbox" defaultChecked={component["defaultChecked"] === true} {...common} value="true" onChange={(event) => change(event.currentTarget.checked)} />
          <span>{String(component["label"] ?? "")}</span>
        </label>
      );
    case "DatePicker":
      return <input class="ck-search" type="date" aria-label={label} defaultValue={String(initial ?? "").slice(0, 10)} min={String(component["min"] ?? "").slice(0, 10)} max={String(component["max"] ?? "").slice(0, 10)} {...common} onChange={(event) => change(event.currentTarget.value)} />;
    default:
      return <input class="ck-search" type={(component["inputType"] as "text" | undefined) ?? "text"} aria-label={label} defaultValue={String(initial ?? "")} {...(typeof component["pattern"] === "string" && { pattern: component["pattern"] })} {...common} />;
  }
}

function RadioGroup({ component, path }: NodeProps) {
  const act = useAct();
  const name = String(component["name"] ?? "");
  return (
    <fieldset class={`ck-w-box ck-w-${String(component["direction"] ?? "row")}`} disabled={component["disabled"] === true} aria-label={String(component["ariaLabel"] ?? name)}>
      {((component["options"] ?? []) as { value: string; label: string; disabled?: boolean }[]).map((option) => (
        <label key={option.value} class="ck-choice">
          <input type="radio" name={name} value={option.value} required={component["required"] === true} disabled={option.disabled ?? false} defaultChecked={component["defaultValue"] === option.value} onChange={() => act(component["onChangeAction"], path, { [name]: option.value })} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Label({ component }: NodeProps) {
  return <p class="ck-w-text ck-w-label">{String(component["value"] ?? "")}</p>;
}

function TableNode({ component, path }: NodeProps) {
  const translate = useTranslate();
  const rows = (component.children ?? []) as readonly Component[];
  return (
    <div class="ck-table" tabIndex={0} role="group" aria-label={translate("table.label")}>
      <table>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.key ?? row.id ?? at}>
              {((row.children ?? []) as readonly Component[]).map((cell, index) => {
                const Tag = row["header"] === true ? "th" : "td";
                return <Tag key={index} colSpan={Number(cell["colSpan"] ?? 1)} rowSpan={Number(cell["rowSpan"] ?? 1)}><Children component={cell} path={`${path}/${at}/${index}`} /></Tag>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Until charts are drawn, their data: the same table that a screen reader gets. */
function ChartNode({ component }: NodeProps) {
  const translate = useTranslate();
  const data = (component["data"] ?? []) as Record<string, string | number>[];
  const series = (component["series"] ?? []) as { dataKey: string; label?: string | null }[];
  const axis = component["xAxis"] as string | { dataKey: string };
  const x = typeof axis === "string" ? axis : axis.dataKey;
  return (
    <div class="ck-table" tabIndex={0} role="group" aria-label={translate("table.label")}>
      <table>
        <thead><tr><th scope="col">{x}</th>{series.map((one) => <th key={one.dataKey} scope="col">{one.label ?? one.dataKey}</th>)}</tr></thead>
        <tbody>{data.map((row, at) => <tr key={at}><th scope="row">{row[x]}</th>{series.map((one) => <td key={one.dataKey}>{row[one.dataKey]}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

const COMPONENTS: Readonly<Record<string, (props: NodeProps) => ComponentChildren>> = {
  Card, ListView, ListViewItem, Basic: Box, Box, Row: Box, Col: Box, Form, Transition: Children,
  Spacer: () => <div class="ck-w-spacer" />, Divider: () => <hr />,
  Text, Title: Text, Caption: Text, Markdown: MarkdownNode, Label, Badge, Icon: IconNode, Image, Button,
  Input: Field, Textarea: Field, Select: Field, DatePicker: Field, Checkbox: Field, RadioGroup,
  Table: TableNode, Chart: ChartNode,
};
