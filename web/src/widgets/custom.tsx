/** Components that the page has registered: drawn by a function of its own, in an element of ours. */
import { useEffect, useRef } from "preact/hooks";
import type { WidgetRenderContext, WidgetRenderer } from "../element/options";
import { useHost, useSession } from "../view/use_session";
import { type Component, type NodeProps, useAct } from "./context";

export function Custom({ component, path, draw, onFailed }: NodeProps & { draw: WidgetRenderer; onFailed: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const host = useHost();
  const session = useSession();
  const act = useAct();
  const latest = useRef(act);
  latest.current = act;
  const leaving = useRef<AbortController>(null);
  useEffect(() => {
    leaving.current = new AbortController();
    return () => leaving.current?.abort();
  }, [draw]);
  useEffect(() => {
    const { current: element } = place;
    const { current: controller } = leaving;
    if (!element || !controller) return;
    const context: WidgetRenderContext = {
      act: (action) => latest.current(action, path, { auto: "self" }),
      locale: host.locale(),
      signal: controller.signal,
    };
    try {
      draw(element, propsOf(component), context);
    } catch (error) {
      session.reportError(error instanceof Error ? error : new Error(String(error)));
      onFailed();
    }
  }, [component, draw, host, session, path]);
  return <div ref={place} class="ck-w-custom" />;
}

/** A copy, so that nothing the page does to it changes the thread. */
function propsOf(component: Component): Record<string, unknown> {
  return structuredClone(component);
}
