"""Where things stand in a `.widget` file: lines and columns, also inside of its template."""

import re
from dataclasses import dataclass
from pathlib import Path

_LITERAL = re.compile(r'"template"\s*:\s*"')
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)|[^\\]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, and where; line and column count from 1."""

    line: int
    column: int
    message: str
    template_line: int | None = None
    """The line of the template, where that is what the problem is about."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and how to find a place in it."""

    path: Path
    text: str

    def at(self, offset: int, message: str, template_line: int | None = None) -> Problem:
        """A problem at this character of the file."""
        before = self.text[:offset]
        line = before.count("\n") + 1
        column = offset - (before.rfind("\n") + 1) + 1
        return Problem(line=line, column=column, message=message, template_line=template_line)

    def at_key(self, key: str, message: str) -> Problem:
        """A problem with what stands under a key; at the file's start where there is none."""
        found = re.search(rf'"{re.escape(key)}"\s*:', self.text)
        return self.at(found.start() if found else 0, message)

    def in_template(self, line: int, message: str) -> Problem:
        """A problem in this line of the template, found again in the file that holds it."""
        opening = _LITERAL.search(self.text)
        if opening is None:
            return self.at(0, message, line)
        offset, seen = opening.end(), 1
        for token in _ESCAPE.finditer(self.text, opening.end()):
            if seen == line or token[0] == '"':
                break
            if token[0] in ("\\n", "\\u000a", "\\u000A"):
                seen += 1
            offset = token.end()
        return self.at(offset, message, line)


__all__ = ["Problem", "Source"]
