"""Redis streams beside a database's turn log: `pip install chatkit-selfhosted[redis]`."""

from .streams import RedisStreams, check_url

__all__ = ["RedisStreams", "check_url"]
