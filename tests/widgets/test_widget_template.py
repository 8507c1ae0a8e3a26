"""`.widget` files: what they may hold, how they are found, how they are filled."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from pydantic import BaseModel, ValidationError

from chatkit.widgets import BasicRoot, Card, DynamicWidgetRoot, Text, WidgetTemplate

AT_IMPORT = WidgetTemplate.from_file("hello.widget")


def template(text: str, **fields: Any) -> WidgetTemplate:
    return WidgetTemplate({"version": "1.0", "name": "T", "template": text, **fields})


def test_a_template_is_found_beside_the_file_that_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Apps load theirs at import time, from wherever the process was started."""
    monkeypatch.chdir(tmp_path)
    assert AT_IMPORT.name == "Hello"
    assert WidgetTemplate.from_file("hello.widget").build({"names": []}).children == []
    here = Path(__file__).parent / "hello.widget"
    assert WidgetTemplate.from_file(here).data_schema["required"] == ["names"]
    assert WidgetTemplate.from_file(os.fspath(here)).version == "1.0"


def test_a_missing_file_is_told_with_its_path() -> None:
    """The path says where it was looked for."""
    with pytest.raises(FileNotFoundError, match=r"widgets/none\.widget"):
        WidgetTemplate.from_file("none.widget")


def test_a_template_is_filled_with_a_dict_or_a_model() -> None:
    """The result equals the typed widget on the wire."""

    class People(BaseModel):
        names: list[str]

    names = ["Ada", "\"><script>&'é\n"]
    typed = Card(size="sm", children=[Text(id=f"t{i}", value=n) for i, n in enumerate(names, 1)])
    for data in ({"names": names}, People(names=names)):
        widget = AT_IMPORT.build(data)
        assert isinstance(widget, DynamicWidgetRoot)
        assert widget.model_dump(exclude_none=True) == typed.model_dump(exclude_none=True)


def test_a_name_without_a_value_is_an_error_that_says_the_name() -> None:
    """A hole in a widget would go unnoticed until somebody sees the page."""
    with pytest.raises(UndefinedError, match="'names' is undefined"):
        AT_IMPORT.build()
    for text in ('{"type":"Card","v":{{ v | tojson }}}', '{"type":"Card","v":"{{ v }}"}'):
        with pytest.raises(UndefinedError, match="'v' is undefined"):
            template(text).build({})


def test_values_that_json_does_not_know_are_written_as_pydantic_does() -> None:
    """Models keep dates; a template should take them as they are."""

    class Day(BaseModel):
        on: date

    day = Day(on=date(2025, 11, 4))
    widget = template('{"type":"Card","a":{{ on | tojson }},"b":{{ on.year }}}').build(day)
    assert widget.model_extra == {"a": "2025-11-04", "b": 2025}
    assert template('{"type":"Card","a":{{ d | tojson }}}').build({"d": day}).model_extra == {
        "a": {"on": "2025-11-04"}
    }


def test_text_outside_tojson_is_not_escaped_for_html() -> None:
    """The template renders to JSON: an HTML entity would be shown as such."""
    widget = template('{"type":"Basic","a":"{{ a }}"}').build({"a": "R&D <x>"})
    assert widget.model_extra == {"a": "R&D <x>"}


@pytest.mark.parametrize("version", ["1.1", "2.0", 1.0, None])
def test_another_version_is_refused(version: Any) -> None:
    """A file of a later studio may mean something else."""
    with pytest.raises(ValueError, match=r"widget version .* this package reads '1\.0'"):
        template("{}", version=version)


def test_a_file_without_a_version_is_refused() -> None:
    """Any JSON file may end in .widget."""
    with pytest.raises(ValueError, match="widget version None"):
        WidgetTemplate({"name": "T", "template": "{}"})


def test_what_does_not_render_to_a_root_is_a_value_error() -> None:
    """Broken JSON or another component: both are mistakes in the template."""
    with pytest.raises(json.JSONDecodeError):
        template('{"type":').build()
    with pytest.raises(ValidationError):
        template('{"type":"Text","value":"a"}').build()


def test_build_basic_still_works_and_says_that_it_is_old() -> None:
    """Apps of earlier versions call it."""
    basic = template('{"type":"Basic","gap":2,"children":[]}')
    with pytest.deprecated_call(match="build_basic is deprecated"):
        widget = basic.build_basic()
    assert widget == BasicRoot(gap=2, children=[])


def test_jinja_is_not_loaded_before_the_first_template() -> None:
    """It costs as much as all components together, and many servers have no template."""
    code = "import sys, chatkit.types, chatkit.widgets; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
