"""The assistant of the board: it reads the page through a client tool and moves it by effects."""

from collections.abc import AsyncIterator
from typing import Any

from agents import Agent, Model, RunConfig, RunContextWrapper, Runner, StopAtTools, function_tool

from chatkit.agents import (
    AgentContext,
    ClientToolCall,
    load_history,
    simple_to_agent_input,
    stream_agent_response,
)
from chatkit.server import ChatKitServer
from chatkit.store import Store
from chatkit.types import ClientEffectEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem

COLUMNS = ("todo", "doing", "done")
INSTRUCTIONS = f"""
You keep a board of cards in order. Read the board before you speak of it or change it, as people
move cards by hand too. Columns: {", ".join(COLUMNS)}.
"""

Tool = RunContextWrapper[AgentContext[Any]]


@function_tool
async def read_board(tool: Tool) -> str:
    """The cards of the board: id, title and column of each."""
    # The board is in the page, so the page is asked; the answer goes on when it has said.
    tool.context.client_tool_call = ClientToolCall(name="read_board", arguments={})
    return ""


@function_tool
async def move_card(tool: Tool, card_id: str, column: str) -> str:
    """Moves a card into a column."""
    if column not in COLUMNS:
        return f"There is no column {column!r}, only {', '.join(COLUMNS)}."
    data = {"card": card_id, "column": column}
    await tool.context.stream(ClientEffectEvent(name="board.move", data=data))
    return "Moved."


class BoardAssistant(ChatKitServer[Any]):
    """Answers about the board that is open in the page."""

    def __init__(self, store: Store[Any], model: Model | str) -> None:
        super().__init__(store)
        self.model = model

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        items = await load_history(self.store, thread.id, context, max_tokens=20_000)
        chat = AgentContext(thread=thread, store=self.store, request_context=context)
        assistant = Agent(
            name="board",
            instructions=INSTRUCTIONS,
            model=self.model,
            tools=[read_board, move_card],
            tool_use_behavior=StopAtTools(stop_at_tool_names=["read_board"]),
        )
        given = await simple_to_agent_input(items)
        quiet = RunConfig(tracing_disabled=True)
        run = Runner.run_streamed(assistant, given, context=chat, run_config=quiet)
        async for event in stream_agent_response(chat, run):
            yield event
