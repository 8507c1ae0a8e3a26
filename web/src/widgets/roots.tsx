/** What stands at the root: a card with its buttons, a list with its rows. */
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { useTranslate } from "../view/translate";
import { useImageRules } from "../items/image_rules";
import { imageSource } from "./media";
import { type Component, type NodeProps, WidgetContext, childrenOf, classes, textOf, useAct, useIsBusy } from "./context";
import { type Confirmation, InForm } from "./layout";
import { Children, Node } from "./node";
import { boxStyle } from "./style";

/** With `limit: "auto"`: so many rows that a list stays on one screen. */
const AUTO_LIMIT = 5;

export function Card({ component, path }: NodeProps) {
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const confirm = component["confirm"] as Confirmation;
  const cancel = component["cancel"] as Confirmation;
  const isForm = component["asForm"] === true;
  const submit = (event: Event) => {
    event.preventDefault();
    if (confirm) act(confirm.action, path, { auto: "container", form: isForm ? form.current : null });
  };
  const Frame = isForm || confirm ? "form" : "div";
  const body = (
    <Frame
      ref={form as never}
      class={classes("ck-card", `ck-card-${textOf(component, "size") ?? "md"}`)}
      data-scheme={textOf(component, "theme")}
      style={boxStyle({ background: component["background"], border: component["border"], padding: component["padding"] })}
      {...(Frame === "form" && { onSubmit: submit })}
    >
      <Status component={component} />
      {component["collapsed"] !== true && <div class="ck-w-box ck-w-col ck-card-body"><Children component={component} path={path} /></div>}
      {(confirm ?? cancel) && (
        <div class="ck-card-footer">
          {cancel && <FooterButton label={cancel.label} path={`${path}/cancel`} onClick={() => act(cancel.action, `${path}/cancel`, { auto: "container", form: isForm ? form.current : null })} />}
          {confirm && <button type="submit" class="ck-button ck-primary">{confirm.label}</button>}
        </div>
      )}
    </Frame>
  );
  return isForm ? <InForm form={form}>{body}</InForm> : body;
}

function FooterButton({ label, path, onClick }: { label: string; path: string; onClick: () => void }) {
  const isBusy = useIsBusy(path);
  return <button type="button" class="ck-button" disabled={isBusy} aria-busy={isBusy} onClick={onClick}>{label}</button>;
}

function Status({ component }: { component: Component }) {
  const { base, images } = useImageRules();
  const status = component["status"] as { text?: string; icon?: string | null; favicon?: string | null; frame?: boolean } | null | undefined;
  if (!status?.text) return null;
  const favicon = status.favicon ? imageSource(status.favicon, base, images) : null;
  return (
    <p class="ck-card-status">
      {favicon ? <img class={status.frame ? "ck-favicon ck-framed" : "ck-favicon"} src={favicon} alt="" referrerPolicy="no-referrer" /> : status.icon && <Icon name={status.icon} />}
      <span dir="auto">{status.text}</span>
    </p>
  );
}

export function ListView({ component, path }: NodeProps) {
  const translate = useTranslate();
  const [showsAll, setShowsAll] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const rows = childrenOf(component);
  const given = component["limit"];
  const limit = given === "auto" ? AUTO_LIMIT : typeof given === "number" ? given : rows.length;
  const shown = showsAll ? rows : rows.slice(0, limit);
  useEffect(() => {
    // The button that was pressed is gone: the first new row takes its focus.
    if (showsAll) list.current?.children[limit]?.querySelector<HTMLElement>("button, a, input")?.focus();
  }, [showsAll]);
  return (
    <div class="ck-card ck-list" data-scheme={textOf(component, "theme")}>
      <Status component={component} />
      <ul ref={list}>{shown.map((row, index) => <li key={row.key ?? row.id ?? index}><Node component={row} path={`${path}/${index}`} /></li>)}</ul>
      {shown.length < rows.length && <button type="button" class="ck-quiet ck-show-more" onClick={() => setShowsAll(true)}>{translate("widget.showMore")}</button>}
    </div>
  );
}

export function ListViewItem({ component, path }: NodeProps) {
  const act = useAct();
  const isBusy = useIsBusy(path);
  const { itemId } = useContext(WidgetContext);
  const action = component["onClickAction"];
  const style = boxStyle({ align: component["align"] ?? "center", gap: component["gap"] ?? 3 });
  const body = <div class="ck-w-box ck-w-row" style={style}><Children component={component} path={path} /></div>;
  if (!action || itemId === "") return <div class="ck-list-row">{body}</div>;
  // A row may hold controls of its own, so the press target lies behind them and is named by the row.
  const press = () => act(action, path, { auto: "self" });
  const id = `row-${itemId}-${path}`;
  return (
    <div class={isBusy ? "ck-list-row ck-is-loading" : "ck-list-row"}>
      <button type="button" class="ck-row-press" aria-labelledby={id} disabled={isBusy} onClick={press} />
      <div id={id}>{body}</div>
    </div>
  );
}
