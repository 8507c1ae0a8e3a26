"""What can go wrong between a client and its server.

ChatKitError
└── ClientError             root of all that this room raises
    ├── ApiError            the server refused: `status`, `type`, `message`
    ├── ConnectionLost      the network or the server went away; `request_sent`
    ├── UnexpectedReply     what came back is not what the protocol says
    └── UploadFailed        the place for the file's bytes refused them: `status`
"""

from chatkit.errors import ChatKitError

__all__ = ["ApiError", "ClientError", "ConnectionLost", "UnexpectedReply", "UploadFailed"]


class ClientError(ChatKitError):
    """The root of every error that `chatkit.client` raises on purpose."""


class ApiError(ClientError):
    """The server refused the request.

    `status` is the HTTP status; `type` the error's machine-readable name, `http_error` where the
    server gave none; `message` what it says for people.
    """

    def __init__(self, status: int, type: str, message: str) -> None:
        super().__init__(f"{message} ({status} {type})")
        self.status, self.type, self.message = status, type, message


class ConnectionLost(ClientError):
    """The server could not be reached, or went away before its answer was complete.

    `request_sent` is False where the server has certainly not seen the request. A stream that can
    be picked up again leaves `turn_id` and `seq`, for `ChatKitClient.attach`.
    """

    def __init__(self, reason: str, *, request_sent: bool = True) -> None:
        super().__init__(f"connection lost: {reason}")
        self.reason, self.request_sent = reason, request_sent
        self.turn_id: str | None = None
        self.seq = 0


class UnexpectedReply(ClientError):
    """The reply is not what the protocol says: is the address that of a ChatKit endpoint?"""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unexpected reply: {reason}")
        self.reason = reason


class UploadFailed(ClientError):
    """The place where the file's bytes were to go refused them."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(f"uploading {name!r} failed with HTTP status {status}")
        self.name, self.status = name, status
