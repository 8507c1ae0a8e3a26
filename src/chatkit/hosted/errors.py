"""Why somebody may not come in, or not do this here. All are RequestErrors.

RequestError
├── ApiKeyRefused      401 api_key_invalid
├── SecretRefused      401 client_secret_invalid, client_secret_expired, session_cancelled
│   ├── SecretExpired
│   └── SessionCancelled
├── HistoryDisabled    403 history_disabled
├── FileUploadDisabled 403 file_upload_disabled
├── RateLimited        429 rate_limited, with the seconds to wait
└── NotFoundError
    ├── SessionNotFound
    └── WorkflowNotFound
"""

import math

from chatkit.errors import NotFoundError, RequestError

__all__ = [
    "ApiKeyRefused",
    "FileUploadDisabled",
    "HistoryDisabled",
    "RateLimited",
    "SecretExpired",
    "SecretRefused",
    "SessionCancelled",
    "SessionNotFound",
    "WorkflowNotFound",
]


class ApiKeyRefused(RequestError):
    """The API key is missing, unknown or revoked; which, is not said."""

    status = 401
    type = "api_key_invalid"

    def __init__(self) -> None:
        super().__init__("the API key is missing or not valid: make one with `chatkit keys create`")


class SecretRefused(RequestError):
    """The client secret is not good, or no longer: get a new one from your backend."""

    status = 401
    type = "client_secret_invalid"

    def __init__(self) -> None:
        super().__init__("the client secret is missing or not valid")


class SecretExpired(SecretRefused):
    """The session's time is over."""

    type = "client_secret_expired"

    def __init__(self) -> None:
        RequestError.__init__(self, "the session has expired: get a new client secret")


class SessionCancelled(SecretRefused):
    """The session was cancelled."""

    type = "session_cancelled"

    def __init__(self) -> None:
        RequestError.__init__(self, "the session was cancelled: get a new client secret")


class HistoryDisabled(RequestError):
    """The session was made without history."""

    status = 403
    type = "history_disabled"

    def __init__(self) -> None:
        super().__init__("this session has no history")


class FileUploadDisabled(RequestError):
    """The session was made without file upload."""

    status = 403
    type = "file_upload_disabled"

    def __init__(self) -> None:
        super().__init__("this session takes no files")


class RateLimited(RequestError):
    """So many requests came that this one has to wait."""

    status = 429
    type = "rate_limited"

    def __init__(self, most: int, seconds: float) -> None:
        self.retry_after = max(math.ceil(seconds), 1)
        super().__init__(
            f"{most} requests a minute are allowed: try again in {self.retry_after} seconds"
        )


class SessionNotFound(NotFoundError):
    """No session has this id."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"no session {session_id!r}")
        self.session_id = session_id


class WorkflowNotFound(NotFoundError):
    """No server is registered under this id."""

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"no workflow {workflow_id!r}")
        self.workflow_id = workflow_id
