"""Reads a `.widget` file as far as it goes: what it is, what it draws, what is wrong with it."""

import json
import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from .sample import sample
from .source import Problem, Source
from .tree import faults_of

_TEMPLATE = "<template>"
"""What Jinja calls a template that came as text."""

_GIVEN_BY_EXAMPLE = object()


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was found in a file; what could not be read is empty."""

    name: str = ""
    template: str = ""
    schema: dict[str, Any] = field(default_factory=dict[str, Any])
    data: Any = None
    widget: Any = None
    problems: list[Problem] = field(default_factory=list[Problem])


def read_widget(path: Path, data: Any = _GIVEN_BY_EXAMPLE) -> Reading:
    """The file, its template filled with `data`, or with data made up from its schema.

    Raises: OSError.
    """
    source = Source(path, path.read_text(encoding="utf-8"))
    reading = Reading()
    try:
        _read(source, reading, data)
    except _Stop as stop:
        reading.problems.append(stop.problem)
    return reading


class _Stop(Exception):
    """What is further down cannot be judged."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _read(source: Source, reading: Reading, data: Any) -> None:
    definition = _definition(source)
    reading.name, reading.template = definition["name"], definition["template"]
    reading.schema = definition.get("jsonSchema", {})
    _check_schema(source, reading.schema)
    if data is _GIVEN_BY_EXAMPLE:
        reading.data = sample(reading.schema) if reading.schema else {}
    else:
        reading.data = data
        reading.problems += _data_problems(source, reading)
    reading.widget = _rendered(source, definition, reading.data)
    for fault in faults_of(reading.widget):
        line = _line_of(reading.template, fault.word)
        reading.problems.append(source.in_template(line, fault.message))


def _definition(source: Source) -> dict[str, Any]:
    try:
        definition: Any = json.loads(source.text)
    except json.JSONDecodeError as error:
        raise _Stop(source.at(error.pos, f"this is not JSON: {error.msg}")) from None
    if not isinstance(definition, dict):
        raise _Stop(source.at(0, "a .widget file is a JSON object"))
    found = cast("dict[str, Any]", definition)
    if found.get("version") != "1.0":
        raise _Stop(source.at_key("version", 'the version is "1.0"'))
    for key in ("name", "template"):
        if not isinstance(found.get(key), str):
            raise _Stop(source.at_key(key, f"{key!r} is a text"))
    if not isinstance(found.get("jsonSchema", {}), dict):
        raise _Stop(source.at_key("jsonSchema", "'jsonSchema' is an object"))
    return found


def _check_schema(source: Source, schema: dict[str, Any]) -> None:
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        message = f"the JSON Schema is not sound at {place or 'its root'}: {error.message}"
        raise _Stop(source.at_key("jsonSchema", message)) from None


def _data_problems(source: Source, reading: Reading) -> list[Problem]:
    from jsonschema.validators import validator_for

    validator = validator_for(reading.schema)(reading.schema)
    errors = cast("list[Any]", list(validator.iter_errors(reading.data)))  # pyright: ignore[reportUnknownMemberType]
    return [
        source.at_key("jsonSchema", f"data{error.json_path[1:]}: {error.message}")
        for error in errors
    ]


def _rendered(source: Source, definition: dict[str, Any], data: Any) -> Any:
    """The widget's JSON. Raises: _Stop at the template's line."""
    from jinja2 import TemplateError, TemplateSyntaxError

    from chatkit.widgets import WidgetTemplate

    if not isinstance(data, dict):
        raise _Stop(source.at_key("jsonSchema", "the data of a template is an object"))
    try:
        text = WidgetTemplate(definition).template.render(**cast("dict[str, Any]", data))
    except TemplateSyntaxError as error:
        raise _Stop(source.in_template(error.lineno, f"template: {error.message}")) from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise _Stop(source.in_template(_line_in(error), f"template: {error}")) from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        near = text[max(0, error.pos - 30) : error.pos + 20]
        message = f"the template does not render to JSON: {error.msg} near {near!r}"
        raise _Stop(source.in_template(_line_like(definition["template"], near), message)) from None


def _line_in(error: BaseException) -> int:
    """The template's line that raised the error."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 1 for frame in frames if frame.filename == _TEMPLATE]
    return lines[-1] if lines else 1


def _line_of(template: str, word: str) -> int:
    """The first line of the template that names a prop or a type."""
    found = re.search(rf"""["']{re.escape(word)}["']""", template)
    return template.count("\n", 0, found.start()) + 1 if found else 1


def _line_like(template: str, near: str) -> int:
    """The template's line from which rendered text most likely came."""
    words = sorted(re.findall(r'"[^"{}]+"', near), key=len, reverse=True)
    places = [template.find(word) for word in words]
    known = [place for place in places if place >= 0]
    return template.count("\n", 0, known[0]) + 1 if known else 1


__all__ = ["Reading", "read_widget"]
