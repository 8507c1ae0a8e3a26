"""Redis streams beside a database's turn log: `pip install chatkit-selfhosted[redis]`."""

from .streams import RedisStreams

__all__ = ["RedisStreams"]
