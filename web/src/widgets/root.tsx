/** A widget from its root down, with the item whose actions it fires. */
import { useMemo } from "preact/hooks";
import type { WidgetRoot } from "../protocol/types";
import { addStyles, schemeTokens } from "../theme/apply";
import styles from "../theme/widgets.css?inline";
import { useSelect } from "../view/use_session";
import { Button } from "./button";
import { Chart } from "./chart";
import { type Component, type Drawn, WidgetContext, childrenOf, textOf } from "./context";
import { DatePicker } from "./date_picker";
import { Checkbox, Input, RadioGroup, Textarea } from "./fields";
import { Basic, Box, Divider, Form, Spacer, Transition } from "./layout";
import { IconNode, Image } from "./media";
import { Node } from "./node";
import { Card, ListView, ListViewItem } from "./roots";
import { Select } from "./select";
import { Table } from "./table";
import { Badge, Label, MarkdownNode, Text } from "./text";

const COMPONENTS: Readonly<Record<string, Drawn>> = {
  Card, ListView, ListViewItem, Basic, Box, Row: Box, Col: Box, Form, Spacer, Divider, Transition,
  Text, Title: Text, Caption: Text, Markdown: MarkdownNode, Label, Badge, Icon: IconNode, Image, Button,
  Input, Textarea, Select, DatePicker, Checkbox, RadioGroup, Table, Chart,
};

/** The styles of all widgets, once for a document. */
export function installWidgetStyles(page: Document): void {
  addStyles(page, styles);
}

export function WidgetRootView({ itemId, root }: { itemId: string; root: WidgetRoot }) {
  const tree = root as unknown as Component;
  const labels = [...labelsOf(tree)].join("\n");
  const scope = useMemo(() => ({ itemId, components: COMPONENTS, labelled: new Set(labels.split("\n")), form: null, submits: undefined }), [itemId, labels]);
  // A root with another key is another widget: nothing of what was typed goes over to it.
  return (
    <WidgetContext.Provider value={scope}>
      <Scheme theme={textOf(tree, "theme")}>
        <Node key={tree.key ?? ""} component={tree} path="" />
      </Scheme>
    </WidgetContext.Provider>
  );
}

/** A widget that wants a scheme of its own gets the page's colours for it. */
function Scheme({ theme, children }: { theme: string | undefined; children: preact.ComponentChildren }) {
  const options = useSelect((state) => state.options);
  if (theme !== "light" && theme !== "dark") return <>{children}</>;
  return <div class="ck-scheme" data-scheme={theme} style={schemeTokens(options, theme, document)}>{children}</div>;
}

/** The names of all fields for which the tree has a Label. */
function* labelsOf(component: Component): Generator<string> {
  if (component.type === "Label") yield textOf(component, "fieldName") ?? "";
  for (const child of childrenOf(component)) yield* labelsOf(child);
}
