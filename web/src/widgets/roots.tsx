/** What stands at the root: a card with its buttons, a list with its rows. */
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { useTranslate } from "../view/translate";
import { useImageRules } from "../items/image_rules";
import { imageSource } from "./media";
import { type Component, type NodeProps, WidgetContext, childrenOf, classes, keysOf, textOf, useAct, useIsBlocked, useIsBusy } from "./context";
import { type Confirmation, InForm, sourceOf } from "./layout";
import { Children, Node } from "./node";
import { boxStyle, sideOf } from "./style";

/** With `limit: "auto"`: so many rows that a list stays on one screen. */
const AUTO_LIMIT = 5;

export function Card({ component, path }: NodeProps) {
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const confirm = (component["confirm"] ?? undefined) as Confirmation;
  const shared = {
    class: classes("ck-card", `ck-card-${textOf(component, "size") ?? "md"}`),
    style: cardStyle(component),
  };
  const content = (
    <>
      <Status component={component} />
      {component["collapsed"] !== true && <div class="ck-w-box ck-w-col ck-card-body"><Children component={component} path={path} /></div>}
      <Footer component={component} path={path} />
    </>
  );
  if (component["asForm"] !== true) return <div {...shared}>{content}</div>;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    act(confirm?.action, sourceOf(event) ?? `${path}/confirm`, { auto: "container", form: form.current });
  };
  return (
    <InForm form={form} submits={confirm?.action}>
      <form ref={form} {...shared} onSubmit={submit}>{content}</form>
    </InForm>
  );
}

/** Its look; what stands flush in it is told how far the edges are. */
function cardStyle(component: Component) {
  const { background, border, padding } = component;
  const [left, right] = [sideOf(padding, "left"), sideOf(padding, "right")];
  return {
    ...boxStyle({ background, border, padding }),
    ...(left !== undefined && { "--ck-pad-left": left }),
    ...(right !== undefined && { "--ck-pad-right": right }),
  };
}

function Footer({ component, path }: NodeProps) {
  const confirm = component["confirm"] as Confirmation;
  const cancel = component["cancel"] as Confirmation;
  if (!confirm && !cancel) return null;
  const sends = component["asForm"] === true;
  return (
    <div class="ck-card-footer">
      {cancel && <FooterButton given={cancel} path={`${path}/cancel`} />}
      {confirm && <FooterButton given={confirm} path={`${path}/confirm`} isPrimary sends={sends} />}
    </div>
  );
}

interface FooterButtonProps {
  readonly given: NonNullable<Confirmation>;
  readonly path: string;
  readonly isPrimary?: boolean;
  /** It sends the card's form, which fires the action. */
  readonly sends?: boolean;
}

function FooterButton({ given, path, isPrimary = false, sends = false }: FooterButtonProps) {
  const act = useAct();
  const isBusy = useIsBusy(path);
  const isBlocked = useIsBlocked(given.action) || isBusy;
  const press = (event: Event) => {
    if (isBlocked) event.preventDefault();
    else if (!sends) act(given.action, path, { auto: "container" });
  };
  return (
    <button type={sends ? "submit" : "button"} class={isPrimary ? "ck-button ck-primary" : "ck-button"} data-path={path} aria-disabled={isBlocked} aria-busy={isBusy} onClick={press}>
      {isBusy && <span class="ck-spinner" aria-hidden="true" />}
      <span dir="auto">{given.label}</span>
    </button>
  );
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
  const keys = keysOf(rows);
  const given = component["limit"];
  const limit = given === "auto" ? AUTO_LIMIT : typeof given === "number" ? given : rows.length;
  const shown = showsAll ? rows : rows.slice(0, limit);
  useEffect(() => {
    // The button that was pressed is gone: the first new row takes its focus.
    if (showsAll) focusRow(list.current?.children[limit]);
  }, [showsAll]);
  return (
    <div class="ck-card ck-list">
      <Status component={component} />
      <ul ref={list}>{shown.map((row, index) => <li key={keys[index]}><Node component={row} path={`${path}/${index}`} /></li>)}</ul>
      {shown.length < rows.length && <button type="button" class="ck-quiet ck-show-more" onClick={() => setShowsAll(true)}>{translate("widget.showMore")}</button>}
    </div>
  );
}

function focusRow(row: Element | undefined): void {
  const target = row?.querySelector<HTMLElement>("button, a, input, textarea") ?? (row as HTMLElement | undefined);
  if (target === row) target?.setAttribute("tabindex", "-1");
  target?.focus();
}

export function ListViewItem({ component, path }: NodeProps) {
  const act = useAct();
  const isBusy = useIsBusy(path);
  const { itemId } = useContext(WidgetContext);
  const action = component["onClickAction"];
  const isBlocked = useIsBlocked(action) || isBusy;
  const style = boxStyle({ align: component["align"] ?? "center", gap: component["gap"] ?? 3 });
  const body = <div class="ck-w-box ck-w-row" style={style}><Children component={component} path={path} /></div>;
  if (!action) return <div class="ck-list-row">{body}</div>;
  // A row may hold controls of its own, so the press target lies behind them and is named by the row.
  const press = () => {
    if (!isBlocked) act(action, path, { auto: "self" });
  };
  const id = `row-${itemId}-${path}`;
  return (
    <div class={isBusy ? "ck-list-row ck-is-loading" : "ck-list-row"}>
      <button type="button" class="ck-row-press" aria-labelledby={id} aria-disabled={isBlocked} aria-busy={isBusy} onClick={press} />
      <div id={id}>{body}</div>
    </div>
  );
}
