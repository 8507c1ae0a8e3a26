"""One side behind a web server: `python -m benchmarks.http.server [asgi server [counted]]`.

Prints its port, then for each line that it reads the CPU seconds, the instructions and the memory
in KiB that it has used. A message "COUNT RATE" is answered with so many deltas at so many a second
(0: at once).
"""

import asyncio
import json
import socket
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks.instructions import counting
from benchmarks.rooms import allocated
from benchmarks.scenarios.chat import ending, memory_store, opening
from chatkit.server import ChatKitServer
from chatkit.types import AssistantMessageContentPartTextDelta, ThreadItemUpdatedEvent


class Talker(ChatKitServer[Any]):
    """Says so much at such a rate."""

    def __init__(self) -> None:
        super().__init__(memory_store())

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        """Words, in time; after a count of 0 or below it the answer is held open."""
        count, rate = map(int, input_user_message.content[0].text.split())
        for event in opening(thread):
            yield event
        loop = asyncio.get_running_loop()
        due = loop.time()
        for number in range(abs(count)):
            if rate:
                due += 1 / rate
                await asyncio.sleep(due - loop.time())
            update = AssistantMessageContentPartTextDelta(content_index=0, delta=f"word{number} ")
            yield ThreadItemUpdatedEvent(item_id="msg_answer", update=update)
        if count <= 0:
            await asyncio.Event().wait()
        yield ending(thread, "words")


def make_app() -> Any:
    """The package's own app, or for the package that has none the endpoint of its guide."""
    try:
        from chatkit.http import create_app
    except ImportError:
        return _fastapi_app(Talker())
    return create_app(Talker())


def _fastapi_app(server: Talker) -> Any:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response, StreamingResponse

    from chatkit.server import StreamingResult

    app = FastAPI()

    async def endpoint(request: Request) -> Response:
        result: Any = await server.process(await request.body(), {})
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(content=result.json, media_type="application/json")

    app.add_api_route("/chatkit", endpoint, methods=["POST"], response_model=None)
    return app


async def floor_app(scope: Any, receive: Any, send: Any) -> None:
    """What an app does that knows no protocol: it sends such frames, made beforehand, in time."""
    if scope["type"] != "http":
        return
    request = json.loads((await receive())["body"])
    text = request["params"]["input"]["content"][0]["text"]
    count, rate = map(int, text.split())
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    loop = asyncio.get_running_loop()
    due = loop.time()
    for number in range(count):
        if rate:
            due += 1 / rate
            await asyncio.sleep(due - loop.time())
        await send({"type": "http.response.body", "body": _FRAME % number, "more_body": True})
    if not count:
        await send({"type": "http.response.body", "body": _FRAME % 0, "more_body": True})
        await asyncio.Event().wait()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


_HEADERS = [(b"content-type", b"text/event-stream")]
_FRAME = (
    b'data: {"type":"thread.item.updated","item_id":"msg_answer","update":'
    b'{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"word%d "}}\n\n'
)


def answer_questions(instructions: Callable[[], int | None]) -> None:
    """Tells what was used, a line for each that comes in."""
    for _ in sys.stdin:
        kibibytes = int(Path("/proc/self/statm").read_text().split()[1]) * 4
        owners = allocated() if tracemalloc.is_tracing() else {}
        used = [time.process_time(), instructions(), kibibytes, owners]
        print(json.dumps(used), flush=True)


def main() -> None:
    """Serves until it is ended."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "uvicorn"
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    is_counted = "counted" in sys.argv
    with counting() if is_counted else nullcontext(lambda: None) as instructions:
        threading.Thread(target=answer_questions, args=(instructions,), daemon=True).start()
        _serve(kind, listener, port)


def _serve(kind: str, listener: socket.socket, port: int) -> None:
    if kind == "granian":
        listener.close()
        _serve_granian(port)
        return
    import uvicorn

    loop: Any = "asyncio" if kind == "plain" else "uvloop"
    http: Any = "h11" if kind == "plain" else "httptools"
    app = floor_app if kind == "floor" else make_app()
    config = uvicorn.Config(app, log_level="error", loop=loop, http=http, backlog=8_192)
    listener.listen(8_192)
    print(port, flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def _serve_granian(port: int) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    async def serve() -> None:
        server = Server(
            make_app(),
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGI,
            log_enabled=False,
        )
        serving = asyncio.create_task(server.serve())
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        print(port, flush=True)
        await serving

    asyncio.run(serve())


if __name__ == "__main__":
    main()
