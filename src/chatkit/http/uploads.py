"""Files on their way in: by a link that was handed out before, or in one step by a signed-in user.

    POST <path>/uploads/<token>   multipart, the file in the field `file`     (two-phase)
    PUT  <path>/uploads/<token>   the bytes as they are                       (two-phase)
    POST <path>/files             multipart; the answer is the attachment     (direct)

Bytes go from the socket to the store piece by piece. Above: routes.py. Below: the stores'
contract in `chatkit.attachments`.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio
from starlette.requests import Request
from starlette.responses import Response

from chatkit.attachments.contract import ServesLinks, TakesFiles, UploadMethod
from chatkit.attachments.intake import Intake
from chatkit.errors import InvalidRequest
from chatkit.types import Attachment
from chatkit.wire import encode

from .body import next_piece
from .form import FileForm, FileStart
from .gate import Gate, Guest
from .problems import json_response
from .reached import announce
from .refused import Refused
from .settings import Settings


class LinkUploads:
    """Takes the bytes of attachments that were created before: whoever has the link may."""

    methods = ("POST", "PUT")

    def __init__(self, store: ServesLinks, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    async def answer(self, request: Request) -> Response:
        """The attachment. Raises: LinkInvalid, AttachmentRefused, InvalidRequest, Refused."""
        token: str = request.path_params["token"]
        announce(request, self._settings, suffix=f"/uploads/{token}")
        method: UploadMethod = "PUT" if request.method == "PUT" else "POST"
        form = FileForm(request.headers.get("content-type", "")) if method == "POST" else None
        async with (
            await self._store.take_upload(token, method) as intake,
            aclosing(_pieces(request, self._settings)) as pieces,
        ):
            await _take(intake, pieces, form)
            return json_response(encode(await intake.finish()))


class DirectUploads:
    """Takes a whole file from a user, as the page's `uploadStrategy: "direct"` sends it."""

    methods = ("POST",)

    def __init__(self, gate: Gate, store: TakesFiles, settings: Settings) -> None:
        self._gate = gate
        self._store = store
        self._settings = settings

    async def answer(self, request: Request) -> Response:
        """The attachment. Raises: AttachmentRefused, InvalidRequest, Refused, the host's own."""
        announce(request, self._settings, suffix="/files")
        form = FileForm(request.headers.get("content-type", ""))
        guest = await self._gate.admit(request)
        await guest.admit_upload()
        async with aclosing(_pieces(request, self._settings)) as pieces:
            start, rest = await _find_file(form, pieces)
            intake = await self._store.take_file(start.name, start.mime_type, guest.context)
            async with intake:
                sink = _Sink(intake, guest)
                for piece in rest:
                    await sink.write(piece)
                await _take(sink, pieces, form)
                attachment = await intake.finish()
        await self._record(attachment, guest)
        return json_response(encode(attachment))

    async def _record(self, attachment: Attachment, guest: Guest) -> None:
        try:
            await guest.server.store.save_attachment(attachment, guest.context)
        except BaseException:
            # Nobody will ever hear of this attachment: its bytes must not stay.
            with anyio.CancelScope(shield=True):
                await guest.server.files().delete_attachment(attachment.id, guest.context)
            raise


class _Sink:
    """Where a guest's file goes, as far as the guest may bring one so large."""

    def __init__(self, intake: Intake, guest: Guest) -> None:
        self._intake = intake
        self._guest = guest
        self._size = 0

    async def write(self, piece: bytes) -> None:
        """Takes a piece in. Raises: AttachmentTooLarge, what the intake raises."""
        self._size += len(piece)
        self._guest.check_file_size(self._size)
        await self._intake.write(piece)


async def _find_file(
    form: FileForm, pieces: AsyncGenerator[bytes, None]
) -> tuple[FileStart, list[bytes]]:
    """The file's start, and what came with it. Raises: InvalidRequest without one."""
    async for piece in pieces:
        found = list(form.feed(piece))
        if found and isinstance(found[0], FileStart):
            return found[0], [each for each in found if isinstance(each, bytes)]
    form.close()
    raise InvalidRequest("the form must have one file, in the field `file`")


async def _take(
    sink: Intake | _Sink, pieces: AsyncGenerator[bytes, None], form: FileForm | None
) -> None:
    """Writes the rest of a body, or of the file in its form, until it ends."""
    async for piece in pieces:
        if form is None:
            await sink.write(piece)
            continue
        for found in form.feed(piece):
            if isinstance(found, bytes):
                await sink.write(found)
    if form is not None:
        form.close()


async def _pieces(request: Request, settings: Settings) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises: Refused (408, 415), starlette's ClientDisconnect."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "the file must not be compressed on its way")
    async with aclosing(request.stream()) as stream:
        while (piece := await next_piece(stream, settings.body_seconds)) is not None:
            yield piece


__all__ = ["DirectUploads", "LinkUploads"]
