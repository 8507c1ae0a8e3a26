"""The documentation's code runs as it stands: a reader who copies it gets what it promises."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import TypeAdapter

from chatkit.widgets import StrictWidgetRoot
from chatkit.wire import parse_request

ROOT = Path(__file__).resolve().parents[2]


def load(path: Path) -> ModuleType:
    """The program at `path`, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_reference = load(ROOT / "docs" / "make_reference.py")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
MADE = frozenset(make_reference.generated())
"""The pages that `make docs` makes from the code."""
ROOTS = ("Card", "ListView", "Basic")
STRICT_ROOT: TypeAdapter[StrictWidgetRoot] = TypeAdapter(StrictWidgetRoot)
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def blocks(page: Path, language: str) -> list[str]:
    return [code for name, code in FENCE.findall(page.read_text()) if name == language]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks of one page share their names, as a reader types them into one file."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__docs__"}
    for number, code in enumerate(blocks(page, "python"), 1):
        exec(compile(code, f"{page.name}, block {number}", "exec"), namespace)
    assert len(namespace) > 2


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A broken link is the first thing that a newcomer finds."""
    targets = {(page.parent / target).resolve() for target in LINK.findall(page.read_text())}
    assert [target for target in targets - MADE if not target.exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "json")], ids=name)
def test_the_json_of_a_page_is_what_it_says(page: Path) -> None:
    """Widgets are widgets, requests are requests, and the rest is JSON."""
    for code in blocks(page, "json"):
        written = json.loads(code.replace("{…}", "{}"))
        kind = written.get("type", "")
        if kind in ROOTS:
            STRICT_ROOT.validate_python(written)
        elif page not in MADE and "params" in written and written["params"]:
            assert parse_request(code.encode()).type == kind
