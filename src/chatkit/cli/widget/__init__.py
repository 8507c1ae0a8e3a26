"""`chatkit widget`: checks `.widget` files, and shows them while they are written.

Above: the command line. Below: chatkit.widgets; the preview also serves files of chatkit.http.
"""

from .command import widget

__all__ = ["widget"]
