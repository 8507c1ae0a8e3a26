"""What an update does to an item: pure functions, one for each update type.

Each changes the item that it is given, which is the folder's own copy. Used by the server for the
items of a running turn, and by the Python client for what it shows.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from chatkit.errors import ChatKitError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItem,
    ThreadItemUpdate,
    WidgetComponentUpdated,
    WidgetItem,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from chatkit.types.copying import deep_copy

if TYPE_CHECKING:
    from chatkit.widgets import WidgetComponentBase

MAX_CONTENT_PARTS = 1_000
"""A content index above this is refused: parts before it would have to be made up."""


class UpdateRefused(ChatKitError):
    """An update that does not fit its item: an index out of range, another item type."""

    def __init__(self, item: ThreadItem, update: ThreadItemUpdate, reason: str) -> None:
        super().__init__(f"update {update.type!r} does not fit {item.type} {item.id!r}: {reason}")
        self.item_id, self.update_type, self.reason = item.id, update.type, reason


def apply_update(item: ThreadItem, update: ThreadItemUpdate) -> None:
    """Changes the item as the update says. Raises: UpdateRefused, with the item unchanged."""
    kind, apply = _UPDATES[type(update)]
    if not isinstance(item, kind):
        raise UpdateRefused(item, update, f"only a {kind.__name__} takes it")
    try:
        apply(item, update)
    except IndexError as error:
        raise UpdateRefused(item, update, str(error)) from None


def content_part(item: AssistantMessageItem, index: int) -> AssistantMessageContent:
    """The content part at the index; parts up to it are made up, empty, where they are missing.

    Raises: IndexError for a negative index or one above MAX_CONTENT_PARTS.
    """
    if not 0 <= index < MAX_CONTENT_PARTS:
        raise IndexError(f"content index {index} out of range")
    while len(item.content) <= index:
        item.content.append(AssistantMessageContent(text=""))
    return item.content[index]


def find_component(root: Any, component_id: str) -> "WidgetComponentBase | None":
    """The component with this id anywhere in the tree, or None."""
    return next((found for found in _components(root) if found.id == component_id), None)


def _components(root: Any) -> "Iterator[WidgetComponentBase]":
    from chatkit.widgets import WidgetComponentBase  # loaded where there is a widget, only

    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(cast("list[Any]", node)))
        elif isinstance(node, WidgetComponentBase):
            yield node
            stack.append(getattr(node, "children", None))


def append_component_text(
    item: WidgetItem, component_id: str, text: str, *, done: bool = False
) -> None:
    """Appends to the `value` of the Text or Markdown with this id; `done` ends its streaming.

    Raises: IndexError.
    """
    component: Any = find_component(item.widget, component_id)
    value = getattr(component, "value", None)
    if component is None or not isinstance(value, str):
        raise IndexError(f"no text component with id {component_id!r}")
    component.value = value + text
    if done and getattr(component, "streaming", None):
        component.streaming = False


def _add_part(item: AssistantMessageItem, update: AssistantMessageContentPartAdded) -> None:
    content_part(item, update.content_index)
    item.content[update.content_index] = deep_copy(update.content)


def _append_text(item: AssistantMessageItem, update: AssistantMessageContentPartTextDelta) -> None:
    content_part(item, update.content_index).text += update.delta


def _add_annotation(
    item: AssistantMessageItem, update: AssistantMessageContentPartAnnotationAdded
) -> None:
    annotations = content_part(item, update.content_index).annotations
    if not 0 <= update.annotation_index <= len(annotations):
        raise IndexError(f"annotation index {update.annotation_index} out of range")
    annotations.insert(update.annotation_index, deep_copy(update.annotation))


def _finish_part(item: AssistantMessageItem, update: AssistantMessageContentPartDone) -> None:
    streamed = content_part(item, update.content_index).annotations
    finished = deep_copy(update.content)
    # Official servers finish a part with an empty list: what was streamed stays.
    finished.annotations = finished.annotations or streamed
    item.content[update.content_index] = finished


def _stream_widget_text(item: WidgetItem, update: WidgetStreamingTextValueDelta) -> None:
    append_component_text(item, update.component_id, update.delta, done=update.done)


def _replace_component(item: WidgetItem, update: WidgetComponentUpdated) -> None:
    replacement = deep_copy(update.component)
    for node in _components(item.widget):
        children = getattr(node, "children", None)
        if isinstance(children, list):
            slots = cast("list[Any]", children)
            for index, child in enumerate(slots):
                if getattr(child, "id", None) == update.component_id:
                    slots[index] = replacement
                    return
        elif getattr(children, "id", None) == update.component_id:
            setattr(node, "children", replacement)  # noqa: B010 - not every component has children
            return
    raise IndexError(f"no component with id {update.component_id!r}")


def _replace_root(item: WidgetItem, update: WidgetRootUpdated) -> None:
    item.widget = deep_copy(update.widget)


def _add_task(item: WorkflowItem, update: WorkflowTaskAdded) -> None:
    tasks = item.workflow.tasks
    if not 0 <= update.task_index <= len(tasks):
        raise IndexError(f"task index {update.task_index} out of range")
    tasks.insert(update.task_index, deep_copy(update.task))


def _replace_task(item: WorkflowItem, update: WorkflowTaskUpdated) -> None:
    tasks = item.workflow.tasks
    if not 0 <= update.task_index < len(tasks):
        raise IndexError(f"task index {update.task_index} out of range")
    tasks[update.task_index] = deep_copy(update.task)


def _set_image(item: GeneratedImageItem, update: GeneratedImageUpdated) -> None:
    item.image = deep_copy(update.image)


_UPDATES: dict[type, tuple[type, Callable[[Any, Any], None]]] = {
    AssistantMessageContentPartAdded: (AssistantMessageItem, _add_part),
    AssistantMessageContentPartTextDelta: (AssistantMessageItem, _append_text),
    AssistantMessageContentPartAnnotationAdded: (AssistantMessageItem, _add_annotation),
    AssistantMessageContentPartDone: (AssistantMessageItem, _finish_part),
    WidgetStreamingTextValueDelta: (WidgetItem, _stream_widget_text),
    WidgetComponentUpdated: (WidgetItem, _replace_component),
    WidgetRootUpdated: (WidgetItem, _replace_root),
    WorkflowTaskAdded: (WorkflowItem, _add_task),
    WorkflowTaskUpdated: (WorkflowItem, _replace_task),
    GeneratedImageUpdated: (GeneratedImageItem, _set_image),
}
