"""uvicorn's reloading, but watching begins before a child reads what is watched."""

from uvicorn.supervisors.watchfilesreload import WatchFilesReload
from watchfiles import watch

_LOOK_MS = 100
"""How long one look at the folder takes: it is all that a first start is held up."""


class Reloading(WatchFilesReload):
    """Starts the child once changes are kept for it.

    uvicorn begins to watch a quarter of a second after the child's start. A file that is saved
    within it, when the child has read it already, would be served as it was until the next change.
    """

    def startup(self) -> None:
        self.watcher = watch(
            *self.reload_dirs,
            watch_filter=None,
            stop_event=self.should_exit,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        next(self.watcher)
        super().startup()
