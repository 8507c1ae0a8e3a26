/** A card for what is mentioned: on hover, focus and tap, with what the page wants to show of it. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Entity } from "../element/options";
import { Icon } from "../icons/icon";
import type { WidgetRoot } from "../protocol/types";
import { nameOf } from "../session/events";
import { WidgetView } from "../widgets/widget_view";
import { Popover } from "./popover";
import { useSelect, useSession } from "./use_session";

const OPEN_MS = 250;
const CLOSE_MS = 180;

interface Shown {
  readonly entity: Entity;
  readonly element: Element;
}

interface Previews {
  readonly show: (shown: Shown) => void;
  readonly hide: () => void;
}

const PreviewContext = createContext<Previews>({ show: () => undefined, hide: () => undefined });

/** Shows previews for what is below; one at a time. */
export function EntityPreviews({ children }: { children: ComponentChildren }) {
  const hasPreviews = useSelect((state) => state.options.entities?.onRequestPreview !== undefined);
  const [shown, setShown] = useState<Shown | null>(null);
  const timer = useRef(0);
  const previews = useMemo<Previews>(() => {
    const later = (next: Shown | null, wait: number) => {
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => setShown(next), wait);
    };
    return {
      show: (next) => later(hasPreviews ? next : null, OPEN_MS),
      hide: () => later(null, CLOSE_MS),
    };
  }, [hasPreviews]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <PreviewContext.Provider value={previews}>
      {children}
      {shown && shown.element.isConnected && (
        <Popover key={shown.entity.id} anchor={shown.element} placement="top-start" class="ck-preview" role="dialog" aria-label={shown.entity.title} isPassive onClose={() => setShown(null)} onPointerEnter={() => previews.show(shown)} onPointerLeave={previews.hide}>
          <Preview entity={shown.entity} />
        </Popover>
      )}
    </PreviewContext.Provider>
  );
}

function Preview({ entity }: { entity: Entity }) {
  const session = useSession();
  const [widget, setWidget] = useState<WidgetRoot | null>(null);
  useEffect(() => {
    let isShown = true;
    session.previewEntity(entity).then(
      (found) => isShown && setWidget(found as WidgetRoot | null),
      (error: unknown) => session.log("entity.preview_failed", { name: nameOf(error) }),
    );
    return () => {
      isShown = false;
    };
  }, [session, entity]);
  if (widget) return <WidgetView itemId="" root={widget} />;
  return (
    <p class="ck-preview-head">
      <Icon name={entity.icon ?? "document"} />
      <span class="ck-menu-text">
        <strong dir="auto">{entity.title}</strong>
        {entity.group && <small dir="auto">{entity.group}</small>}
      </span>
    </p>
  );
}

/** Handlers for an element that holds mentions: `find` tells which one an event is about. */
export function useEntityTargets(find: (target: EventTarget | null) => Shown | null | undefined) {
  const session = useSession();
  const previews = useContext(PreviewContext);
  const show = (event: Event) => {
    const found = find(event.target);
    if (found?.entity.interactive) previews.show(found);
  };
  return {
    onPointerOver: show,
    onPointerOut: previews.hide,
    onFocusIn: show,
    onFocusOut: previews.hide,
    onClick: (event: Event) => {
      const found = find(event.target);
      if (!found?.entity.interactive) return;
      show(event);
      session.clickEntity(found.entity);
    },
  };
}
