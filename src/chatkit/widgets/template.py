"""`.widget` files: a widget written as a Jinja template that renders to JSON.

Stands on the dynamic components; Jinja is loaded when the first template is.
"""

import inspect
import json
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from typing_extensions import deprecated

from chatkit.widgets.dynamic import DynamicWidgetRoot
from chatkit.widgets.roots import BasicRoot

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["WidgetTemplate", "deprecated"]

VERSION = "1.0"


class WidgetTemplate:
    """A widget with holes in it, to be filled with data.

    `definition` is the content of a `.widget` file: `version` "1.0", `name`, `template` (Jinja
    text that renders to the JSON of a root) and `jsonSchema` of the data that fills it, which is
    kept as `data_schema` and not enforced.

    Raises: ValueError for another version.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        version = definition.get("version")
        if version != VERSION:
            raise ValueError(
                f"unsupported widget version {version!r}: this package reads {VERSION!r}"
            )
        self.version = VERSION
        self.name: str = definition["name"]
        self.template = _environment().from_string(definition["template"])
        self.data_schema: dict[str, Any] = definition.get("jsonSchema", {})

    @classmethod
    def from_file(cls, file_path: str | PathLike[str]) -> "WidgetTemplate":
        """The template in a `.widget` file; a relative path starts at the file that calls this.

        Raises: FileNotFoundError; ValueError for another version or text that is not JSON.
        """
        path = Path(file_path)
        if not path.is_absolute():
            caller = inspect.stack(context=0)[1].filename
            path = Path(caller).resolve().parent / path
        with path.open(encoding="utf-8") as file:
            return cls(json.load(file))

    def build(self, data: dict[str, Any] | BaseModel | None = None) -> DynamicWidgetRoot:
        """The widget filled with `data`, a dict or a model whose fields the template names.

        Raises: jinja2.UndefinedError for a name without a value; ValueError where the rendered
        text is not the JSON of a root.
        """
        return DynamicWidgetRoot.model_validate(self._render(data))

    @deprecated("WidgetTemplate.build_basic is deprecated: use WidgetTemplate.build.")
    def build_basic(self, data: dict[str, Any] | BaseModel | None = None) -> BasicRoot:
        """The widget filled with `data`, for a template whose root is a `Basic`."""
        return BasicRoot.model_validate(self._render(data))

    def _render(self, data: dict[str, Any] | BaseModel | None) -> Any:
        if isinstance(data, BaseModel):
            data = data.model_dump()
        return json.loads(self.template.render(**(data or {})))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined, Undefined

    def jsonable(value: object) -> Any:
        if isinstance(value, Undefined):
            str(value)  # raises UndefinedError, which names what is missing
        return to_jsonable_python(value)

    # A template renders to JSON, where `tojson` does the escaping; HTML escapes would be wrong.
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
    kwargs = cast(dict[str, Any], environment.policies["json.dumps_kwargs"])
    environment.policies["json.dumps_kwargs"] = {**kwargs, "default": jsonable}
    return environment
