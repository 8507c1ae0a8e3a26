"""The board and its assistant as an app: `chatkit serve app:app`."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agents import OpenAIChatCompletionsModel
from assistant import BoardAssistant
from openai import AsyncOpenAI
from pretend import pretended_model
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route

from chatkit.http import create_app
from chatkit.store import MemoryStore

HERE = Path(__file__).parent
assistant = BoardAssistant(MemoryStore(), os.environ.get("MODEL", "gpt-5-mini"))


async def page(request: object) -> FileResponse:
    return FileResponse(HERE / "index.html")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Connects the model for as long as the app runs."""
    if base_url := os.environ.get("OPENAI_BASE_URL"):
        key = os.environ.get("OPENAI_API_KEY", "none")
        client = AsyncOpenAI(base_url=base_url, api_key=key)
        assistant.model = OpenAIChatCompletionsModel(os.environ["MODEL"], client)
    if base_url or os.environ.get("OPENAI_API_KEY"):
        yield
    else:
        async with pretended_model() as model:
            assistant.model = model.chat_completions()
            yield


app = create_app(assistant, lifespan=lifespan, routes=[Route("/", page)])
