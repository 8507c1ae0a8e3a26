"""AgentContext: what tools and hooks of an agent see of the thread that they answer in.

Above: the apps' tools. Below: the workflow's steps, and the outlet to the answer
which `stream_agent_response` makes of the run.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr

from chatkit.lazy import LazyModel
from chatkit.store import Store, StoreItemType
from chatkit.types import (
    CustomSummary,
    DurationSummary,
    GeneratedImageItem,
    Task,
    ThreadMetadata,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
)
from chatkit.types.elsewhere import WidgetRoot

from .client_calls import AskedCalls
from .event_queue import Outlet
from .workflows import add_task, begin_workflow, finish_workflow, make_way, update_task

__all__ = ["AgentContext", "ClientToolCall", "asked_calls", "outlet_of"]

TContext = TypeVar("TContext")


class ClientToolCall(BaseModel):
    """A tool for the page to run: set as `client_tool_call` by a function tool."""

    name: str
    arguments: dict[str, Any]


class AgentContext(LazyModel, Generic[TContext]):
    """The context of an agent's run: pass it to `Runner.run_streamed` and its tools get it.

    Agents that run as tools of another share it. Subclass it to give tools more: a pydantic
    model, of which fields may be of any type.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    thread: ThreadMetadata
    store: Store[TContext]
    request_context: TContext
    previous_response_id: str | None = None
    client_tool_call: ClientToolCall | None = None
    workflow_item: WorkflowItem | None = None
    """The open workflow, to read; `start_workflow` and the methods after it change it."""
    generated_image_item: GeneratedImageItem | None = None
    """The image that is being made."""

    _outlet: Outlet = PrivateAttr(default_factory=Outlet)
    _asked: AskedCalls = PrivateAttr(default_factory=AskedCalls)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field. Several tools may ask for a client tool at once: all are noted."""
        super().__setattr__(name, value)
        if name == "client_tool_call":
            self._asked.ask(self.client_tool_call)

    def model_post_init(self, context: Any, /) -> None:
        """Note the call that the context was made with, if any."""
        super().model_post_init(context)
        if self.client_tool_call is not None:
            self._asked.ask(self.client_tool_call)

    def generate_id(self, type: StoreItemType, thread: ThreadMetadata | None = None) -> str:
        """A new id of the store's, for an item of this type."""
        if type == "thread":
            return self.store.generate_thread_id(self.request_context)
        return self.store.generate_item_id(type, thread or self.thread, self.request_context)

    async def stream(self, event: ThreadStreamEvent) -> None:
        """Send an event to the page, in order with all others of this context and its run.

        An item with something to look at ends the open workflow.
        """
        await self._outlet.tell([*make_way(self, event), event])

    async def stream_widget(
        self,
        widget: WidgetRoot | AsyncGenerator[WidgetRoot, None],
        copy_text: str | None = None,
    ) -> None:
        """Show a widget, or one that grows: each state that the generator yields."""
        from chatkit.server.widget_stream import stream_widget

        events = stream_widget(self.thread, widget, copy_text, self.generate_id)
        async with aclosing(events):  # pyright: ignore[reportArgumentType] - an async generator
            async for event in events:
                await self.stream(event)

    async def start_workflow(self, workflow: Workflow) -> None:
        """Open a workflow; one that is open is finished first.

        A custom workflow is shown with its first task, a reasoning one at once.
        """
        await self._outlet.tell(begin_workflow(self, workflow))

    async def add_workflow_task(self, task: Task) -> None:
        """Add a task to the open workflow, or to a custom one that is opened for it."""
        await self._outlet.tell(add_task(self, task))

    async def update_workflow_task(self, task: Task, task_index: int) -> None:
        """Put another task in the place of one. Raises: ValueError, IndexError."""
        await self._outlet.tell(update_task(self, task, task_index))

    async def end_workflow(
        self, summary: CustomSummary | DurationSummary | None = None, expanded: bool = False
    ) -> None:
        """Finish the open workflow, if there is one: with this summary, its own or its duration."""
        await self._outlet.tell(finish_workflow(self, summary, expanded))


def outlet_of(context: AgentContext[Any]) -> Outlet:
    """Where its tools tell their events: for `stream_agent_response`."""
    return context._outlet  # pyright: ignore[reportPrivateUsage] - no name that a subclass may use


def asked_calls(context: AgentContext[Any]) -> AskedCalls:
    """The client tools that its tools have asked for: for `stream_agent_response`."""
    return context._asked  # pyright: ignore[reportPrivateUsage] - no name that a subclass may use
