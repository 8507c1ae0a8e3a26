"""Our own S3 signatures: the same as Amazon's, for the example that Amazon publishes."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from chatkit.attachments.presign import S3Credentials, presign

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
EXAMPLE = S3Credentials(
    access_key_id="AKIAIOSFODNN7EXAMPLE",
    secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
)
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)
URL = "https://examplebucket.s3.amazonaws.com/test.txt"


def signed(**options: object) -> str:
    fixed = {"credentials": EXAMPLE, "region": "us-east-1", "now": MOMENT, "seconds": 86400}
    return presign("GET", URL, **{**fixed, **options})


def signature(url: str) -> str:
    return parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]


def test_the_published_example_has_the_published_signature() -> None:
    """Whoever computes it otherwise is refused by every S3 server."""
    assert signed() == (
        f"{URL}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_everything_that_is_bound_changes_the_signature() -> None:
    """Headers, query, method, time, key, session: each of them is under it."""
    other = S3Credentials(access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key="other")
    lent = S3Credentials(
        access_key_id=EXAMPLE.access_key_id,
        secret_access_key=EXAMPLE.secret_access_key,
        session_token="token+/=",
    )
    urls = [
        signed(),
        signed(headers={"content-length": "5"}),
        signed(headers={"content-length": "6"}),
        signed(headers={"content-length": "5", "content-type": "image/png"}),
        signed(query={"response-content-type": "image/png"}),
        signed(seconds=1),
        signed(now=datetime(2013, 5, 24, 0, 0, 1, tzinfo=UTC)),
        signed(credentials=other),
        signed(credentials=lent),
        presign("PUT", URL, credentials=EXAMPLE, region="us-east-1", now=MOMENT, seconds=86400),
    ]
    assert len({signature(url) for url in urls}) == len(urls)
    assert parse_qs(urlsplit(urls[3]).query)["X-Amz-SignedHeaders"] == [
        "content-length;content-type;host"
    ]
    assert "X-Amz-Security-Token=token%2B%2F%3D" in urls[8]
