"""FastAPI with a sign-in, where nobody sees another's threads: `uvicorn app:app`."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.middleware.sessions import SessionMiddleware

from chatkit.http import ChatKitRoutes, Refused
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

PASSWORDS = {"ada": "lovelace", "eve": "polastri"}  # yours: a user database with hashes
DATABASE = os.environ.get("DATABASE", str(Path(__file__).parent / "chat.sqlite3"))
User = dict[str, str]


class Greeter(ChatKitServer[User]):
    """Answers with the name of who is signed in; put your model here."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: User
    ) -> AsyncIterator[ThreadStreamEvent]:
        thread.title = thread.title or f"A talk with {context['user']}"
        said = input_user_message.content[0].text if input_user_message else "nothing"
        message = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=[AssistantMessageContent(text=f"{context['user']}, you said: {said}")],
        )
        yield ThreadItemDoneEvent(item=message)


def signed_in(request: Request) -> User:
    """Who the session belongs to."""
    user = request.session.get("user")
    if user is None:
        raise Refused(401, "sign in first")
    return {"user": user}


store = SQLiteStore[User](DATABASE, owner=lambda context: context["user"])
chat = ChatKitRoutes(Greeter(store), context=signed_in)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with chat.lifespan(app):
        yield
    await store.close()


app = FastAPI(lifespan=lifespan, routes=[*chat.routes])
# A secret of your own, from the environment: with a new one everybody has to sign in again.
app.add_middleware(
    SessionMiddleware,
    secret_key=os.environ.get("SESSION_SECRET", secrets.token_hex()),
    same_site="lax",
)


@app.get("/", response_class=HTMLResponse)
async def page(request: Request) -> str:
    user = request.session.get("user")
    name = "chat.html" if user else "sign_in.html"
    html = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return html.replace("USER", escape(user or ""))


@app.post("/sign-in")
async def sign_in(
    request: Request, user: Annotated[str, Form()], password: Annotated[str, Form()]
) -> RedirectResponse:
    if secrets.compare_digest(PASSWORDS.get(user, ""), password) and password:
        request.session["user"] = user
    return RedirectResponse("/", status_code=303)


@app.post("/sign-out")
async def sign_out(request: Request) -> RedirectResponse:
    request.session.clear()
    return RedirectResponse("/", status_code=303)
