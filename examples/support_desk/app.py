"""The support desk as an app: `chatkit serve app:app`."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agents import OpenAIChatCompletionsModel
from desk import Customer, SupportDesk
from openai import AsyncOpenAI
from orders import Orders
from pretend import pretended_model
from starlette.applications import Starlette
from starlette.requests import Request

from chatkit.attachments import LocalAttachmentStore
from chatkit.http import create_app
from chatkit.store import SQLiteStore

DATA = Path(os.environ.get("DATA", Path(__file__).parent / "data"))
DATA.mkdir(parents=True, exist_ok=True)


def customer(request: Request) -> Customer:
    """Who is asking. A shop looks at its session here; this one has a single customer."""
    return {"user": "ada"}


def user(context: Customer) -> str:
    return context["user"]


store = SQLiteStore[Customer](DATA / "desk.sqlite3", owner=user)
files = LocalAttachmentStore[Customer](DATA / "files", owner=user)
desk = SupportDesk(store, files, Orders(), os.environ.get("MODEL", "gpt-5-mini"))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Connects the model for as long as the app runs, then closes the store."""
    if base_url := os.environ.get("OPENAI_BASE_URL"):
        key = os.environ.get("OPENAI_API_KEY", "none")
        client = AsyncOpenAI(base_url=base_url, api_key=key)
        desk.model = OpenAIChatCompletionsModel(os.environ["MODEL"], client)
    if base_url or os.environ.get("OPENAI_API_KEY"):
        yield
    else:
        async with pretended_model() as model:
            desk.model = model.chat_completions()
            yield
    await store.close()


app = create_app(
    desk,
    context=customer,
    lifespan=lifespan,
    page={
        "title": "Support desk",
        "startScreen": {
            "greeting": "How can we help?",
            "prompts": [
                {"label": "My order", "prompt": "Where is my order?", "icon": "cube"},
            ],
        },
        "composer": {"attachments": {"enabled": True}},
    },
)
