"""Hosting: the gate and the addresses that apps of the hosted service know.

    POST <api>/chatkit/sessions               for backends, with an API key; see rest.py
    GET  <path>/session                       for pages, with a client secret

Above: routes.py. Below: `chatkit.hosted`.
"""

from collections.abc import Mapping
from typing import Any

from starlette.routing import BaseRoute

from chatkit.hosted import ApiKeys, Sessions, ThreadsApi, Workflows
from chatkit.server import ChatKitServer
from chatkit.store import AccessStore, KeepsAccess

from .doors import session_route
from .draining import Draining
from .gate import SessionGate
from .rest import rest_routes
from .settings import Settings


class Hosting:
    """Workflows with what lets people and servers in."""

    def __init__(self, workflows: Mapping[str, ChatKitServer[Any]], settings: Settings) -> None:
        """Raises: ValueError for options that do not go with workflows."""
        if settings.context is not None:
            raise ValueError("with workflows, the context of a request is its session's")
        if settings.page is not False:
            raise ValueError("with workflows there is no page: nobody gave it a client secret")
        self._settings = settings
        self._workflows = Workflows(workflows)
        access = _access(self._workflows, settings)
        self._keys = ApiKeys(access)
        self._sessions = Sessions(access, signing_key=settings.signing_key)
        self.gate = SessionGate(self._workflows, self._sessions)

    def routes(self, draining: Draining) -> list[BaseRoute]:
        """The routes beside the endpoint."""
        threads = ThreadsApi(self._workflows)
        return [
            session_route(self.gate, self._settings, draining),
            *rest_routes(self._keys, self._sessions, self._workflows, threads, self._settings),
        ]


def _access(workflows: Workflows, settings: Settings) -> AccessStore:
    if settings.access is not None:
        return settings.access
    if isinstance(workflows.store, KeepsAccess):
        return workflows.store.access()
    raise ValueError(
        "the workflows' store keeps no keys and sessions: say where with `access=`, "
        "such as SQLiteStore('access.sqlite3').access()"
    )


__all__ = ["Hosting"]
