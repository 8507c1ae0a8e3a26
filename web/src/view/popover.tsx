/** What lies over the page, in the top layer, so that nothing clips it: placed by its anchor, closed by Escape or a press beside it. */
import type { Placement, VirtualElement } from "@floating-ui/dom";
import type { ComponentChildren, RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";

export type Anchor = Element | VirtualElement;

interface PopoverProps {
  readonly anchor: Anchor;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly placement?: Placement;
  readonly class?: string;
  /** As wide as the anchor at least. */
  readonly fitsAnchor?: boolean;
  /** Focus stays where it is, so Escape and focus are the owner's. */
  readonly isPassive?: boolean;
  readonly panelRef?: RefObject<HTMLDivElement | null>;
  readonly [attribute: `aria-${string}` | `data-${string}`]: string | boolean | undefined;
  readonly role?: "dialog" | "tooltip" | "group";
  readonly id?: string;
  readonly onPointerEnter?: () => void;
  readonly onPointerLeave?: () => void;
}

const GAP_PX = 6;
const EDGE_PX = 8;

export function Popover(props: PopoverProps) {
  const { anchor, onClose, children, placement = "bottom-start", fitsAnchor = false, isPassive = false, panelRef, class: className, ...rest } = props;
  const own = useRef<HTMLDivElement>(null);
  const panel = panelRef ?? own;
  const cameFrom = useRef<Element | null>(null);
  // Before the effects of what is inside: it may take the focus at once, so that no key is lost.
  const open = useCallback((element: HTMLDivElement | null) => {
    panel.current = element;
    if (!element) return;
    cameFrom.current = document.activeElement;
    element.showPopover();
  }, [panel]);
  usePlace(panel, anchor, placement, fitsAnchor);
  useClosing(panel, anchor, onClose, isPassive, cameFrom);
  return (
    <div {...rest} ref={open} popover="manual" class={className ? `ck-popover ${className}` : "ck-popover"}>
      {children}
    </div>
  );
}

/** By the anchor, once the placing code is loaded. */
function usePlace(panel: RefObject<HTMLDivElement | null>, anchor: Anchor, placement: Placement, fitsAnchor: boolean): void {
  useLayoutEffect(() => {
    const element = panel.current;
    if (!element) return;
    let release: (() => void) | null = null;
    let isShown = true;
    const follow = async () => {
      const { autoUpdate, computePosition, flip, offset, shift, size } = await import("@floating-ui/dom");
      if (!isShown) return;
      const fit = size({
        padding: EDGE_PX,
        apply: ({ availableHeight, availableWidth, rects }) => {
          element.style.maxHeight = `${Math.max(120, availableHeight)}px`;
          element.style.maxWidth = `${availableWidth}px`;
          if (fitsAnchor) element.style.minWidth = `${rects.reference.width}px`;
        },
      });
      const middleware = [offset(GAP_PX), flip({ padding: EDGE_PX }), shift({ padding: EDGE_PX }), fit];
      const place = () =>
        void computePosition(anchor, element, { placement, strategy: "fixed", middleware }).then(({ x, y }) => {
          Object.assign(element.style, { left: `${Math.round(x)}px`, top: `${Math.round(y)}px` });
          element.dataset["placed"] = "";
        });
      release = autoUpdate(anchor, element, place);
    };
    void follow();
    return () => {
      isShown = false;
      release?.();
    };
  }, [panel, anchor, placement, fitsAnchor]);
}

function useClosing(
  panel: RefObject<HTMLDivElement | null>,
  anchor: Anchor,
  onClose: () => void,
  isPassive: boolean,
  cameFrom: RefObject<Element | null>,
): void {
  const close = useRef(onClose);
  close.current = onClose;
  // At once: Escape may be pressed before the panel has been painted.
  useLayoutEffect(() => {
    const inside = (target: EventTarget | null) =>
      target instanceof Node && (panel.current?.contains(target) === true || (anchor instanceof Element && anchor.contains(target)));
    const onPress = (event: PointerEvent) => {
      if (!inside(event.target)) close.current();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      close.current();
    };
    document.addEventListener("pointerdown", onPress, true);
    if (!isPassive) document.addEventListener("keydown", onKey, true);
    const element = panel.current;
    return () => {
      document.removeEventListener("pointerdown", onPress, true);
      document.removeEventListener("keydown", onKey, true);
      const { activeElement } = document;
      const lost = activeElement === null || activeElement === document.body || element?.contains(activeElement);
      const { current: to } = cameFrom;
      if (!isPassive && lost && to instanceof HTMLElement && to.isConnected) to.focus({ preventScroll: true });
    };
  }, [panel, anchor, isPassive, cameFrom]);
}
