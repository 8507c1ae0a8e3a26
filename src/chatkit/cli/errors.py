"""What a person did that cannot work, said in a line, with what to do about it."""

from click import ClickException


class UserError(ClickException):
    """Ends the command with its message and exit code 1; no traceback."""


__all__ = ["UserError"]
