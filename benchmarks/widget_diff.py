"""What one update of a growing widget costs: `diff_widget` of a 50-component Card.

Both packages are imported as `chatkit`, so each is measured by the Python that has it:

    python benchmarks/widget_diff.py --package chatkit-selfhosted
    OTHER/bin/python benchmarks/widget_diff.py --package openai-chatkit

`shared` gives the next state the same child objects, `rebuilt` makes all of them anew. Prints
microseconds of CPU an update, the best of several rounds, as JSON.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version

warnings.simplefilter("ignore", DeprecationWarning)  # the official one dislikes typed widgets

from chatkit.actions import ActionConfig  # noqa: E402
from chatkit.server import diff_widget  # noqa: E402
from chatkit.widgets import (  # noqa: E402
    Badge,
    Button,
    Card,
    Divider,
    Markdown,
    Row,
    Text,
    Title,
    WidgetComponentBase,
)

ROUNDS = 9
UPDATES = 200


def static_part(index: int) -> WidgetComponentBase:
    """One of the components that stay as they are."""
    match index % 4:
        case 0:
            return Row(gap=2, children=[Text(value=f"Row {index}"), Badge(label="new")])
        case 1:
            return Title(value=f"Section {index}")
        case 2:
            action = ActionConfig(type="open", payload={"index": index})
            return Button(label="Open", onClickAction=action)
        case _:
            return Divider()


def card(text: str, static: list[WidgetComponentBase]) -> Card:
    """The Card with 49 components under it, the last of which streams."""
    return Card(children=[*static, Markdown(id="answer", value=text, streaming=True)])


def static_parts() -> list[WidgetComponentBase]:
    """Rows count for three components, so these 32 are 48."""
    return [static_part(index) for index in range(32)]


def microseconds(update: Callable[[], object]) -> float:
    """The CPU time of one call, the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(UPDATES):
            update()
        best = min(best, (time.process_time() - began) / UPDATES)
    return round(best * 1e6, 1)


def measure() -> dict[str, float]:
    """Microseconds an update, by how much the states share."""
    parts = static_parts()
    text = "A sentence of the answer. " * 40
    before = card(text, parts)
    shared, rebuilt = card(text + "More", parts), card(text + "More", static_parts())
    for after in (shared, rebuilt):
        (update,) = diff_widget(before, after)
        assert update.type == "widget.streaming_text.value_delta", update
    return {
        "shared": microseconds(lambda: diff_widget(before, shared)),
        "rebuilt": microseconds(lambda: diff_widget(before, rebuilt)),
    }


def main() -> None:
    """Measures the package that this Python has, if it is the one that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", default="chatkit-selfhosted", help="the distribution's name")
    package = parser.parse_args().package
    json.dump({"package": package, "version": version(package), **measure()}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
