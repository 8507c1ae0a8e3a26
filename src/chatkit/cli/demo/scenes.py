"""Which scene a message asks for: by its first words."""

import re
from collections.abc import Callable

from .charts import chart
from .forms import form
from .gallery import widgets
from .moments import effect, error, image, lock, notice, progress
from .opinions import feedback
from .page import client_tool, questions
from .stage import Events, Stage
from .talk import help_
from .work import reasoning, sources, workflow
from .writing import code, long, math, slow, table

Scene = Callable[[Stage], Events]

SCENES: dict[str, Scene] = {
    "widgets": widgets,
    "form": form,
    "chart": chart,
    "workflow": workflow,
    "reasoning": reasoning,
    "sources": sources,
    "image": image,
    "client tool": client_tool,
    "questions": questions,
    "code": code,
    "math": math,
    "table": table,
    "long": long,
    "slow": slow,
    "error": error,
    "notice": notice,
    "lock": lock,
    "effect": effect,
    "progress": progress,
    "feedback": feedback,
    "help": help_,
}
"""The commands of the demo."""

_WITH_WORDS = {"error custom": error, "error crash": error}
_MARKS = re.compile(r"[^\w\s]+")


def find_scene(text: str, *, exact: bool = False) -> Scene | None:
    """The scene that the text asks for: `widgets`, `/widgets`, `Widgets, please!`.

    With `exact`, which is for when a model answers everything else, nothing may follow the name.
    """
    words = " ".join(_MARKS.sub(" ", text).lower().split())
    known = {**SCENES, **_WITH_WORDS}
    if words in known:
        return known[words]
    if exact:
        return None
    names = sorted(SCENES, key=len, reverse=True)
    return next((SCENES[name] for name in names if words.startswith(f"{name} ")), None)


__all__ = ["SCENES", "Scene", "find_scene"]
