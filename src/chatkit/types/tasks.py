"""Single steps of work that the assistant shows."""

from typing import Annotated, Literal

from pydantic import Field

from chatkit.icons import IconName
from chatkit.types.base import WireModel
from chatkit.types.sources import FileSource, URLSource

__all__ = [
    "BaseTask",
    "CustomTask",
    "FileTask",
    "ImageTask",
    "SearchTask",
    "Task",
    "ThoughtTask",
]


class BaseTask(WireModel):
    """What every task has: whether it is under way."""

    status_indicator: Literal["none", "loading", "complete"] = "none"


class CustomTask(BaseTask):
    """A step of any kind; `content` in Markdown."""

    type: Literal["custom"] = "custom"
    title: str | None = None
    icon: IconName | None = None
    content: str | None = None


class SearchTask(BaseTask):
    """A search of the web: what was asked and what was found."""

    type: Literal["web_search"] = "web_search"
    title: str | None = None
    title_query: str | None = None
    queries: list[str] = Field(default_factory=list[str])
    sources: list[URLSource] = Field(default_factory=list[URLSource])


class ThoughtTask(BaseTask):
    """A thought of the model."""

    type: Literal["thought"] = "thought"
    title: str | None = None
    content: str


class FileTask(BaseTask):
    """Files that were read."""

    type: Literal["file"] = "file"
    title: str | None = None
    sources: list[FileSource] = Field(default_factory=list[FileSource])


class ImageTask(BaseTask):
    """An image that was looked at or made."""

    type: Literal["image"] = "image"
    title: str | None = None


Task = Annotated[
    CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask, Field(discriminator="type")
]
