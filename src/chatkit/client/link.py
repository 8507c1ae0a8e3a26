"""What all answers of one client share: the way to the server, and what is known of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chatkit.types import (
    BaseReq,
    ThreadItem,
    ThreadResponse,
    TurnsAttachParams,
    TurnsAttachReq,
    TurnsStopParams,
    TurnsStopReq,
)

from .errors import ApiError
from .reconnect import ConnectionChange, Reconnect
from .transport import Transport


@dataclass(slots=True, kw_only=True)
class Link:
    """The way to one server. `on_connection` is told of losses, `load` reads a thread anew."""

    transport: Transport
    policy: Reconnect
    announces_resume: bool
    on_connection: Callable[[ConnectionChange], None]
    load: Callable[[str], Awaitable[tuple[ThreadResponse, list[ThreadItem]]]]
    knows_turns: bool | None = None
    """Whether the server numbers its events; None until it was seen."""

    def silence(self) -> float | None:
        """Seconds of silence after which a stream counts as lost; only our servers heartbeat."""
        return self.policy.silence if self.announces_resume and self.knows_turns else None

    def may_try_again(self, turn_id: str | None) -> bool:
        """Whether a lost connection is worth another try."""
        # A server that was never there is a wrong address, and not one that is restarting.
        if not self.announces_resume or not self.transport.reached:
            return False
        return turn_id is not None or self.knows_turns is not False

    def attach_request(self, turn_id: str, after: int) -> BaseReq:
        """Asks for the rest of a turn."""
        params = TurnsAttachParams(turn_id=turn_id, after=after)
        return TurnsAttachReq(params=params, metadata=self._metadata())

    async def stop_turn(self, turn_id: str) -> None:
        """Stops a turn; nothing happens if it is over. Raises: ApiError, ConnectionLost."""
        try:
            await self.transport.call(self._stop_request(turn_id))
        except ApiError as error:
            if error.status not in (404, 410):
                raise

    async def check_that_sending_again_is_safe(self, lost: Exception) -> None:
        """Asks for what only a server that knows turns can answer. Raises: the loss."""
        try:
            await self.transport.call(self._stop_request("trn_none"))
        except ApiError as error:
            self.knows_turns = error.type == "not_found"
        if not self.knows_turns:
            self.knows_turns = False
            raise lost

    def _stop_request(self, turn_id: str) -> BaseReq:
        return TurnsStopReq(params=TurnsStopParams(turn_id=turn_id), metadata=self._metadata())

    def _metadata(self) -> dict[str, object]:
        return {"chatkit.resume": True} if self.announces_resume else {}


__all__ = ["Link"]
