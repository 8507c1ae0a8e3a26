"""S3's signatures for URLs, over more headers than object storage clients sign by themselves.

A signature over `content-length` and `content-type` binds an upload to its size and type: the
storage refuses any other. Source:
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Credentials:
    """Who signs. `session_token` comes with credentials that are lent for a while."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


def presign(
    method: str,
    url: str,
    *,
    credentials: S3Credentials,
    region: str,
    now: datetime,
    seconds: int,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> str:
    """The URL, signed for this method and these headers, good for so many seconds from `now`.

    `url` has no query and its path is quoted as it will be sent; header names are in lower case.
    """
    parts = urlsplit(url)
    signed = {"host": parts.netloc, **(headers or {})}
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    fields = {
        **(query or {}),
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key_id}/{scope}",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": ";".join(sorted(signed)),
    }
    if credentials.session_token is not None:
        fields["X-Amz-Security-Token"] = credentials.session_token
    canonical_query = "&".join(
        f"{_quoted(name)}={_quoted(fields[name])}" for name in sorted(fields)
    )
    digest = _digest(method, parts.path, canonical_query, signed)
    to_sign = "\n".join([_ALGORITHM, fields["X-Amz-Date"], scope, digest])
    signature = _hmac(_signing_key(credentials.secret_access_key, scope), to_sign).hex()
    return f"{url}?{canonical_query}&X-Amz-Signature={signature}"


def _digest(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """The hash of the request as both sides write it down; its body may be any."""
    names = sorted(headers)
    lines = [
        method,
        path,
        query,
        *(f"{name}:{headers[name].strip()}" for name in names),
        "",
        ";".join(names),
        "UNSIGNED-PAYLOAD",
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


__all__ = ["S3Credentials", "presign"]
