/** What a widget's components share: their item, their form, and how they act. */
import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SessionState, WidgetAction } from "../session/contract";
import { quietly } from "../view/quietly";
import { useSelect, useSession } from "../view/use_session";
import { formPayload, formValues } from "./forms";

export interface Component {
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
  readonly children?: Component | readonly Component[] | null;
  readonly [prop: string]: unknown;
}

export interface NodeProps {
  readonly component: Component;
  readonly path: string;
}

export type Drawn = (props: NodeProps) => ComponentChildren;

export interface WidgetScope {
  readonly itemId: string;
  /** How each type is drawn. */
  readonly components: Readonly<Record<string, Drawn>>;
  /** Names of the fields that have a label of their own. */
  readonly labelled: ReadonlySet<string>;
  readonly form: (() => HTMLFormElement | null) | null;
  /** What that form sends; undefined where it sends nothing. */
  readonly submits: unknown;
}

export const WidgetContext = createContext<WidgetScope>({ itemId: "", components: {}, labelled: new Set(), form: null, submits: undefined });

type Loading = "self" | "container" | "none";

interface ActOptions {
  /** What `loadingBehavior: "auto"` means for this component. */
  readonly auto: Loading;
  /** The component's own value, which no form holds yet. */
  readonly extra?: Record<string, unknown>;
  /** The form to take values from; without it, the one around the component. */
  readonly form?: HTMLFormElement | null;
}

/** Fires an action of this widget, with the values of the form it is in. */
export function useAct() {
  const session = useSession();
  const scope = useContext(WidgetContext);
  return (action: unknown, path: string, { auto, extra, form: given }: ActOptions) => {
    const config = action as WidgetAction | null | undefined;
    if (!config?.type || isBlocked(config, scope.itemId, session.getState())) return;
    const form = given ?? scope.form?.() ?? null;
    const { payload, collisions } = formPayload(config.payload, form && formValues(form), extra);
    if (collisions.length > 0) session.reportError(new FormCollisionError(collisions));
    const loadingBehavior = (config.loadingBehavior ?? "auto") === "auto" ? auto : (config.loadingBehavior as Loading);
    quietly(session, session.act(scope.itemId, { ...config, payload, loadingBehavior }, path));
  };
}

/** True while the action that this component fired is under way. */
export function useIsBusy(path: string): boolean {
  const { itemId } = useContext(WidgetContext);
  return useSelect((state) => {
    const running = state.runningActions[itemId];
    return running?.scope === "self" && running.source === path;
  });
}

/** True while an action would be refused: in a preview, and for most while a response streams. */
export function useIsBlocked(action: unknown): boolean {
  const { itemId } = useContext(WidgetContext);
  return useSelect((state) => isBlocked(action as WidgetAction | null | undefined, itemId, state));
}

/** A preview belongs to no item; and a thread has one response at a time. */
function isBlocked(action: WidgetAction | null | undefined, itemId: string, { response }: SessionState): boolean {
  if (!action?.type) return false;
  if (itemId === "") return true;
  return response.phase !== "idle" && action.handler !== "client" && action.streaming !== false;
}

/** An action's payload and its form give the same name: the form's value is left out. */
export class FormCollisionError extends Error {
  override readonly name = "FormCollisionError";

  constructor(readonly fields: readonly string[]) {
    super(`the action's payload already has ${fields.join(", ")}; the form's value is left out`);
  }
}

export function textOf(component: Component, prop: string): string | undefined {
  const value = component[prop];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what the protocol promises
export function listOf<Row>(value: unknown): readonly Row[] {
  return Array.isArray(value) ? (value as Row[]) : [];
}

/** What a component holds; anything that is no component is left out. */
export function childrenOf({ children }: Component): readonly Component[] {
  const all: readonly unknown[] = Array.isArray(children) ? children : [children];
  return all.filter((child): child is Component => typeof child === "object" && child !== null);
}

/** A name for each of these among its siblings: its key, its id, its field's name, or its place. */
export function keysOf(components: readonly Component[]): readonly string[] {
  const taken = new Set<string>();
  return components.map((component, index) => {
    const named = component.key ?? component.id ?? textOf(component, "name");
    const key = named === undefined ? "" : `${component.type}:${named}`;
    if (key === "" || taken.has(key)) return String(index);
    taken.add(key);
    return key;
  });
}

export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
