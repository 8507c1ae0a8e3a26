"""A remote model's stand-in: a real HTTP server that says what a script tells it to.

Stands on uvicorn and Starlette; knows nothing of ChatKit's own protocol.
"""

from .events import UnsupportedOutput
from .model import ScriptedModel
from .received import Outcome, ReceivedRequest
from .script import (
    ContainerFileCitation,
    Disconnect,
    ErrorEvent,
    Failed,
    FileCitation,
    FileSearch,
    FunctionCall,
    HttpError,
    ImageGeneration,
    Incomplete,
    Message,
    Output,
    Parallel,
    RawEvent,
    Reasoning,
    Refusal,
    Stall,
    Step,
    Text,
    Turn,
    UrlCitation,
    Usage,
    WebSearch,
)

__all__ = [
    "ContainerFileCitation",
    "Disconnect",
    "ErrorEvent",
    "Failed",
    "FileCitation",
    "FileSearch",
    "FunctionCall",
    "HttpError",
    "ImageGeneration",
    "Incomplete",
    "Message",
    "Outcome",
    "Output",
    "Parallel",
    "RawEvent",
    "Reasoning",
    "ReceivedRequest",
    "Refusal",
    "ScriptedModel",
    "Stall",
    "Step",
    "Text",
    "Turn",
    "UnsupportedOutput",
    "UrlCitation",
    "Usage",
    "WebSearch",
]
