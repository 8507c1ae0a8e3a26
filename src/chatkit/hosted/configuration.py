"""What a backend asks for when it makes a session, with its defaults and limits.

The names, defaults and meaning are those of `client.beta.chatkit.sessions.create` of the public
`openai` packages. Above: the sessions, which keep it. Stands on pydantic only.
"""

from typing import Annotated, Any, Final, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    model_validator,
)

LONGEST_SECONDS: Final = 3600
"""A client secret lies in a page: it is good for an hour at most."""

MEBIBYTE: Final = 1024 * 1024

StateValue = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=8192)]
StateName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=512)]


class _Part(BaseModel):
    """A part of the request: null means the default, and what we do not know is let through."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_null(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        fields = cast("dict[str, Any]", given)
        return {name: value for name, value in fields.items() if value is not None}


class Tracing(_Part):
    """Whether the workflow's runs are traced."""

    enabled: bool = True


class WorkflowChoice(_Part):
    """The workflow, and what it is told."""

    id: Identifier
    state_variables: dict[StateName, StateValue] | None = Field(default=None, max_length=256)
    tracing: Tracing = Tracing()
    version: Identifier | None = None


class AutomaticThreadTitling(_Part):
    """Whether threads get a title by themselves."""

    enabled: bool = True


class FileUpload(_Part):
    """Whether files may be uploaded: how many in the session, and how large, in mebibytes."""

    enabled: bool = False
    max_file_size: int = Field(default=512, ge=1, le=512)
    max_files: int = Field(default=10, ge=1, le=10_000)


class History(_Part):
    """Whether earlier threads may be seen, and how many of the most recent ones; None for all."""

    enabled: bool = True
    recent_threads: int | None = Field(default=None, ge=1, le=10_000)


class Configuration(_Part):
    """What the session's chat can do."""

    automatic_thread_titling: AutomaticThreadTitling = AutomaticThreadTitling()
    file_upload: FileUpload = FileUpload()
    history: History = History()


class ExpiresAfter(_Part):
    """How long the session lasts, counted from its beginning."""

    anchor: Literal["created_at"] = "created_at"
    seconds: int = Field(default=600, ge=1, le=LONGEST_SECONDS)


class RateLimits(_Part):
    """How many requests the session may make in a minute."""

    max_requests_per_1_minute: int = Field(default=10, ge=1, le=1_000_000)


class SessionRequest(_Part):
    """The body of `POST /chatkit/sessions`; also what a session keeps."""

    user: Identifier
    workflow: WorkflowChoice
    chatkit_configuration: Configuration = Configuration()
    expires_after: ExpiresAfter = ExpiresAfter()
    rate_limits: RateLimits = RateLimits()


__all__ = ["MEBIBYTE", "Configuration", "SessionRequest"]
