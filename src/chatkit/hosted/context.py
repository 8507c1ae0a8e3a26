"""SessionContext: what a server registered as a workflow is handed as its context."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .configuration import Configuration

StateVariable = str | int | bool | float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContext:
    """Whose request it is, and what the backend said when it made the session."""

    user: str
    workflow_id: str = ""
    workflow_version: str | None = None
    """The version that was asked for; None for the latest."""
    state_variables: Mapping[str, StateVariable] = field(default_factory=dict[str, StateVariable])
    tracing: bool = True
    session_id: str | None = None
    """None where a server of the host's asks, by the threads API."""
    configuration: Configuration = field(default_factory=Configuration)

    @property
    def chatkit_owner(self) -> str:
        """The owner of this user's threads and files, for stores that were told none."""
        return self.user

    @property
    def automatic_thread_titling(self) -> bool:
        """Whether threads get a title by themselves."""
        return self.configuration.automatic_thread_titling.enabled


__all__ = ["SessionContext"]
