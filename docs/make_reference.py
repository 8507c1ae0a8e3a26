"""Makes the pages that say what the code says: the reference, and the wire's examples.

`make docs` runs this before it builds the site.
"""

import importlib
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WIRE = ROOT / "tests" / "wire"
DESCRIBED = re.compile(r"^- `(\w+)`: (.+)$", re.MULTILINE)

MODULES = {
    "chatkit.server": "The server that you subclass, its results, and widgets that stream.",
    "chatkit.store": "Where threads live: the contracts, and the stores that are ready to use.",
    "chatkit.types": "Every message on the wire.",
    "chatkit.widgets": "What a widget is made of.",
    "chatkit.actions": "What a widget does when it is used.",
    "chatkit.agents": "The OpenAI Agents SDK: items to model input, runs to events.",
    "chatkit.attachments": "Where the bytes of attachments live.",
    "chatkit.turns": "What a host chooses about turns.",
    "chatkit.client": "The typed Python client.",
    "chatkit.http": "The ASGI app.",
    "chatkit.hosted": "Apps of the hosted service: sessions, client secrets, keys, workflows.",
    "chatkit.testing": "What tests of your own app use.",
    "chatkit.errors": "Every error, in one family.",
}
"""The public modules, in the order of the reference."""

GROUPS = {
    "Requests that stream": ("threads_", "turns_attach", "resumable"),
    "Events": ("event_",),
    "Items": ("item_",),
    "Updates of items": ("update_",),
    "Widgets": ("widget_",),
    "Tasks": ("task_",),
    "Sources": ("source_",),
}
"""How the names of recorded messages begin, under the title that they are shown with."""

JSON_ANSWERS = "Requests answered with JSON"
OTHERS = "Besides"


def main() -> None:
    """Writes the pages where the site's builder finds them; git ignores them."""
    for path, content in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def generated() -> dict[Path, str]:
    """Every page that is made from the code, by its path."""
    reference = ROOT / "docs" / "reference"
    pages = {
        reference / "python" / f"{name.removeprefix('chatkit.')}.md": module_page(name, about)
        for name, about in MODULES.items()
    }
    pages[reference / "messages.md"] = messages_page()
    pages[reference / "protocol.schema.json"] = schema()
    return pages


def module_page(name: str, about: str) -> str:
    """The reference of one module: what its `__all__` names, as the code documents it."""
    listed: list[str] = sorted(importlib.import_module(name).__all__, key=str.lower)
    options = "\n".join(f"        - {member}" for member in listed)
    return f"# `{name}`\n\n{about}\n\n::: {name}\n    options:\n      members:\n{options}\n"


def schema() -> str:
    """The wire protocol as one JSON Schema: what `chatkit schema` prints."""
    from chatkit.types.schema import protocol_schema

    return json.dumps(protocol_schema(), indent=1)


def messages_page() -> str:
    """Every recorded message with what it shows, as the tests compare it byte for byte."""
    intro = (
        "# Messages by example\n\nThe bytes that the server's tests compare: a request, and what "
        "it is answered with. Ids and times are fixed in them. Test a decoder in another language "
        "on the same files, in `tests/wire`. A request that is not shown is the message `Hi`.\n"
    )
    order = [*list(GROUPS)[:1], JSON_ANSWERS, *list(GROUPS)[1:], OTHERS]
    by_title: dict[str, list[str]] = {title: [f"## {title}\n"] for title in order}
    for name, about in DESCRIBED.findall((WIRE / "README.md").read_text(encoding="utf-8")):
        by_title[title_of(name)].append(example(name, about))
    return "\n".join([intro, *("\n".join(parts) for parts in by_title.values())])


def title_of(name: str) -> str:
    """The group that a message is shown in."""
    if (WIRE / f"{name}.answer.json").exists():
        return JSON_ANSWERS
    return next((title for title, starts in GROUPS.items() if name.startswith(starts)), OTHERS)


def example(name: str, about: str) -> str:
    """One message: what it shows, what was asked for, the answer."""
    parts = [f"### {name}\n\n{about[0].upper()}{about[1:]}.\n"]
    for suffix in (".request.json", ".answer.json", ".sse"):
        path = WIRE / f"{name}{suffix}"
        if path.exists():
            language = "json" if path.suffix == ".json" else "text"
            parts.append(f'```{language} title="{path.name}"\n{shown(path)}\n```\n')
    return "\n".join(parts)


def shown(path: Path) -> str:
    """The file as it reads best: JSON indented, a stream as it goes over the wire."""
    text = path.read_text(encoding="utf-8").strip()
    if path.suffix != ".json":
        return text
    message: Any = json.loads(text)
    return json.dumps(message, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    main()
