"""From `MODULE:NAME` to an ASGI app: a server, a class of one, a function that makes one, an app.

Everything that can be wrong with it is a UserError in a sentence.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from chatkit.http import ChatKitRoutes, create_app
from chatkit.server import ChatKitServer
from chatkit.store import AttachmentStore, SQLiteStore, Store

from .databases import (
    Closes,
    PostgresPlace,
    closes,
    default_database,
    open_database,
    open_files,
    open_postgres,
)
from .errors import UserError

if TYPE_CHECKING:
    from chatkit.store import PostgresStore

    from .model_choice import ModelChoice

_USUAL_NAMES = ("server", "app")
_ATTACHMENTS = "attachment_store"
"""The parameter of a class that keeps files; one without it keeps none."""

Place = Path | PostgresPlace
"""Where threads are kept: a SQLite file, or a PostgreSQL database."""


def load_app(
    target: str,
    folder: Path,
    database: Place | None,
    public_url: str | None = None,
    *,
    usual: Place | None = None,
) -> tuple[Any, Place | None]:
    """The ASGI app that `target` names, and the database that was opened for it, if one was.

    `usual` is the database of a class that needs one where none is named; by default a file.

    Raises: UserError.
    """
    module_name, _, name = target.partition(":")
    module = _import(module_name, folder)
    found = _look_up(module, name)
    return _Loader(target, database, public_url, usual).load(found)


def load_model(
    choice: ModelChoice,
    host: str,
    database: Place | None,
    public_url: str | None = None,
    *,
    usual: Place | None = None,
) -> tuple[Any, Place | None]:
    """The ASGI app of an assistant with this model, and the database that was opened for it.

    Anybody who can reach it is its user; on this machine, only its own pages.

    Raises: UserError.
    """
    # Here, as they load the SDKs of agents.
    from .model_assistant import ModelAssistant, page_of
    from .running import own_names

    hosts = own_names(host) if public_url is None else ()
    loader = _Loader("assistant", database, public_url, usual, page_of(choice.name), hosts)
    model = choice.open()
    return loader.load_made(partial(ModelAssistant, model), model)


def endpoint_of(app: Any) -> str:
    """The path of the app's endpoint, or nothing where the app is the user's own."""
    routes = app if isinstance(app, ChatKitRoutes) else None
    if isinstance(app, Starlette):
        routes = getattr(app.state, "chatkit", None)
    return routes.settings.path if isinstance(routes, ChatKitRoutes) else ""


def has_page(app: Any) -> bool:
    """Whether a browser finds something at `/`."""
    routes: Sequence[BaseRoute] = getattr(app, "routes", ())
    return any(isinstance(route, Route) and _is_page(route) for route in routes)


def _is_page(route: Route) -> bool:
    return route.path == "/" and "GET" in (route.methods or ("GET",))


def _import(name: str, folder: Path) -> ModuleType:
    if name.endswith(".py") or "/" in name or "\\" in name:
        raise UserError(f"{name!r} is a path, not a module: say `chatkit serve {_as_module(name)}`")
    sys.path.insert(0, str(folder.resolve()))
    try:
        known = find_spec(name) is not None
    except (ModuleNotFoundError, ValueError):
        known = False
    if not known:
        raise UserError(
            f"no module {name!r} in {folder.resolve()}: go to the folder of your file, "
            "or name it with --app-dir"
        )
    try:
        return import_module(name)
    except Exception as error:  # noqa: BLE001 - the module is the user's: it may raise anything
        raise UserError(f"importing {name!r} failed:\n{_own_traceback(error)}") from None


def _as_module(path: str) -> str:
    """What to write instead of a path."""
    *folders, file = path.replace("\\", "/").split("/")
    module = file.removesuffix(".py") + ":NAME"
    return f"{module} --app-dir {'/'.join(folders) or '/'}" if folders else module


def _own_traceback(error: Exception) -> str:
    """The error as Python would show it, from the first line of the user's own file on."""
    ours = (str(Path(__file__).parents[1]), "<frozen importlib")
    frames = traceback.extract_tb(error.__traceback__)
    while frames and (frames[0].filename.startswith(ours) or "importlib" in frames[0].filename):
        del frames[0]
    shown = traceback.format_list(frames) + traceback.format_exception_only(error)
    return "".join(shown).rstrip()


def _look_up(module: ModuleType, name: str) -> Any:
    names = (name,) if name else _USUAL_NAMES
    for attempt in names:
        found: Any = module
        for part in attempt.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    candidates = _candidates(module)
    hint = f"; it has {', '.join(candidates)}" if candidates else ""
    raise UserError(f"module {module.__name__!r} has no {' or '.join(map(repr, names))}{hint}")


