"""The desk: an agent with two tools, and what its buttons do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from agents import Agent, Model, RunConfig, RunContextWrapper, Runner, function_tool
from cards import CONFIRM, REFUND, order_card, question_card
from orders import Order, Orders

from chatkit.actions import Action
from chatkit.agents import AgentContext, StoredItemConverter, load_history, stream_agent_response
from chatkit.attachments import LocalAttachmentStore
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import (
    HiddenContextItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from chatkit.widgets import find_offer

Customer = dict[str, str]
Events = AsyncIterator[ThreadStreamEvent]

INSTRUCTIONS = """
You work at the support desk of a shop for tea things. Look orders up before you speak of them, and
show the order that a customer asks about. Refunds are made by the customer with the buttons of the
card that you show; you can't make them.
"""


class DeskContext(AgentContext[Customer]):
    """What the tools get: the thread, the customer, and the shop's orders."""

    orders: Orders


Tool = RunContextWrapper[DeskContext]


@function_tool
async def list_orders(tool: Tool) -> str:
    """All orders of the customer."""
    chat = tool.context
    return "\n".join(map(str, chat.orders.of(chat.request_context["user"]))) or "No orders."


@function_tool
async def show_order(tool: Tool, order_id: str) -> str:
    """Shows an order to the customer, as a card with buttons."""
    chat = tool.context
    order = chat.orders.find(order_id, chat.request_context["user"])
    if order is None:
        return "There is no such order of this customer."
    await chat.stream_widget(order_card(order), copy_text=f"{order.what}, {order.euros} €")
    return f"Shown: {order}"


class SupportDesk(ChatKitServer[Customer]):
    """Answers customers about their orders; buttons act without the model."""

    def __init__(
        self,
        store: SQLiteStore[Customer],
        files: LocalAttachmentStore[Customer],
        orders: Orders,
        model: Model | str,
    ) -> None:
        super().__init__(store, files)
        self.files_store, self.orders, self.model = files, orders, model

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: Customer,
    ) -> Events:
        if input_user_message is not None and thread.title is None:
            thread.title = "".join(part.text for part in input_user_message.content)[:60]
        items = await load_history(self.store, thread.id, context, max_tokens=30_000)
        given = await StoredItemConverter(self.files_store, context).to_agent_input(items)
        chat = DeskContext(
            thread=thread, store=self.store, request_context=context, orders=self.orders
        )
        desk = Agent(
            name="support desk",
            instructions=INSTRUCTIONS,
            model=self.model,
            tools=[list_orders, show_order],
        )
        quiet = RunConfig(tracing_disabled=True)
        run = Runner.run_streamed(desk, given, context=chat, run_config=quiet)
        async for event in stream_agent_response(chat, run):
            yield event

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Customer,
    ) -> Events:
        # What came from a browser must be what the stored widget offers: neither another order,
        # nor the same refund twice.
        if sender is None or find_offer(sender.widget, action) is None:
            raise CustomStreamError("This is not on offer any more.")
        order = self.orders.find(action.payload["order_id"], context["user"])
        if order is None:
            raise CustomStreamError("There is no such order.")
        if action.type == CONFIRM:
            order.state = "refunded"
            yield ThreadItemDoneEvent(item=self.note(order, thread, context))
        card = question_card(order) if action.type == REFUND else order_card(order)
        yield ThreadItemReplacedEvent(item=sender.model_copy(update={"widget": card}))

    def note(self, order: Order, thread: ThreadMetadata, context: Customer) -> HiddenContextItem:
        """What the model is to know of it; no client sees it."""
        return HiddenContextItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=f"The customer had {order.id} ({order.what}) refunded: {order.euros} €.",
        )
