"""Puts the built page into wheels, source archives and editable installs.

A tree whose scripts fit their source, as a source archive is, needs no Node.
"""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
SKIP = "CHATKIT_SKIP_WEB"


class WebBuildHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the files of the package."""

    def dependencies(self) -> list[str]:
        """Node as a Python package, where the page must be built and there is no Node."""
        web = _web_build()
        if web is None or os.environ.get(SKIP) or web.load_bundle().is_fresh(web.WEB):
            return []
        return [] if web.has_node() else [web.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the page if need be. An editable install goes on without it."""
        web = _web_build()
        if web is None or os.environ.get(SKIP):
            return
        bundle = web.load_bundle()
        if bundle.is_fresh(web.WEB):
            return
        is_editable = version == "editable"
        if is_editable and bundle.is_built():
            self.app.display_warning("The page's source has changed: build it with `make web`.")
            return
        try:
            web.build()
        except RuntimeError as error:
            if not is_editable:
                raise
            self.app.display_warning(f"{error}\nThe server works without its page; `make web`.")


def _web_build() -> Any:
    """`web/build_page.py`, or None in a tree without the page's source."""
    if not (ROOT / "web" / "build_page.py").is_file():
        return None
    sys.path.insert(0, str(ROOT / "web"))
    try:
        import build_page
    finally:
        sys.path.pop(0)
    return build_page