def _candidates(module: ModuleType) -> list[str]:
    """The names of the module that can be served."""
    return [name for name, value in vars(module).items() if _is_candidate(value, module.__name__)]


def _is_candidate(value: Any, module: str) -> bool:
    if isinstance(value, ChatKitServer | Starlette | ChatKitRoutes):
        return True
    if getattr(value, "__module__", None) != module:
        return False
    return _is_server_class(value) or (inspect.iscoroutinefunction(value) and _is_asgi(value))


class _Loader:
    """Makes an app of what was found under a name."""

    def __init__(
        self,
        target: str,
        database: Place | None,
        public_url: str | None,
        usual: Place | None,
        page: bool | Mapping[str, Any] = True,
        hosts: Sequence[str] = (),
    ) -> None:
        self._target = target
        self._database = database
        self._usual = usual
        self._public_url = public_url
        self._page = page
        self._hosts = hosts
        self._opened: Place | None = None
        self._store: SQLiteStore[Any] | PostgresStore[Any] | None = None

    def load(self, found: Any) -> tuple[Any, Place | None]:
        """The app, and the database that was opened for it. Raises: UserError."""
        if _is_server_class(found):
            found = self._make_server(found)
        elif _is_factory(found):
            self._refuse_database("is a function, which chooses its own store")
            found = self._call(found)
        if isinstance(found, ChatKitServer):
            return self._app(cast("ChatKitServer[Any]", found)), self._opened
        if not _is_asgi(found):
            kind = type(found).__name__
            raise UserError(
                f"{self._target} is no server ({kind}): name a ChatKitServer, a class of one, "
                "a function without arguments that makes one, or an ASGI app"
            )
        self._refuse_database("is an app, which has its own store")
        if self._public_url is not None:
            raise UserError(f"--public-url has no use here: {self._target} is an app")
        return found, None

    def load_made(
        self, make: Callable[..., ChatKitServer[Any]], model: Closes
    ) -> tuple[Any, Place | None]:
        """The app of the server that is made with a store and a folder for files."""
        return self._app(self._make_with_store(make), model), self._opened

    def _app(self, server: ChatKitServer[Any], model: Closes | None = None) -> Any:
        if self._store is None:
            self._refuse_database("has a store already")
        lifespan = closes(self._store, model) if self._store is not None else None
        try:
            return create_app(
                server,
                page=self._page,
                lifespan=lifespan,
                public_url=self._public_url,
                allowed_hosts=self._hosts,
            )
        except ValueError as error:
            raise UserError(f"--public-url: {error}") from None

    def _make_server(self, cls: type[ChatKitServer[Any]]) -> ChatKitServer[Any]:
        if self._database is None and _takes(cls):
            return self._call(cls)
        if not _takes(cls, None):
            raise UserError(
                f"{self._target} takes more than a store: make an instance of it in your module, "
                "or a function without arguments that makes one"
            )
        return self._make_with_store(cls)

    def _make_with_store(self, make: Callable[..., ChatKitServer[Any]]) -> ChatKitServer[Any]:
        module = self._target.partition(":")[0]
        database = self._opened = self._database or self._usual or default_database(module)
        # Beside the file; of a database server, in the data folder of this machine.
        files = database if isinstance(database, Path) else default_database(module)
        self._store = (
            open_database(database) if isinstance(database, Path) else open_postgres(database)
        )
        if _ATTACHMENTS not in inspect.signature(make).parameters:
            return self._call(make, self._store)
        return self._call(make, self._store, **{_ATTACHMENTS: open_files(files)})

    def _call(self, make: Any, *stores: Store[Any], **files: AttachmentStore[Any]) -> Any:
        try:
            made = make(*stores, **files)
        except Exception as error:  # noqa: BLE001 - the user's own code: it may raise anything
            raise UserError(f"making {self._target} failed:\n{_own_traceback(error)}") from None
        if inspect.iscoroutine(made):
            made.close()
            raise UserError(f"{self._target} is an async function: make it a plain one")
        return made

    def _refuse_database(self, why: str) -> None:
        if self._database is not None:
            raise UserError(f"--database has no use here: {self._target} {why}")


def _is_server_class(value: Any) -> bool:
    return (
        inspect.isclass(value) and issubclass(value, ChatKitServer) and value is not ChatKitServer
    )


def _is_factory(value: Any) -> bool:
    return callable(value) and not isinstance(value, ChatKitServer) and _takes(value)


def _is_asgi(value: Any) -> bool:
    return callable(value) and _takes(value, None, None, None)


def _takes(function: Any, *arguments: Any) -> bool:
    """Whether the function can be called with so many arguments, and no fewer."""
    try:
        signature = inspect.signature(function)
        signature.bind(*arguments)
    except (TypeError, ValueError):
        return False
    return True


__all__ = ["endpoint_of", "has_page", "load_app", "load_model"]
