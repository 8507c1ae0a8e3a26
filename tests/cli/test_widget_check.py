"""`chatkit widget check`: authors' mistakes are found in CI, each with its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chatkit.cli import main
from chatkit.cli.widget.check import read_widget
from chatkit.cli.widget.sample import sample

GOOD = """{
  "type": "Card",
  "children": [
    {% for name in names %}
    {"type": "Text", "value": {{ name | tojson }} }{{ "," if not loop.last }}
    {% endfor %}
  ]
}"""
SCHEMA = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}},
    "required": ["names"],
}


def written(folder: Path, template: str = GOOD, **changes: Any) -> Path:
    """A .widget file with this template."""
    definition = {"version": "1.0", "name": "List", "template": template, "jsonSchema": SCHEMA}
    path = folder / "list.widget"
    path.write_text(json.dumps({**definition, **changes}, indent=2))
    return path


def test_a_good_file_is_drawn_with_data_made_up_from_its_schema(tmp_path: Path) -> None:
    """An author gets a picture before writing any data."""
    reading = read_widget(written(tmp_path))
    assert reading.problems == []
    assert reading.data == {"names": ["names 1", "names 2"]}
    assert [child["value"] for child in reading.widget["children"]] == ["names 1", "names 2"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("{% endfor %}", "", 5, "endfor"),
        ("name | tojson", "nam | tojson", 5, "'nam' is undefined"),
        ("name | tojson", "name | tojso", 5, "tojso"),
        ('"type": "Text", ', '"type": "Tekst", ', 5, "no component 'Tekst'"),
        ('"type": "Text", ', '"type": "Text", "colour": "red", ', 5, "no prop 'colour'"),
        ('"type": "Text", ', '"type": "Text", "size": "huge", ', 5, "size"),
        ('"type": "Card"', '"type": "Text"', 2, "the root is a Card or ListView or Basic"),
        ('"children": [', '"children": ["x",', 3, "'x' is no component"),
        ('"type": "Card",', '"type": "Card"', 3, "does not render to JSON"),
        ("{{ name | tojson }}", "{{ 1 / 0 }}", 5, "division by zero"),
    ],
)
def test_a_mistake_in_the_template_names_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    """The line of the template, and the column of the file that holds it in one long text."""
    assert old in GOOD
    reading = read_widget(written(tmp_path, GOOD.replace(old, new, 1)))
    problem = reading.problems[0]
    assert message in problem.message
    assert problem.template_line == line
    text = (tmp_path / "list.widget").read_text().splitlines()[problem.line - 1]
    rest = json.loads(f'"{text[problem.column - 1 :].rstrip(",").rstrip(chr(34))}"')
    template = GOOD.replace(old, new, 1)
    assert rest == "\n".join(template.split("\n")[line - 1 :])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{\n "version": "1.0"\n "name": 1}', 3, "not JSON"),
        ('["1.0"]', 1, "JSON object"),
        ('{\n"version": "2.0"}', 2, 'the version is "1.0"'),
        ('{"version": "1.0",\n"name": 5}', 2, "'name' is a text"),
        ('{"version": "1.0", "name": "x"}', 1, "'template' is a text"),
        ('{"version": "1.0", "name": "x", "template": "",\n"jsonSchema": 3}', 2, "an object"),
    ],
)
def test_a_file_that_is_no_widget_says_where(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    """Before anything is drawn."""
    path = tmp_path / "bad.widget"
    path.write_text(text)
    (problem,) = read_widget(path).problems
    assert (problem.line, message in problem.message) == (line, True)


def test_a_schema_that_is_not_sound_is_named(tmp_path: Path) -> None:
    """Nothing can be checked against it."""
    path = written(tmp_path, jsonSchema={"type": "objekt"})
    (problem,) = read_widget(path).problems
    assert "JSON Schema" in problem.message
    assert '"jsonSchema"' in path.read_text().splitlines()[problem.line - 1]


def test_data_that_do_not_fit_the_schema_are_named_and_drawn_all_the_same(tmp_path: Path) -> None:
    """The author sees both: what is wrong, and what it looks like."""
    reading = read_widget(written(tmp_path), {"names": ["a", 3]})
    assert [problem.message for problem in reading.problems] == [
        "data.names[1]: 3 is not of type 'string'",
        "Card.children[1].Text.value: Input should be a valid string",
    ]
    assert len(reading.widget["children"]) == 2
    (problem, *_) = read_widget(written(tmp_path), ["a"]).problems[-1:]
    assert "is an object" in problem.message


@pytest.mark.parametrize(
    ("widget", "message"),
    [
        ("3", "a JSON object with a type"),
        ('{"type": "Basic", "children": [{"type": "Transition", "children": null}]}', None),
        ('{"type": "Basic", "children": {"type": "Text", "value": "x"}}', None),
        ('{"type": "Card"}', "Card.children: Field required"),
        ('{"type": "Card", "children": "text"}', "'text' is no component"),
    ],
)
def test_trees_of_every_shape_are_judged(tmp_path: Path, widget: str, message: str | None) -> None:
    """Children may be one, several or none."""
    messages = [problem.message for problem in read_widget(written(tmp_path, widget)).problems]
    assert any(message in one for one in messages) if message else messages == []


def test_the_command_prints_places_and_ends_with_1(tmp_path: Path) -> None:
    """As compilers do, so that editors and CI can jump there."""
    good, bad = written(tmp_path), tmp_path / "bad.widget"
    bad.write_text("{")
    result = CliRunner().invoke(main, ["widget", "check", str(good)])
    assert (result.exit_code, result.output) == (0, "1 checked, all good\n")
    result = CliRunner().invoke(main, ["widget", "check", str(good), str(bad)])
    assert result.exit_code == 1
    assert result.output.startswith(f"{bad}:1:2: this is not JSON")
    wrong = written(tmp_path, GOOD.replace('"Card"', '"Box"'))
    assert (
        "(line 2 of the template)"
        in CliRunner().invoke(main, ["widget", "check", str(wrong)]).output
    )


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 4}, 4),
        ({"type": "string", "default": "d", "examples": ["e"]}, "d"),
        ({"type": "string", "examples": ["e"]}, "e"),
        ({"enum": ["first", "second"]}, "first"),
        ({"oneOf": [{"type": "integer", "minimum": 7}, {"type": "string"}]}, 7),
        ({"type": ["number", "null"]}, 1.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "string", "format": "email"}, "ada@example.com"),
        ({"type": "array", "minItems": 3, "items": {"type": "integer"}}, [1, 1, 1]),
        ({"properties": {"a": {"type": "string"}}}, {"a": "a"}),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer"}}}, 1),
        ({"$ref": "#/$defs/x/y", "$defs": {"x": 3}}, "value"),
        ({"$ref": "#/$defs/none"}, "value"),
        (True, "value"),
    ],
)
def test_sample_data_follow_the_schema(schema: Any, value: Any) -> None:
    """Examples and defaults first: they are what the author meant."""
    assert sample(schema) == value


def test_a_schema_that_holds_itself_ends() -> None:
    """A tree of nodes is a usual thing to draw."""
    node = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    depth, value = 0, sample(node)
    while isinstance(value, dict):
        depth, value = depth + 1, value["next"]
    assert depth < 20
