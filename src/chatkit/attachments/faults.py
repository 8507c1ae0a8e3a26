"""What the object storage's client raises, in our own words."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from obstore.exceptions import BaseError

from chatkit.errors import StoreUnavailable

logger = logging.getLogger(__name__)


@contextmanager
def translated() -> Generator[None, None, None]:
    """Raises StoreUnavailable for whatever goes wrong inside; FileNotFoundError stays itself."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError):
        # The library's text names hosts and addresses: it is for the log only.
        logger.exception("object storage failed")
        raise StoreUnavailable("object storage does not answer as it should") from None


__all__ = ["translated"]
