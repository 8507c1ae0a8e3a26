"""What the golden streams are played from: one scene for each file, the same on every run.

A scene is a request, what the store holds before it, and the handler that answers. Only the
public surface of `openai-chatkit` 1.6.5 is used here, so the scenes play on that package too;
what is this package's own is in `scenes.own`.
"""

from .events import EVENTS, TEXTS
from .items import ITEMS
from .requests import REQUESTS
from .stage import GoldenServer, Scene, set_scene
from .tasks_and_sources import SOURCES, TASKS
from .updates import UPDATES
from .widgets import WIDGETS

SCENES = [*REQUESTS, *EVENTS, *ITEMS, *UPDATES, *TASKS, *SOURCES, *WIDGETS, *TEXTS]
"""All scenes of the official protocol."""

__all__ = ["SCENES", "GoldenServer", "Scene", "set_scene"]
