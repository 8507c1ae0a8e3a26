"""Names: what people see, and what lies on the disk."""

import re
from pathlib import Path

import pytest
from file_server import local_files

from chatkit.attachments.names import display_name, disposition, storage_key
from chatkit.types import AttachmentCreateParams

TRICKS = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system.ini", "system.ini"),
    ("/absolute/path.txt", "path.txt"),
    ("a\0b.txt", "ab.txt"),
    ("line\r\nSet-Cookie: x=1.txt", "lineSet-Cookie: x=1.txt"),
    ("cod\u202egpj.exe", "codgpj.exe"),
    ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
    ("\ud800half.txt", "half.txt"),
    ("e\u0301.txt", "\u00e9.txt"),
    ("", "file"),
    ("..", "file"),
    ("   ", "file"),
    ("/", "file"),
    ("Ünïcödé 報告.pdf", "Ünïcödé 報告.pdf"),
]


@pytest.mark.requirement("sec-18")
@pytest.mark.parametrize(("given", "shown"), TRICKS)
def test_a_name_is_shown_without_folders_or_invisible_characters(given: str, shown: str) -> None:
    """A name may not point elsewhere, end its line, or look like another name."""
    assert display_name(given) == shown


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    """Nobody reads 10,000 characters, but the ending says what it is."""
    name = display_name("x" * 10_000 + ".tar.gz")
    assert len(name) == 200
    assert name.endswith(".gz")
    assert display_name("y" * 300) == "y" * 200
    assert display_name(f"{'z' * 300}.{'e' * 30}") == "z" * 200


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.requirement("sec-18")
@pytest.mark.parametrize("given", [given for given, _ in TRICKS])
async def test_nothing_that_a_client_sends_is_a_name_on_the_disk(
    given: str, tmp_path: Path
) -> None:
    """Whatever the file is called and whoever owns it, its path is made by the server."""
    folder = tmp_path / "files"
    files = local_files(folder, base_url="https://chat.example/chatkit")
    params = AttachmentCreateParams(name=given, size=1, mime_type="text/plain")
    await files.create_attachment(params, {"user": given})
    (made,) = (folder / "unused").iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}-[0-9a-f]{32}", made.name)
    assert names_in(tmp_path) == ["files"]


@pytest.mark.requirement("sec-18")
def test_ids_of_ones_own_making_become_harmless_names_too() -> None:
    """A host may number attachments as it likes; two of them never share a file."""
    keys = {storage_key(owner, each) for owner in ("a", "a-b", "") for each in ("b", "../b", "\0")}
    assert len(keys) == 9
    assert all(re.fullmatch(r"[0-9a-f]{32}-[0-9a-f]{32}", key) for key in keys)


def test_a_file_is_offered_under_its_name_whatever_characters_it_has() -> None:
    """A header may hold neither quotes nor line ends nor other than ASCII as they are."""
    assert (
        disposition('ä"\r\n;.pdf', inline=True) == "inline; filename*=UTF-8''%C3%A4%22%0D%0A%3B.pdf"
    )
    assert disposition("a.svg", inline=False).startswith("attachment; ")
