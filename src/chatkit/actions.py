"""What a widget's control sends when it is used: `ActionConfig` in the widget, `Action` on its way.

Stands on the lazy models.
"""

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, get_args, get_origin

from pydantic import Field, model_validator

from chatkit.lazy import LazyModel

__all__ = [
    "DEFAULT_HANDLER",
    "DEFAULT_LOADING_BEHAVIOR",
    "Action",
    "ActionConfig",
    "Handler",
    "LoadingBehavior",
    "TPayload",
    "TType",
    "get_args",
    "get_origin",
]

Handler = Literal["client", "server"]
"""Who handles the action: the page's `onAction`, or the server's `action()`."""

LoadingBehavior = Literal["auto", "none", "self", "container"]
"""What looks busy while the server handles it: decided by the control, nothing, it, its widget."""

DEFAULT_HANDLER: Handler = "server"
DEFAULT_LOADING_BEHAVIOR: LoadingBehavior = "auto"

TType = TypeVar("TType", bound=str)
TPayload = TypeVar("TPayload")


class ActionConfig(LazyModel):
    """What a control does when it is used, as it is written in a widget.

    With `streaming` false the server answers once, through `sync_action()`.
    """

    type: str
    payload: Any = None
    handler: Handler = DEFAULT_HANDLER
    loadingBehavior: LoadingBehavior = DEFAULT_LOADING_BEHAVIOR
    streaming: bool = True


class Action(LazyModel, Generic[TType, TPayload]):
    """A type and its payload, as they reach the server.

    `Action[Literal["save"], Payload]` names one action of an app: its `type` needs no saying,
    and `create()` gives what a control of a widget takes.
    """

    if TYPE_CHECKING:
        # It need not be written where the class names it.
        type: TType = Field(default=cast(TType, None), frozen=True)
    else:
        type: TType = Field(frozen=True)
    payload: TPayload = cast(TPayload, None)

    @model_validator(mode="before")
    @classmethod
    def _name_itself(cls, data: Any) -> Any:
        name = cls._literal_type()
        if name is None or not isinstance(data, dict) or "type" in data:
            return cast(Any, data)
        return {"type": name, **cast(dict[str, Any], data)}

    @classmethod
    def _literal_type(cls) -> str | None:
        annotation = cls.model_fields["type"].annotation
        literals = get_args(annotation) if get_origin(annotation) is Literal else ()
        return literals[0] if len(literals) == 1 else None

    @classmethod
    def create(
        cls,
        payload: TPayload,
        handler: Handler = DEFAULT_HANDLER,
        loading_behavior: LoadingBehavior = DEFAULT_LOADING_BEHAVIOR,
        streaming: bool = True,
    ) -> ActionConfig:
        """The `ActionConfig` that makes a control send this action with this payload.

        Raises: TypeError on a class whose `type` is not one literal, as in plain `Action`.
        """
        name = cls._literal_type()
        if name is None:
            raise TypeError(
                f"{cls.__name__}.create() does not know its type: "
                'name it first, as in Action[Literal["my.action"], MyPayload].create(payload)'
            )
        return ActionConfig(
            type=name,
            payload=payload,
            handler=handler,
            loadingBehavior=loading_behavior,
            streaming=streaming,
        )
