/**
 * Folds a stream's events into a thread's items: events in, a new list out. Pure.
 *
 * Tolerant, as servers differ: items may be `done` without having been `added`, text may come
 * before its part, an update may name an item that is not here; unknown types are passed over.
 */
import type {
  AssistantMessageContent,
  AssistantMessageItem,
  ThreadItem,
  ThreadItemUpdate,
  ThreadStreamEvent,
  WidgetItem,
  WidgetRoot,
  WorkflowItem,
} from "../protocol/types";
import type { ImageUnderWay } from "../protocol/unions";

type Items = readonly ThreadItem[];

const MAX_PARTS = 1000;

/** The items after the event; the same list when the event says nothing of items. */
export function applyEvent(items: Items, event: ThreadStreamEvent): Items {
  switch (event.type) {
    case "thread.item.added":
    case "thread.item.done":
    case "thread.item.replaced":
      return upsert(items, event.item);
    case "thread.item.removed":
      return items.some((item) => item.id === event.item_id)
        ? items.filter((item) => item.id !== event.item_id)
        : items;
    case "thread.item.updated":
      return change(items, event.item_id, (item) => applyUpdate(item, event.update));
    default:
      return items;
  }
}

/** The list with this item in place of the one with its id, or at the end. */
export function upsert(items: Items, item: ThreadItem): Items {
  const index = items.findIndex((other) => other.id === item.id);
  return index < 0 ? [...items, item] : items.with(index, item);
}

/** What came after the user's message is dropped, as the server drops it on a retry. */
export function dropAfter(items: Items, itemId: string): Items {
  const index = items.findIndex((item) => item.id === itemId);
  return index < 0 ? items : items.slice(0, index + 1);
}

function change(items: Items, id: string, apply: (item: ThreadItem) => ThreadItem): Items {
  const index = items.findLastIndex((item) => item.id === id);
  const item = items[index];
  if (item === undefined) return items;
  const changed = apply(item);
  return changed === item ? items : items.with(index, changed);
}

/** The item after the update; the same item when the update does not fit it. */
export function applyUpdate(item: ThreadItem, update: ThreadItemUpdate): ThreadItem {
  switch (item.type) {
    case "assistant_message":
      return updateMessage(item, update);
    case "widget":
      return updateWidget(item, update);
    case "workflow":
      return updateWorkflow(item, update);
    case "generated_image":
      return updateImage(item, update);
    default:
      return item;
  }
}

function updateMessage(item: AssistantMessageItem, update: ThreadItemUpdate): AssistantMessageItem {
  switch (update.type) {
    case "assistant_message.content_part.added":
      return withPart(item, update.content_index, () => update.content);
    case "assistant_message.content_part.text_delta":
      return withPart(item, update.content_index, (part) => ({
        ...part,
        text: part.text + update.delta,
      }));
    case "assistant_message.content_part.annotation_added":
      return withPart(item, update.content_index, (part) => ({
        ...part,
        annotations: (part.annotations ?? []).toSpliced(update.annotation_index, 0, update.annotation),
      }));
    case "assistant_message.content_part.done":
      // Official servers finish a part with an empty list: what was streamed stays.
      return withPart(item, update.content_index, (part) => ({
        ...update.content,
        annotations: update.content.annotations?.length
          ? update.content.annotations
          : (part.annotations ?? []),
      }));
    default:
      return item;
  }
}

function updateImage(item: ImageUnderWay, update: ThreadItemUpdate): ImageUnderWay {
  if (update.type !== "generated_image.updated") return item;
  return { ...item, image: update.image, progress: update.progress ?? null };
}

function withPart(
  item: AssistantMessageItem,
  index: number,
  apply: (part: AssistantMessageContent) => AssistantMessageContent,
): AssistantMessageItem {
  if (index < 0 || index >= MAX_PARTS) return item;
  const content = [...item.content];
  while (content.length <= index) content.push({ type: "output_text", text: "", annotations: [] });
  content[index] = apply(content[index] as AssistantMessageContent);
  return { ...item, content };
}

function updateWorkflow(item: WorkflowItem, update: ThreadItemUpdate): WorkflowItem {
  const tasks = item.workflow.tasks;
  switch (update.type) {
    case "workflow.task.added":
      return {
        ...item,
        workflow: { ...item.workflow, tasks: tasks.toSpliced(update.task_index, 0, update.task) },
      };
    case "workflow.task.updated":
      if (!(update.task_index in tasks)) return item;
      return {
        ...item,
        workflow: { ...item.workflow, tasks: tasks.with(update.task_index, update.task) },
      };
    default:
      return item;
  }
}

function updateWidget(item: WidgetItem, update: ThreadItemUpdate): WidgetItem {
  switch (update.type) {
    case "widget.root.updated":
      return { ...item, widget: update.widget };
    case "widget.component.updated":
      return { ...item, widget: mapComponent(item.widget, update.component_id, () => update.component) };
    case "widget.streaming_text.value_delta":
      return {
        ...item,
        widget: mapComponent(item.widget, update.component_id, (component) => ({
          ...component,
          value: `${String(component["value"] ?? "")}${update.delta}`,
          ...(update.done ? { streaming: false } : {}),
        })),
      };
    default:
      return item;
  }
}

type Component = { readonly [prop: string]: unknown };

/** The tree with the component of this id changed; every branch without it stays the same object. */
function mapComponent(
  root: WidgetRoot,
  id: string,
  apply: (component: Component) => unknown,
): WidgetRoot {
  return mapNode(root as unknown as Component, id, apply) as unknown as WidgetRoot;
}

function mapNode(node: Component, id: string, apply: (component: Component) => unknown): Component {
  if (node["id"] === id) return apply(node) as Component;
  const children = node["children"];
  if (Array.isArray(children)) {
    const mapped = children.map((child: Component) => mapNode(child, id, apply));
    return mapped.some((child, index) => child !== children[index])
      ? { ...node, children: mapped }
      : node;
  }
  if (children !== null && typeof children === "object") {
    const mapped = mapNode(children as Component, id, apply);
    return mapped === children ? node : { ...node, children: mapped };
  }
  return node;
}
