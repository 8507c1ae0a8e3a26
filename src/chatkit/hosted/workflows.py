"""Workflows: the servers that are registered by id, on one store."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatkit.server import ChatKitServer
from chatkit.store.contract import AttachmentStore, Store
from chatkit.store.owners import ServesAllOwners

from .context import SessionContext
from .errors import WorkflowNotFound

Server = ChatKitServer[Any]

_SOMEBODY = SessionContext(user="somebody")


class Workflows:
    """Servers by the id of their workflow.

    All have the same store (the very object), and the same attachment store or none: a user has
    one history, whichever workflow the session is for.

    Raises: ValueError for none at all, for several stores, and for a store that was told an owner
    who is not the session's user.
    """

    def __init__(self, servers: Mapping[str, Server]) -> None:
        if not servers:
            raise ValueError("register at least one workflow: {'wf_support': server}")
        self._servers = dict(servers)
        self.store: Store[Any] = _only("store", [one.store for one in self.servers])
        self.attachment_store: AttachmentStore[Any] | None = _only(
            "attachment store", [one.attachment_store for one in self.servers]
        )
        _check_owner(self.store)

    @property
    def servers(self) -> list[Server]:
        """Each server once."""
        return list({id(server): server for server in self._servers.values()}.values())

    def find(self, workflow_id: str) -> Server:
        """The workflow's server. Raises: WorkflowNotFound."""
        server = self._servers.get(workflow_id)
        if server is None:
            raise WorkflowNotFound(workflow_id)
        return server

    def running(self, thread_id: str) -> Server:
        """The server that answers on this thread, or any where none does."""
        servers = self.servers
        for server in servers:
            if server.supervisor().running_on(thread_id) is not None:
                return server
        return servers[0]


def _only(what: str, found: Sequence[Any]) -> Any:
    if any(one is not found[0] for one in found):
        raise ValueError(f"all workflows need the same {what}: pass one object to all servers")
    return found[0]


def _check_owner(store: Store[Any]) -> None:
    if not isinstance(store, ServesAllOwners):
        return
    try:
        owner = store.owner_named_by(_SOMEBODY)
    except (AttributeError, KeyError, TypeError):
        owner = None
    if owner != _SOMEBODY.user:
        raise ValueError(
            "with workflows, the store's owner is the user of a session: leave `owner` out, "
            "or return `context.user`"
        )


__all__ = ["Workflows"]
