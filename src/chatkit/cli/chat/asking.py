"""What the assistant wants to know: fields of a form, questions, results of tools, one by one.

Every question may be declined with Ctrl-C (`Declined`); what was asked for then stays open.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from rich.text import Text

from chatkit.types import ClientToolCallItem, StructuredInputItem, StructuredInputMultipleChoice

from .prompts import Prompts
from .render import Field, render_item
from .safe import one_line
from .screen import Screen

__all__ = ["ask_answers", "ask_fields", "ask_tool_result", "merge_fields"]

_YES, _NO = ("y", "yes", "true", "1"), ("n", "no", "false", "0")


async def ask_fields(
    prompts: Prompts, screen: Screen, fields: Sequence[Field]
) -> dict[str, str | bool]:
    """A value for each field, by its name. Raises: Declined."""
    return {field.name: await _ask_field(prompts, screen, field) for field in fields}


async def _ask_field(prompts: Prompts, screen: Screen, field: Field) -> str | bool:
    _show_options(screen, [label for _, label in field.options])
    # Words are there to be edited; a choice is made anew, or left as it is with Enter.
    chosen = field.kind in ("choice", "check")
    question, start = _question(field), "" if chosen else field.default
    while True:
        answer = await prompts.ask(question, start, secret=field.kind == "secret")
        value = _value(field, (answer or field.default) if chosen else answer)
        if value is None:
            screen.remark("  yes or no?" if field.kind == "check" else "  one of these, please")
        elif field.required and value == "":
            screen.remark("  this is required; Ctrl-C leaves the form")
        else:
            return value


def _question(field: Field) -> str:
    hints = [field.hint] if field.hint else []
    if field.kind == "check":
        hints.append(f"yes/no, {field.default}")
    elif field.kind == "choice":
        default = next((label for value, label in field.options if value == field.default), "")
        hints += [default] if default else []
    hint = f" [{', '.join(hints)}]" if hints else ""
    return f"  {field.label}{'*' if field.required else ''}{hint}: "


def _value(field: Field, answer: str) -> str | bool | None:
    """What the answer means for this field; None where it means nothing."""
    if field.kind == "check":
        return (answer.lower() in _YES) if answer.lower() in (*_YES, *_NO) else None
    if field.kind == "choice" and answer:
        return _choose(answer, field.options)
    return answer


def merge_fields(payload: Any, values: Mapping[str, Any], collision: Callable[[str], None]) -> Any:
    """The payload with the fields in it; a dotted name goes deeper.

    Where the payload has a value of that name its own is kept, and `collision` is told.
    """
    if not values or not (payload is None or isinstance(payload, dict)):
        return payload
    merged = cast(dict[str, Any], json.loads(json.dumps(payload or {})))
    for name, value in values.items():
        *way, last = name.split(".")
        node = _deeper(merged, way)
        if node is None or last in node:
            collision(name)
        else:
            node[last] = value
    return merged


def _deeper(node: dict[str, Any], way: Sequence[str]) -> dict[str, Any] | None:
    """The object at the end of the way, made where it is missing; None where something else is."""
    for step in way:
        below = node.setdefault(step, {})
        if not isinstance(below, dict):
            return None
        node = cast(dict[str, Any], below)
    return node


async def ask_answers(
    prompts: Prompts, screen: Screen, form: StructuredInputItem
) -> dict[str, list[str]] | None:
    """The answers by question; None when all were skipped. Raises: Declined."""
    answers: dict[str, list[str]] = {}
    for question in form.inputs:
        screen.print(Text(f"? {one_line(question.question, 1_000)}", style="bold"))
        if isinstance(question, StructuredInputMultipleChoice):
            options = [(option.value, option.value) for option in question.options]
            _show_options(screen, [one_line(value) for value, _ in options])
            how = "numbers or words, with commas" if question.multiple else "number or words"
            answer = await prompts.ask(f"  {how} (Enter skips): ")
            given = answer.split(",") if question.multiple else [answer]
            answers[question.id] = [
                _choose(each, options) or each.strip() for each in given if each.strip()
            ]
        else:
            hint = f"{one_line(question.description)} " if question.description else ""
            answer = await prompts.ask(f"  {hint}(Enter skips): ")
            answers[question.id] = [answer] if answer else []
    return answers if any(answers.values()) else None


async def ask_tool_result(prompts: Prompts, screen: Screen, call: ClientToolCallItem) -> Any:
    """The result of a tool that would run in a page, as JSON. Raises: Declined."""
    rendered = render_item(call)
    if rendered is not None:
        screen.print(rendered.renderable)
    while True:
        answer = await prompts.ask("  result as JSON (Enter for {}): ")
        try:
            return json.loads(answer or "{}")
        except ValueError as error:
            screen.remark(f'  not JSON: {error}; text needs quotes, as in "done"')


def _show_options(screen: Screen, labels: Sequence[str]) -> None:
    for number, label in enumerate(labels, 1):
        screen.remark(f"  {number}. {label}")


def _choose(answer: str, options: Sequence[tuple[str, str]]) -> str | None:
    """The value that a number, a value or a label stands for."""
    answer = answer.strip()
    if answer.isdecimal() and 0 < int(answer) <= len(options):
        return options[int(answer) - 1][0]
    return next((value for value, label in options if answer in (value, label)), None)
