"""The typed Python client: one POST, events folded as they stream, answers that survive.

    async with ChatKitClient("http://127.0.0.1:8700/chatkit") as client:
        async for event in client.create_thread("Hello"):
            ...

Below: the types, the wire and the fold. Loads no HTTP library before the first request.
"""

from .answer import Answer
from .client import ChatKitClient
from .errors import ApiError, ClientError, ConnectionLost, UnexpectedReply, UploadFailed
from .reconnect import ConnectionChange, Reconnect, Reconnected, Reconnecting
from .view import ThreadView

__all__ = [
    "Answer",
    "ApiError",
    "ChatKitClient",
    "ClientError",
    "ConnectionChange",
    "ConnectionLost",
    "Reconnect",
    "Reconnected",
    "Reconnecting",
    "ThreadView",
    "UnexpectedReply",
    "UploadFailed",
]
