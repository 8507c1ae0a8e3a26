"""Reads a Content-Security-Policy for what the component needs of a page. Pure.

Source: https://www.w3.org/TR/CSP3/ — fallbacks to `default-src`, and how sources match an address.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Final
from urllib.parse import urlsplit

from .finding import Finding, ok, problem

Policy = dict[str, list[str]]

_UNDECIDED: Final = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
"""What lets a script in by itself, not by its address."""


def parse_policy(text: str) -> Policy:
    """The sources of each directive; the first of two directives of one name counts."""
    policy: Policy = {}
    for part in text.split(";"):
        name, *sources = part.split() or [""]
        if name:
            policy.setdefault(name.lower(), sources)
    return policy


def allows(policy: Policy, directive: str, url: str, page: str) -> bool:
    """Whether the page at this address may load or ask for `url` by this directive."""
    sources = policy.get(directive, policy.get("default-src"))
    if sources is None:
        return True
    return any(_matches(source, url, page) for source in sources)


def check_policy(text: str, *, page: str, script: str, endpoint: str) -> Iterator[Finding]:
    """What the page's policy refuses of the component."""
    policy = parse_policy(text)
    origin, server = _origin(script), _origin(endpoint)
    refused = [
        (directive, f"{what} from {where}", f"add {where} (or 'self') to its {directive}")
        for directive, what, url, where in (
            ("script-src", "scripts", script, origin),
            ("connect-src", "requests to the endpoint", endpoint, server),
        )
        if not allows(policy, directive, url, page)
    ]
    if not allows(policy, "img-src", f"{server}/x", page):
        refused.append(("img-src", f"images from {server}", f"add {server} to its img-src"))
    names = policy.get("trusted-types", ["*"])
    if "require-trusted-types-for" in policy and not {"*", "chatkit"} & set(names):
        refused.append(("trusted-types", "the component", "add `chatkit` to its trusted-types"))
    for directive, what, fix in refused:
        yield problem("page policy", f"the {directive} of {page} refuses {what}", fix)
    if not refused:
        yield ok("page policy", f"the Content-Security-Policy of {page} lets the component work")


def _matches(source: str, url: str, page: str) -> bool:
    lowered, asked = source.lower(), urlsplit(url)
    if lowered == "'self'":
        return _origin(url) == _origin(page)
    if lowered.startswith(_UNDECIDED):
        return True
    if lowered == "*":
        return asked.scheme in ("http", "https")
    if lowered.endswith(":"):
        return asked.scheme == lowered[:-1]
    allowed = urlsplit(lowered if "://" in lowered else f"{asked.scheme}://{lowered}")
    return (
        allowed.scheme in (asked.scheme, "http")
        and fnmatch(asked.hostname or "", allowed.hostname or "")
        and (":*" in lowered or allowed.port in (asked.port, None))
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


__all__ = ["allows", "check_policy", "parse_policy"]
