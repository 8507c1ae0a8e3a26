"""Data to begin with, made up from a JSON Schema: examples and defaults, else what fits a type."""

from collections.abc import Callable, Mapping
from typing import Any, cast

_DEEPEST = 8

_BY_FORMAT = {
    "date": "2026-03-05",
    "date-time": "2026-03-05T09:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
_PLAIN: dict[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


def sample(schema: Any) -> Any:
    """A value for the schema. Not for every one: what cannot be made up stays a plain guess."""
    return _value(schema, schema, "value", 0)


def _value(schema: Any, root: Any, name: str, depth: int) -> Any:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return name
    schema = _resolved(cast("Mapping[str, Any]", schema), root)
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    for listed in ("examples", "enum"):
        if schema.get(listed):
            return schema[listed][0]
    for choice in ("oneOf", "anyOf"):
        if schema.get(choice):
            return _value(schema[choice][0], root, name, depth + 1)
    return _of_type(schema, root, name, depth)


def _of_type(schema: Mapping[str, Any], root: Any, name: str, depth: int) -> Any:
    kind: Any = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = cast("list[Any]", kind)[0]
    makers: dict[str, Callable[[], Any]] = {
        "object": lambda: {
            key: _value(inner, root, key, depth + 1)
            for key, inner in cast("dict[str, Any]", schema.get("properties", {})).items()
        },
        "array": lambda: [
            _value(schema.get("items", {}), root, f"{name} {number}", depth + 1)
            for number in range(1, max(2, int(schema.get("minItems", 0))) + 1)
        ],
        "string": lambda: _BY_FORMAT.get(schema.get("format", ""), name),
    }
    return makers[kind]() if kind in makers else _number(schema, kind)


def _number(schema: Mapping[str, Any], kind: Any) -> Any:
    return schema.get("minimum", _PLAIN.get(kind))


def _resolved(schema: Mapping[str, Any], root: Any) -> Mapping[str, Any]:
    """What a `$ref` inside of the schema points to."""
    pointer = schema.get("$ref")
    if not isinstance(pointer, str) or not pointer.startswith("#/"):
        return schema
    found = root
    for part in pointer[2:].split("/"):
        if not isinstance(found, Mapping):
            return {}
        found = cast("Mapping[str, Any]", found).get(part.replace("~1", "/").replace("~0", "~"))
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


__all__ = ["sample"]
