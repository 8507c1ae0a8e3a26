"""The whole wire protocol as one JSON Schema. Stands on all messages."""

import json
from typing import Any, Literal

from pydantic import TypeAdapter

from chatkit.actions import Action
from chatkit.types.attachments import Attachment
from chatkit.types.audio import TranscriptionResult
from chatkit.types.events import ThreadStreamEvent
from chatkit.types.items import ThreadItem
from chatkit.types.pages import Page
from chatkit.types.requests import ChatKitReq, NonStreamingReq, StreamingReq
from chatkit.types.results import SyncCustomActionResponse
from chatkit.types.tasks import Task
from chatkit.types.threads import Thread, ThreadResponse
from chatkit.types.updates import ThreadItemUpdate
from chatkit.widgets.unions import WidgetComponent, WidgetRoot

__all__ = ["protocol_schema"]

_NAMED: dict[str, Any] = {
    "ChatKitReq": ChatKitReq,
    "StreamingReq": StreamingReq,
    "NonStreamingReq": NonStreamingReq,
    "ThreadStreamEvent": ThreadStreamEvent,
    "ThreadItem": ThreadItem,
    "ThreadItemUpdate": ThreadItemUpdate,
    "WidgetRoot": WidgetRoot,
    "WidgetComponent": WidgetComponent,
    "Task": Task,
    "Action": Action[str, Any],
    "Attachment": Attachment,
    "ThreadPage": Page[Thread],
    "ItemPage": Page[ThreadItem],
    "ThreadResponse": ThreadResponse,
    "SyncCustomActionResponse": SyncCustomActionResponse,
    "TranscriptionResult": TranscriptionResult,
}

_RESULTS = {
    "threads.get_by_id": "ThreadResponse",
    "threads.list": "ThreadPage",
    "threads.update": "Thread",
    "items.list": "ItemPage",
    "attachments.create": "Attachment",
    "input.transcribe": "TranscriptionResult",
    "threads.sync_custom_action": "SyncCustomActionResponse",
}

# Their metadata is the host's own and stays on the server.
_HOLD_METADATA = ("Thread", "ThreadResponse", "FileAttachment", "ImageAttachment")


def protocol_schema() -> dict[str, Any]:
    """One JSON Schema document (2020-12) of everything that goes over the wire.

    The document itself describes a request. `$defs` has every model, and every union under the
    name it has in this package; `x-event` points to what a streaming request is answered with,
    message by message, and `x-results` to what each other request is, `{}` where it is not listed.
    """
    mode: Literal["validation"] = "validation"
    schemas, document = TypeAdapter.json_schemas(
        [(name, mode, TypeAdapter[Any](kind)) for name, kind in _NAMED.items()]
    )
    defs: dict[str, Any] = document["$defs"]
    renames: dict[str, str] = {}
    for (name, _), schema in schemas.items():
        if "$ref" in schema:
            renames[str(schema["$ref"]).removeprefix("#/$defs/")] = name
        else:
            defs[name] = schema
    for name in _HOLD_METADATA:
        del defs[name]["properties"]["metadata"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ChatKit wire protocol",
        **_refer_to("ChatKitReq"),
        "x-event": _refer_to("ThreadStreamEvent"),
        "x-results": {kind: _refer_to(name) for kind, name in _RESULTS.items()},
        "$defs": _renamed(defs, renames),
    }


def _refer_to(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _renamed(defs: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The definitions sorted, those of generic models under the plain names that `_NAMED` has."""
    text = json.dumps(dict(sorted(defs.items())))
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"').replace(f'"#/$defs/{old}"', f'"#/$defs/{new}"')
    return json.loads(text)
