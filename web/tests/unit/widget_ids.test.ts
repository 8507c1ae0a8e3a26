/** Ids of roots: a server may replace a widget as a whole by naming its root. */
import { expect, it } from "vitest";
import type { ThreadItem, ThreadItemUpdate } from "../../src/protocol/types";
import { applyUpdate } from "../../src/session/fold";
import { covers } from "../checklist/covers";

it.each(["Card", "ListView", "Basic"])("an update that names a %s by its id replaces it, and no other id does", (type) => {
  covers(`widget:${type}.id`);
  const item = { id: "m", thread_id: "t", created_at: "2026-01-01T00:00:00Z", type: "widget", widget: { type, id: "root", children: [] } } as unknown as ThreadItem;
  const update = (component_id: string) => ({ type: "widget.component.updated", component_id, component: { type, id: "root", children: [{ type: "Text", value: "new" }] } }) as unknown as ThreadItemUpdate;
  expect(applyUpdate(item, update("root"))).toMatchObject({ widget: { type, children: [{ value: "new" }] } });
  expect(applyUpdate(item, update("other"))).toMatchObject({ widget: { children: [] } });
});
