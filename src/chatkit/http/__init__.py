"""The ASGI app: the endpoint, `/healthz`, limits, who may ask, and a shutdown that loses nothing.

Above: the command line, or the host's own ASGI app. Below: the server. Only this room and the
command line know of HTTP.
"""

from .app import create_app
from .login import Authenticated
from .refused import Refused
from .routes import ChatKitRoutes
from .settings import ContextFunction, RouteOptions

__all__ = [
    "Authenticated",
    "ChatKitRoutes",
    "ContextFunction",
    "Refused",
    "RouteOptions",
    "create_app",
]
