"""Apps of the hosted service, served here: API keys, sessions, client secrets, workflows, threads.

A backend makes a session for one of its users and hands the secret to the page; the page's
requests are held to what the session allows. Above: `chatkit.http`, which speaks HTTP. Below: the
server, and the access store beside the threads.
"""

from .configuration import SessionRequest
from .context import SessionContext
from .errors import (
    ApiKeyRefused,
    FileUploadDisabled,
    HistoryDisabled,
    RateLimited,
    SecretExpired,
    SecretRefused,
    SessionCancelled,
    SessionNotFound,
    WorkflowNotFound,
)
from .guest import Guest
from .keys import ApiKeys
from .sessions import Sessions
from .threads import PageQuery, ThreadsApi
from .workflows import Workflows

__all__ = [
    "ApiKeyRefused",
    "ApiKeys",
    "FileUploadDisabled",
    "Guest",
    "HistoryDisabled",
    "PageQuery",
    "RateLimited",
    "SecretExpired",
    "SecretRefused",
    "SessionCancelled",
    "SessionContext",
    "SessionNotFound",
    "SessionRequest",
    "Sessions",
    "ThreadsApi",
    "WorkflowNotFound",
    "Workflows",
]
