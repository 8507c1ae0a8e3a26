"""A model that follows a script, as a server that clients reach over HTTP.

Stands on app.py and listener.py. `openai` and `agents` are imported only by the two helpers
that return their objects.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from anyio.from_thread import start_blocking_portal

from .app import ModelApp
from .events import NewId, random_id
from .listener import Listener
from .received import ReceivedRequest
from .script import Step

if TYPE_CHECKING:
    from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel
    from openai import AsyncOpenAI

__all__ = ["ScriptedModel"]


class ScriptedModel:
    """A stand-in for a remote model, speaking the Responses and Chat Completions APIs.

    ```python
    async with ScriptedModel([Text(["Hel", "lo"])]) as model:
        agent = Agent(name="assistant", model=model.responses())
        result = await Runner.run(agent, "Hi")
    assert model.requests[0].body["input"] == [{"role": "user", "content": "Hi"}]
    ```

    Each request takes the next turn of `script`; after the last, `responder` chooses by the
    request. `pace` is the time in seconds before each chunk. An error in the responder answers
    its request with HTTP 400 and is raised again when the model closes.
    """

    def __init__(
        self,
        script: Iterable[Step] = (),
        *,
        responder: Callable[[ReceivedRequest], Step] | None = None,
        name: str = "scripted",
        pace: float = 0,
        transcript: str = "This is a transcript.",
        new_id: NewId = random_id,
        port: int = 0,
    ) -> None:
        self.name = name
        self._app = ModelApp(
            script, responder, name=name, pace=pace, transcript=transcript, new_id=new_id
        )
        self._port = port
        self._listener: Listener | None = None
        self._clients: list[AsyncOpenAI] = []
        self._threaded = False

    @property
    def base_url(self) -> str:
        """Where clients reach the model: `http://127.0.0.1:<port>/v1`."""
        if self._listener is None:
            raise RuntimeError("the model is not running: enter it with `async with`")
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Every request so far, in order of arrival."""
        return self._app.requests

    @property
    def remaining(self) -> int:
        """How many turns of the script nobody asked for yet."""
        return len(self._app.script)

    def add(self, *steps: Step) -> None:
        """Append turns to the script."""
        self._app.script.extend(steps)

    async def received(self, count: int = 1) -> ReceivedRequest:
        """The `count`-th request, as soon as it is there."""
        await self._app.arrival(count).wait()
        return self.requests[count - 1]

    def wait_received(self, count: int = 1, timeout: float = 10) -> ReceivedRequest:
        """The `count`-th request; blocks this thread until then. Raises: TimeoutError."""
        self._app.arrival(count).wait_in_thread(timeout)
        return self.requests[count - 1]

    def client(self) -> AsyncOpenAI:
        """An OpenAI client of this model that never retries; closed with the model."""
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        if self._threaded:
            raise RuntimeError("the model runs in a thread: make a client of its base_url")
        # No proxy of the environment stands between the tests and this machine.
        http = DefaultAsyncHttpxClient(trust_env=False)
        client = AsyncOpenAI(
            base_url=self.base_url, api_key="scripted", max_retries=0, http_client=http
        )
        self._clients.append(client)
        return client

    def responses(self) -> OpenAIResponsesModel:
        """A model for the Agents SDK that speaks the Responses API."""
        from agents import OpenAIResponsesModel

        return OpenAIResponsesModel(self.name, self.client())

    def chat_completions(self) -> OpenAIChatCompletionsModel:
        """A model for the Agents SDK that speaks the Chat Completions API."""
        from agents import OpenAIChatCompletionsModel

        return OpenAIChatCompletionsModel(self.name, self.client())

    async def __aenter__(self) -> Self:
        """Start serving."""
        listener = Listener(self._app.routes(), self._port)
        await listener.start()
        self._listener, self._port = listener, listener.port
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving, and raise what the responder raised unless another error is on its way."""
        while self._clients:
            await self._clients.pop().close()
        self._app.close()
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None
        if self._app.error is not None and error is None:
            raise self._app.error

    @contextmanager
    def in_thread(self) -> Generator[Self, None, None]:
        """The model, served by a thread of its own: for code that is not async."""
        self._threaded = True
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(self) as model,
        ):
            yield model
