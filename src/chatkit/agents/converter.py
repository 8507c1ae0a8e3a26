"""Items of a thread as input for a model: one hook per type of item, each yours to override.

Above: the apps' converters. Below: inputs.py, hooks.py and the types.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from chatkit.types import (
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    EndOfTurnItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    TaskItem,
    ThreadItem,
    ThreadItemBase,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

from . import inputs, texts
from .hooks import hook, settle

if TYPE_CHECKING:
    from openai.types.responses import ResponseInputContentParam
    from openai.types.responses import ResponseInputItemParam as TResponseInputItem

    Input: TypeAlias = TResponseInputItem | list[TResponseInputItem] | None

__all__ = ["ThreadItemConverter", "simple_to_agent_input"]


class ThreadItemConverter:
    """Turns thread items into model input.

    Every hook takes one item and returns an input item, several, or None to leave it out. It may
    be written `async def` or plain, and `super()` may be awaited or not. Attachments and tags
    need an override; `StoredItemConverter` is one that is ready-made.
    """

    @hook
    async def attachment_to_message_content(
        self, attachment: Attachment
    ) -> ResponseInputContentParam:
        """An attachment as a part of its message. Raises: NotImplementedError in this class."""
        raise NotImplementedError(
            f"{attachment.id!r} is attached to a user message: override "
            "attachment_to_message_content to say what the model sees of it"
        )

    @hook
    async def tag_to_message_content(self, tag: UserMessageTagContent) -> ResponseInputContentParam:
        """What an @-mention stands for. Raises: NotImplementedError in this class."""
        raise NotImplementedError(
            f"@{tag.text} is mentioned in a user message: override tag_to_message_content to say "
            "what the model sees of it"
        )

    @hook
    async def generated_image_to_input(self, item: GeneratedImageItem) -> Input:
        """A generated image, once it is there."""
        return _typed(inputs.encode_image(item))

    @hook
    async def hidden_context_to_input(self, item: HiddenContextItem) -> Input:
        """The host's hidden context. Raises: NotImplementedError for content that is no string."""
        return _typed(inputs.encode_hidden_context(item))

    @hook
    async def sdk_hidden_context_to_input(self, item: SDKHiddenContextItem) -> Input:
        """Hidden context of this package, such as the mark of a stopped answer."""
        return _typed(inputs.encode_hidden_context(item))

    @hook
    async def task_to_input(self, item: TaskItem) -> Input:
        """A custom task; the other kinds are shown to people only."""
        return _typed(inputs.encode_task_item(item))

    @hook
    async def structured_input_to_input(self, item: StructuredInputItem) -> Input:
        """The questions with their answers, one a line."""
        return _typed(inputs.encode_answers(item))

    @hook
    async def workflow_to_input(self, item: WorkflowItem) -> Input:
        """The custom tasks of a workflow, a message each."""
        return _typed(inputs.encode_workflow(item))

    @hook
    async def widget_to_input(self, item: WidgetItem) -> Input:
        """A widget, as its JSON."""
        return _typed(inputs.encode_widget(item))

    async def user_message_to_input(
        self, item: UserMessageItem, is_last_message: bool = True
    ) -> Input:
        """A person's message, then what it quotes (the last one only), then whom it mentions."""
        said, tags = inputs.said_and_mentioned(item)
        content: list[Any] = [inputs.input_text(said)]
        for attachment in item.attachments:
            content += await settle(self.attachment_to_message_content(attachment))
        messages = [inputs.user_message(*content)]
        if item.quoted_text and is_last_message:
            messages.append(inputs.quoted_message(item.quoted_text))
        if tags:
            context: list[Any] = [inputs.input_text(texts.TAGS)]
            for tag in tags:
                context += await settle(self.tag_to_message_content(tag))
            messages.append(inputs.user_message(*context))
        return _typed(messages)

    @hook
    async def assistant_message_to_input(self, item: AssistantMessageItem) -> Input:
        """An answer of the assistant, with its citations."""
        return _typed(inputs.encode_answer_text(item))

    @hook
    async def client_tool_call_to_input(self, item: ClientToolCallItem) -> Input:
        """A call of a client tool and its output; nothing while it is pending."""
        return _typed(inputs.encode_tool_call(item))

    @hook
    async def end_of_turn_to_input(self, item: EndOfTurnItem) -> Input:
        """Nothing: it is for the page."""
        return _typed(inputs.encode_end_of_turn(item))

    async def to_agent_input(
        self, thread_items: Sequence[ThreadItem] | ThreadItem
    ) -> list[TResponseInputItem]:
        """The input items for these thread items, or for one, in their order."""
        items = [thread_items] if isinstance(thread_items, ThreadItemBase) else list(thread_items)
        last = _last_message(items)
        found: list[Any] = []
        overridden: dict[str, bool] = {}
        for item in items:
            hook_name, encode = _HOOKS[item.type]
            if hook_name not in overridden:
                overridden[hook_name] = _is_overridden(self, hook_name)
            if item.type == "user_message":
                is_last = item is last
                plain = None if overridden[hook_name] else encode(item, is_last)
                found += plain or await settle(self.user_message_to_input(item, is_last))
            elif overridden[hook_name]:
                found += await settle(getattr(self, hook_name)(item))
            else:
                made: Any = encode(item)
                found += made if isinstance(made, list) else () if made is None else (made,)
        return found


# By type of item: its hook, and what the hook does unless it is overridden, without a coroutine.
_HOOKS: dict[str, tuple[str, Callable[..., inputs.Input]]] = {
    "user_message": ("user_message_to_input", inputs.encode_plain_message),
    "assistant_message": ("assistant_message_to_input", inputs.encode_answer_text),
    "client_tool_call": ("client_tool_call_to_input", inputs.encode_tool_call),
    "widget": ("widget_to_input", inputs.encode_widget),
    "generated_image": ("generated_image_to_input", inputs.encode_image),
    "structured_input": ("structured_input_to_input", inputs.encode_answers),
    "workflow": ("workflow_to_input", inputs.encode_workflow),
    "task": ("task_to_input", inputs.encode_task_item),
    "hidden_context_item": ("hidden_context_to_input", inputs.encode_hidden_context),
    "sdk_hidden_context": ("sdk_hidden_context_to_input", inputs.encode_hidden_context),
    "end_of_turn": ("end_of_turn_to_input", inputs.encode_end_of_turn),
}

_CONVERTER = ThreadItemConverter()


def simple_to_agent_input(
    thread_items: Sequence[ThreadItem] | ThreadItem,
) -> Coroutine[Any, Any, list[TResponseInputItem]]:
    """The input items for these thread items, to be awaited, by the plain converter."""
    return _CONVERTER.to_agent_input(thread_items)


def _last_message(items: Sequence[ThreadItem]) -> ThreadItem | None:
    """The last item that is a message; tool calls and hidden context after it are none."""
    for item in reversed(items):
        if item.type in {"user_message", "assistant_message"}:
            return item
    return None


def _is_overridden(converter: ThreadItemConverter, name: str) -> bool:
    own = getattr(ThreadItemConverter, name)
    return name in vars(converter) or getattr(type(converter), name) is not own


def _typed(made: inputs.Input) -> Input:
    return cast(Any, made)
