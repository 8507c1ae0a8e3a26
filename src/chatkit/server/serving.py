"""What a server answers to a request that was parsed before it was asked."""

from typing import Any

from chatkit.types import ChatKitReq

from .results import NonStreamingResult, StreamingResult
from .server import ChatKitServer


async def serve(
    server: ChatKitServer[Any], request: ChatKitReq, body: bytes | bytearray, context: Any
) -> StreamingResult | NonStreamingResult:
    """The server's answer; one that overrides `process` gets what it expects: the body.

    Raises: what the server raises.
    """
    if type(server).process is not ChatKitServer.process:
        return await server.process(bytes(body), context)
    return await server.process_parsed(request, context)


__all__ = ["serve"]
