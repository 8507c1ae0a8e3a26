"""LocalAttachmentStore: from the announcement of a file to its end."""

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from file_server import left_in, local_files
from sample_files import JPEG, PDF, PNG, pdf, picture

from chatkit.attachments import (
    AlreadyUploaded,
    AttachmentIncomplete,
    AttachmentLimits,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    LinkInvalid,
    LocalAttachmentStore,
    UploadIncomplete,
)
from chatkit.attachments.contract import ServesLinks, TakesFiles
from chatkit.attachments.disk import remove_tree
from chatkit.errors import AttachmentNotFound, StoreUnavailable
from chatkit.store import (
    ChecksAttachments,
    CollectsUnused,
    ReadsAttachments,
    RefreshesAttachments,
)
from chatkit.types import Attachment, AttachmentCreateParams, ImageAttachment

BASE = "https://chat.example/chatkit"
ALICE, BOB = {"user": "alice"}, {"user": "bob"}


def params(name: str, data: bytes, mime_type: str) -> AttachmentCreateParams:
    return AttachmentCreateParams(name=name, size=len(data), mime_type=mime_type)


def token_of(url: Any) -> str:
    return str(url).partition("token=")[2] or str(url).rpartition("/")[2]


@pytest.fixture
def files(folder: Path) -> LocalAttachmentStore[Any]:
    return local_files(folder, base_url=f"{BASE}/")


async def upload(files: LocalAttachmentStore[Any], attachment: Attachment, data: bytes) -> None:
    assert attachment.upload_descriptor is not None
    async with await files.take_upload(
        token_of(attachment.upload_descriptor.url), attachment.upload_descriptor.method
    ) as intake:
        await intake.write(data)
        await intake.finish()


async def attached(
    files: LocalAttachmentStore[Any], data: bytes, kind: str, context: Any = ALICE
) -> Attachment:
    attachment = await files.create_attachment(params("a", data, kind), context)
    await upload(files, attachment, data)
    return attachment


def names_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def replace_by_link(folder: Path, name: str, target: Path) -> None:
    (found,) = folder.rglob(name)
    found.unlink()
    target.write_text("secret")
    found.symlink_to(target)


def age(place: Path, hours: float) -> None:
    for path in (*place.rglob("*"), place):
        os.utime(path, (time.time() - hours * 3600,) * 2)


def test_it_does_what_the_optional_protocols_ask(files: LocalAttachmentStore[Any]) -> None:
    """The server and the HTTP app look for these, and for no class."""
    for protocol in (
        *(ReadsAttachments, ChecksAttachments, RefreshesAttachments, CollectsUnused),
        *(TakesFiles, ServesLinks),
    ):
        assert isinstance(files, protocol)


