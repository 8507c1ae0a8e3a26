"""What answers a request that does not stream, where it is no thread, page or attachment."""

from chatkit.types.base import WireModel
from chatkit.types.items import ThreadItem

__all__ = ["SyncCustomActionResponse"]


class SyncCustomActionResponse(WireModel):
    """The answer to a synchronous action; `updated_item` takes the place of the item it is of."""

    updated_item: ThreadItem | None = None
