"""A server in a process of its own that takes large files and tells how much memory it had."""

import re
import resource
import sys
from pathlib import Path

import uvicorn
from file_server import Listener, local_files, user_of
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from chatkit.attachments import AttachmentLimits
from chatkit.http import create_app
from chatkit.store import MemoryStore

STATUS = Path("/proc/self/status")
LIMIT = 256 * 1024 * 1024


def peak(request: Request) -> PlainTextResponse:
    """The most memory that this process ever had, in bytes."""
    if STATUS.exists():
        # `getrusage` would count the process that started this one: it is inherited.
        found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
        assert found is not None
        return PlainTextResponse(str(int(found[1]) * 1024))
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return PlainTextResponse(str(usage if sys.platform == "darwin" else usage * 1024))


def main() -> None:
    folder, method, port = sys.argv[1:]
    limits = AttachmentLimits(types={"*": LIMIT}, bytes_per_message=LIMIT)
    files = local_files(folder, limits, upload_method=method)
    server = Listener(MemoryStore(owner=user_of), files)
    context = {"user": "alice"}
    app = create_app(server, context=lambda request: context, routes=[Route("/peak", peak)])
    uvicorn.run(app, fd=int(port), log_level="error")


if __name__ == "__main__":
    main()