async def test_a_file_is_announced_uploaded_kept_and_read(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """The two-phase strategy from end to end; each step is one place on the disk."""
    data = picture()
    attachment = await files.create_attachment(params("cat.png", data, PNG), ALICE)
    assert isinstance(attachment, ImageAttachment)
    assert str(attachment.preview_url).startswith(f"{BASE}/files/{attachment.id}?token=")
    assert attachment.upload_descriptor is not None
    assert attachment.upload_descriptor.method == "POST"
    assert str(attachment.upload_descriptor.url).startswith(f"{BASE}/uploads/")
    assert left_in(folder) == ["unused/record.json"]
    await upload(files, attachment, data)
    assert left_in(folder) == ["unused/content", "unused/preview", "unused/record.json"]
    await files.check_attachments([attachment], ALICE)
    (kept,) = await files.keep_attachments([attachment], ALICE)
    assert kept.upload_descriptor is None
    assert left_in(folder) == ["kept/content", "kept/preview", "kept/record.json"]
    assert await files.read_attachment(attachment.id, ALICE) == data
    await files.keep_attachments([attachment], ALICE)
    await files.check_attachments([attachment], ALICE)


async def test_a_file_may_be_read_while_it_is_in_no_message_yet(
    files: LocalAttachmentStore[Any],
) -> None:
    """A host may look at a file before the message is sent."""
    attachment = await attached(files, b"text", "text/plain")
    assert await files.read_attachment(attachment.id, ALICE) == b"text"


@pytest.mark.requirement("sec-02")
async def test_nobody_else_can_do_anything_with_an_attachment(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """A foreign id is an unknown id: reading, sending, linking fail, deleting does nothing."""
    attachment = await attached(files, picture(), PNG)
    for attempt in (
        files.read_attachment(attachment.id, BOB),
        files.check_attachments([attachment], BOB),
        files.keep_attachments([attachment], BOB),
        files.file_url(attachment, BOB),
    ):
        with pytest.raises(AttachmentNotFound):
            await attempt
    await files.delete_attachment(attachment.id, BOB)
    refreshed = await files.refresh_attachment(attachment, BOB)
    assert isinstance(refreshed, ImageAttachment)
    with pytest.raises(AttachmentNotFound):
        await files.open_file(attachment.id, token_of(refreshed.preview_url))
    assert await files.read_attachment(attachment.id, ALICE) == picture()
    assert left_in(folder) == ["unused/content", "unused/preview", "unused/record.json"]


@pytest.mark.requirement("sec-20")
async def test_a_link_opens_the_attachment_that_it_was_made_for_and_no_other(
    files: LocalAttachmentStore[Any],
) -> None:
    """The id in the address, the use and the owner all have to be those of the token."""
    first, second = [await attached(files, picture(), PNG) for _ in range(2)]
    url = await files.file_url(first, ALICE)
    opened = await files.open_file(first.id, token_of(url))
    assert opened.size == len(picture())
    opened.close()
    opened.close()
    with pytest.raises(LinkInvalid):
        await files.open_file(second.id, token_of(url))
    with pytest.raises(LinkInvalid):
        await files.take_upload(token_of(url), "POST")
    assert first.upload_descriptor is not None
    with pytest.raises(LinkInvalid):
        await files.open_file(first.id, token_of(first.upload_descriptor.url))
    with pytest.raises(LinkInvalid):
        await files.take_upload(token_of(first.upload_descriptor.url), "PUT")


@pytest.mark.requirement("sec-20")
async def test_a_link_to_upload_works_once(files: LocalAttachmentStore[Any]) -> None:
    """What was checked cannot be replaced by what was not."""
    attachment = await attached(files, b"good", "text/plain")
    with pytest.raises(AlreadyUploaded):
        await upload(files, attachment, b"evil")
    await files.keep_attachments([attachment], ALICE)
    with pytest.raises(AlreadyUploaded):
        await upload(files, attachment, b"evil")
    assert await files.read_attachment(attachment.id, ALICE) == b"good"


async def test_of_two_uploads_at_once_one_wins_whole(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """The loser is told, and nothing of its bytes or its preview is mixed in."""
    size = 1000
    attachment = await files.create_attachment(params("a.txt", b"x" * size, "text/plain"), ALICE)
    assert attachment.upload_descriptor is not None
    token = token_of(attachment.upload_descriptor.url)
    async with (
        await files.take_upload(token, "POST") as first,
        await files.take_upload(token, "POST") as second,
    ):
        await first.write(b"1" * size)
        await second.write(b"2" * size)
        await second.finish()
        with pytest.raises(AlreadyUploaded):
            await first.finish()
    assert await files.read_attachment(attachment.id, ALICE) == b"2" * size
    assert left_in(folder) == ["unused/content", "unused/record.json"]


async def test_an_attachment_without_its_bytes_is_incomplete(
    files: LocalAttachmentStore[Any],
) -> None:
    """It cannot be sent, and reading it finds nothing."""
    attachment = await files.create_attachment(params("a.txt", b"text", "text/plain"), ALICE)
    with pytest.raises(AttachmentIncomplete) as caught:
        await files.check_attachments([attachment], ALICE)
    assert caught.value.attachment_id == attachment.id
    with pytest.raises(AttachmentNotFound):
        await files.read_attachment(attachment.id, ALICE)


@pytest.mark.requirement("sec-35")
async def test_deleting_leaves_nothing(files: LocalAttachmentStore[Any], folder: Path) -> None:
    """Announced, uploaded or in a message: the record, the bytes and the preview go."""
    announced = await files.create_attachment(params("a", b"x", "text/plain"), ALICE)
    uploaded = await attached(files, picture(), PNG)
    kept = await attached(files, picture(), PNG)
    await files.keep_attachments([kept], ALICE)
    for attachment in (announced, uploaded, kept):
        await files.delete_attachment(attachment.id, ALICE)
        await files.delete_attachment(attachment.id, ALICE)
    assert left_in(folder) == []
    assert names_below(folder) == ["incoming", "kept", "key", "trash", "unused"]
    with pytest.raises(AttachmentNotFound):
        await files.keep_attachments([kept], ALICE)


async def test_an_attachment_that_is_deleted_while_it_comes_in_stays_deleted(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """The page deletes what the user takes out again, whatever its upload is doing."""
    attachment = await files.create_attachment(params("a", b"text", "text/plain"), ALICE)
    assert attachment.upload_descriptor is not None
    token = token_of(attachment.upload_descriptor.url)
    async with await files.take_upload(token, "POST") as intake:
        await intake.write(b"text")
        await files.delete_attachment(attachment.id, ALICE)
        with pytest.raises(AttachmentNotFound):
            await intake.finish()
    with pytest.raises(AttachmentNotFound):
        await files.take_upload(token, "POST")
    assert left_in(folder) == []


async def test_a_file_that_is_being_read_is_read_to_its_end_though_it_is_deleted(
    files: LocalAttachmentStore[Any],
) -> None:
    """Half a download helps nobody."""
    attachment = await attached(files, b"0123456789", "text/plain")
    opened = await files.open_file(attachment.id, token_of(await files.file_url(attachment, ALICE)))
    try:
        assert await opened.read(0, 4) == b"0123"
        await files.delete_attachment(attachment.id, ALICE)
        assert await opened.read(4, 100) == b"456789"
        assert await opened.read(10, 100) == b""
    finally:
        opened.close()


async def test_what_nobody_sends_is_collected_after_a_day(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """Uploads that were never sent, or never came, go; what is in a message stays."""
    kept = await attached(files, b"kept", "text/plain")
    await files.keep_attachments([kept], ALICE)
    await attached(files, b"unused", "text/plain")
    await files.create_attachment(params("a", b"x", "text/plain"), ALICE)
    (folder / "incoming" / "of-a-process-that-was-killed").mkdir()
    for place in ("incoming", "unused", "kept"):
        age(folder / place, hours=23)
    fresh = await attached(files, b"fresh", "text/plain")
    assert await files.collect_unused() == 0
    age(folder / "kept", hours=25)
    for path in (folder / "unused").iterdir():
        if path.stat().st_mtime < time.time() - 3600:
            age(path, hours=25)
    age(folder / "incoming", hours=25)
    assert await files.collect_unused() == 2
    assert left_in(folder) == [
        *("kept/content", "kept/record.json", "unused/content", "unused/record.json"),
    ]
    assert list((folder / "incoming").iterdir()) == []
    assert await files.read_attachment(kept.id, ALICE) == b"kept"
    assert await files.read_attachment(fresh.id, ALICE) == b"fresh"


async def test_new_files_make_room_for_themselves(
    files: LocalAttachmentStore[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scheduler is needed: as files come, old ones are collected, once an hour."""
    await attached(files, b"old", "text/plain")
    age(folder / "unused", hours=25)
    await files.create_attachment(params("a", b"x", "text/plain"), ALICE)
    assert left_in(folder) == ["unused/content", "unused/record.json", "unused/record.json"]
    now = time.monotonic() + 3601
    monkeypatch.setattr(time, "monotonic", lambda: now)
    await files.create_attachment(params("a", b"x", "text/plain"), ALICE)
    assert left_in(folder) == ["unused/record.json", "unused/record.json"]


async def test_a_store_that_is_opened_again_knows_its_files_and_links(folder: Path) -> None:
    """A restart changes nothing, and neither does a second process on the same folder."""
    attachment = await local_files(folder, base_url=BASE).create_attachment(
        params("a", b"text", "text/plain"), ALICE
    )
    again = local_files(folder, base_url=BASE)
    await upload(again, attachment, b"text")
    assert await local_files(folder).read_attachment(attachment.id, ALICE) == b"text"


async def test_a_user_may_have_so_many_unused_files_and_no_more(folder: Path) -> None:
    """Uploading without end fills no disk; what is sent makes room again."""
    files = local_files(folder, AttachmentLimits(unused_files=2), base_url=BASE)
    first = await attached(files, b"1", "text/plain")
    await files.create_attachment(params("b", b"2", "text/plain"), ALICE)
    with pytest.raises(AttachmentRefused, match="2 files are in no message yet"):
        await files.create_attachment(params("c", b"3", "text/plain"), ALICE)
    with pytest.raises(AttachmentRefused, match="2 files are in no message yet"):
        await files.take_file("c", "text/plain", ALICE)
    await files.create_attachment(params("b", b"2", "text/plain"), BOB)
    await files.keep_attachments([first], ALICE)
    await files.create_attachment(params("c", b"3", "text/plain"), ALICE)


async def test_a_message_takes_so_many_files_of_so_many_bytes(folder: Path) -> None:
    """Ten files are fine, and each once."""
    limits = AttachmentLimits(files_per_message=2, bytes_per_message=10)
    files = local_files(folder, limits, base_url=BASE)
    six, four, one = [await attached(files, b"x" * n, "text/plain") for n in (6, 4, 1)]
    await files.check_attachments([six, four], ALICE)
    with pytest.raises(AttachmentRefused, match="2 files at most"):
        await files.check_attachments([six, four, one], ALICE)
    with pytest.raises(AttachmentRefused, match="each file once"):
        await files.check_attachments([one, one], ALICE)
    big = await attached(files, b"x" * 7, "text/plain")
    with pytest.raises(AttachmentTooLarge, match="10 bytes together"):
        await files.check_attachments([big, four], ALICE)


@pytest.mark.parametrize(
    ("size", "kind", "refusal"),
    [
        (11, "text/plain", AttachmentTooLarge),
        (21, PNG, AttachmentTooLarge),
        (1, PDF, AttachmentTypeRefused),
        (1, "application/zip", AttachmentTypeRefused),
        (1, "", AttachmentTypeRefused),
        (-1, PNG, AttachmentRefused),
    ],
)
async def test_what_cannot_be_taken_is_refused_when_it_is_announced(
    size: int, kind: str, refusal: type[Exception], folder: Path
) -> None:
    """The page learns it before it uploads anything; each type has its own limit."""
    limits = AttachmentLimits(types={"text/*": 10, PNG: 20})
    files = local_files(folder, limits, base_url=BASE)
    given = AttachmentCreateParams(name="a", size=size, mime_type=kind)
    with pytest.raises(refusal):
        await files.create_attachment(given, ALICE)
    assert left_in(folder) == []


def test_limits_that_cannot_be_meant_are_refused() -> None:
    """A limit of nothing would turn everybody away."""
    with pytest.raises(ValueError, match="files_per_message"):
        AttachmentLimits(files_per_message=0)
    with pytest.raises(ValueError, match="image/png"):
        AttachmentLimits(types={PNG: 0})
    with pytest.raises(ValueError, match="no type"):
        AttachmentLimits(types={})
    assert AttachmentLimits(types={"*": 5}).size_of_type("x/y") == 5


@pytest.mark.parametrize(("came", "word"), [(b"tex", "3 came"), (b"texts", "more came")])
async def test_exactly_the_announced_bytes_have_to_come(
    came: bytes, word: str, files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """A page that closed half-way must not leave half a file, nor a client bring a longer one."""
    attachment = await files.create_attachment(params("a", b"text", "text/plain"), ALICE)
    with pytest.raises(UploadIncomplete, match=word):
        await upload(files, attachment, came)
    assert left_in(folder) == ["unused/record.json"]
    await upload(files, attachment, b"text")


async def test_a_refused_file_may_be_followed_by_a_good_one(
    files: LocalAttachmentStore[Any], folder: Path
) -> None:
    """A refusal uses the link up as little as a broken connection does."""
    data = picture("JPEG")
    attachment = await files.create_attachment(params("a.jpg", data, JPEG), ALICE)
    with pytest.raises(AttachmentTypeRefused):
        await upload(files, attachment, b"x" * len(data))
    assert left_in(folder) == ["unused/record.json"]
    await upload(files, attachment, data)


async def test_where_it_is_reached_has_to_be_known(folder: Path) -> None:
    """A link to nowhere would only show when somebody clicks it."""
    files = local_files(folder)
    with pytest.raises(RuntimeError, match="base_url"):
        await files.create_attachment(params("a", b"x", "text/plain"), ALICE)


async def test_uploads_may_be_asked_for_as_plain_bytes(folder: Path) -> None:
    """PUT is what object storage takes; a client may prefer one way for both."""
    files = local_files(folder, base_url=BASE, upload_method="PUT")
    attachment = await files.create_attachment(params("a", pdf(), PDF), ALICE)
    assert attachment.upload_descriptor is not None
    assert attachment.upload_descriptor.method == "PUT"
    await upload(files, attachment, pdf())


async def test_a_link_in_the_folder_is_not_followed(
    files: LocalAttachmentStore[Any], folder: Path, tmp_path: Path
) -> None:
    """Whoever plants one must not get another file of the server's to read."""
    attachment = await attached(files, b"text", "text/plain")
    replace_by_link(folder, "content", tmp_path / "secret")
    with pytest.raises(StoreUnavailable, match="symbolic links"):
        await files.read_attachment(attachment.id, ALICE)


async def test_an_owner_that_is_no_text_is_an_error_of_the_hosts(folder: Path) -> None:
    """None would be one user for everybody who is not signed in."""
    files: Any = LocalAttachmentStore(folder, owner=lambda context: None, base_url=BASE)
    with pytest.raises(TypeError, match="owner"):
        await files.create_attachment(params("a", b"x", "text/plain"), ALICE)


async def test_many_users_upload_at_once(files: LocalAttachmentStore[Any]) -> None:
    """Nothing of one gets into another's file."""
    data = {f"user{number}": os.urandom(3_000).hex().encode() for number in range(20)}
    found = await asyncio.gather(
        *(attached(files, each, "text/plain", {"user": user}) for user, each in data.items())
    )
    for (user, each), attachment in zip(data.items(), found, strict=True):
        assert await files.read_attachment(attachment.id, {"user": user}) == each


class Numbered(LocalAttachmentStore[Any]):
    """A host that numbers its attachments, and starts anew by mistake."""

    def generate_attachment_id(self, mime_type: str, context: Any) -> str:
        return "../1"


async def test_an_id_that_is_taken_is_refused_and_its_file_unharmed(folder: Path) -> None:
    """Whether the first one was sent or not; another user may have the same."""
    files = Numbered(folder, owner=lambda context: context["user"], base_url=BASE)
    first = await attached(files, b"first", "text/plain")
    for _ in range(2):
        with pytest.raises(AttachmentRefused, match="already"):
            await files.create_attachment(params("a", b"x", "text/plain"), ALICE)
        assert await files.read_attachment("../1", ALICE) == b"first"
        await files.keep_attachments([first], ALICE)
    assert await attached(files, b"other", "text/plain", BOB)


async def test_what_goes_while_it_is_collected_is_no_error(
    files: LocalAttachmentStore[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes may collect at once, while users send and delete."""
    for _ in range(3):
        await attached(files, b"x", "text/plain")
    age(folder / "unused", hours=25)
    other: LocalAttachmentStore[Any] = local_files(folder)
    counts = await asyncio.gather(*(store.collect_unused() for store in (files, other) * 3))
    assert sum(counts) == 3
    assert left_in(folder) == []
    scandir = os.scandir

    def vanishing(place: Any) -> Any:
        entries = list(scandir(place))
        if str(place).endswith("unused"):
            monkeypatch.undo()
            for entry in entries:
                remove_tree(Path(entry.path))
        return entries

    await attached(files, b"x", "text/plain")
    monkeypatch.setattr(os, "scandir", vanishing)
    assert await files.collect_unused() == 0


def test_a_folder_that_two_remove_at_once_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second finds nothing where something was."""
    place = tmp_path / "place"
    place.mkdir()
    rmtree, calls = shutil.rmtree, 0

    def late(path: Path) -> None:
        nonlocal calls
        calls += 1
        rmtree(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(shutil, "rmtree", late)
    remove_tree(place)
    assert calls == 1
    assert not place.exists()
