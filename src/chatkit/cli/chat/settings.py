"""What was asked for on the command line, made ready: the address, the headers, the language."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

__all__ = ["ChatSettings", "endpoint_url", "locale_of", "parse_header"]

_DEFAULT_PATH = "/chatkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """`thread` is an id, `last` for the newest, or None for a new thread."""

    url: str
    headers: dict[str, str]
    thread: str | None = None
    save_images: Path | None = None
    history: Path | None = None
    locale: str | None = None


def endpoint_url(text: str) -> str:
    """The endpoint's address: `http://` and `/chatkit` where they are missing.

    Raises: ValueError for what is no address.
    """
    if "://" not in text:
        text = f"http://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not the address of a server: {text}")
    path = parts.path if parts.path not in ("", "/") else _DEFAULT_PATH
    return urlunsplit(parts._replace(path=path, fragment=""))


def parse_header(text: str) -> tuple[str, str]:
    """The name and the value of `Name: value`. Raises: ValueError."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not (name + value).isprintable():
        raise ValueError(f"a header is written 'Name: value', not {text!r}")
    return name.strip(), value.strip()


def locale_of(environment: dict[str, str] | None = None) -> str | None:
    """The language of the person's terminal as `de-AT`; None where it has none."""
    variables = os.environ if environment is None else environment
    name = next(filter(None, map(variables.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    language = name.split(".")[0].replace("_", "-")
    return language if language not in ("", "C", "POSIX") else None
