"""`chatkit chat`: a chat in the terminal, on the Python client.

Above: the command line, which loads this when it is asked for. Below: `chatkit.client`. What is
drawn (`render`, pure), where it is drawn (`screen`) and what happens (`session`) stand apart.
"""

from .command import chat

__all__ = ["chat"]
