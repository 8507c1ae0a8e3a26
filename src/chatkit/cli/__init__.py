"""The command line: `chatkit demo`, `serve`, `chat` and `schema`.

Above: a person at a terminal. Below: everything else, loaded by the command that needs it.
"""

from .group import main

__all__ = ["main"]
