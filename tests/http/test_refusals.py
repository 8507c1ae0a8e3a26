"""What the endpoint turns away, and how it says so."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from assistants import Echo, asks, creates
from live_servers import Serves, Talks, visiting

from chatkit.http import ChatKitRoutes, Refused, create_app
from chatkit.store import MemoryStore
from chatkit.types import AudioInput, TranscriptionResult

LIST = asks("threads.list")
OWN_PAGE = "http://testserver"
OTHER_PAGE = "https://evil.example"
JSON = {"Content-Type": "application/json"}


class Hears(Echo):
    """Also takes dictation."""

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        return TranscriptionResult(text=f"{len(audio_input.data)} bytes")


def app(**options: Any) -> Any:
    return create_app(Hears(MemoryStore()), **options)


def in_process(**options: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app(**options))
    return httpx2.AsyncClient(transport=transport, base_url=OWN_PAGE)


def problem(response: httpx2.Response) -> tuple[int, str]:
    """The status and the type of an error, which is JSON in the one documented shape."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"type", "message"}
    return response.status_code, body["error"]["type"]


def dictation(size: int, *, type_last: bool = False) -> bytes:
    """The request for `size` characters of base64."""
    params = {"audio_base64": "A" * size, "mime_type": "audio/webm;codecs=opus"}
    request = {"type": "input.transcribe", "params": params}
    if type_last:
        request = dict(reversed(request.items()))
    return json.dumps(request).encode()


@pytest.mark.requirement("sec-05")
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain;charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/jsonp",
        "",
        "application/json; charset=utf-16",
    ],
)
async def test_a_body_that_is_not_declared_as_json_is_refused(content_type: str) -> None:
    """A page of another site may post the first four without asking: none of them may act."""
    async with in_process() as client:
        response = await client.post(
            "/chatkit", content=json.dumps(LIST), headers={"Content-Type": content_type}
        )
    assert problem(response) == (415, "unsupported_media_type")


@pytest.mark.requirement("sec-05")
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", 'Application/JSON;Charset="UTF-8"'],
)
async def test_json_is_taken_however_its_charset_is_written(content_type: str) -> None:
    """Clients and proxies add a charset, in any case."""
    async with in_process() as client:
        response = await client.post(
            "/chatkit", content=json.dumps(LIST), headers={"Content-Type": content_type}
        )
    assert response.json() == {"data": [], "has_more": False}


async def test_a_compressed_body_is_refused() -> None:
    """It would have to be unpacked to be limited."""
    async with in_process() as client:
        response = await client.post("/chatkit", json=LIST, headers={"Content-Encoding": "gzip"})
    assert problem(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
async def test_only_post_is_served(method: str) -> None:
    """Browsers that open the address, and curl without a body, learn what to do."""
    async with in_process() as client:
        response = await client.request(method, "/chatkit")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST, OPTIONS"


async def test_an_unknown_path_is_a_json_404() -> None:
    """A client that gets the path wrong should not have to read HTML."""
    async with in_process() as client:
        response = await client.post("/chat", json=LIST)
    assert problem(response) == (404, "not_found")


@pytest.mark.requirement("sec-06")
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OTHER_PAGE},
        {"Origin": "null"},
        {"Origin": OTHER_PAGE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://sub.testserver", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": OWN_PAGE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver:81"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
async def test_a_post_from_another_site_is_refused(headers: dict[str, str]) -> None:
    """The cookies of a signed-in user would go with it."""
    async with in_process() as client:
        response = await client.post("/chatkit", json=LIST, headers=headers)
    assert problem(response) == (403, "cross_site")


@pytest.mark.requirement("sec-06")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN_PAGE},
        {"Origin": "https://testserver"},
        {"Origin": OWN_PAGE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://public.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_own_pages_and_programs_may_post(headers: dict[str, str]) -> None:
    """curl sends no Origin; a proxy that ends TLS or renames the host keeps the rest true."""
    async with in_process() as client:
        response = await client.post("/chatkit", json=LIST, headers=headers)
    assert response.status_code == 200


@pytest.mark.requirement("sec-06")
async def test_a_name_that_is_not_on_the_list_of_hosts_is_refused() -> None:
    """A page can make its own name point to this machine: then it is "the same origin"."""
    async with in_process(allowed_hosts=["localhost", "::1"]) as client:
        rebound = await client.post("/chatkit", json=LIST)
        local = await client.post("/chatkit", json=LIST, headers={"Host": "LocalHost:8000"})
        v6 = await client.post("/chatkit", json=LIST, headers={"Host": "[::1]:8000"})
    assert problem(rebound) == (421, "misdirected_request")
    assert (local.status_code, v6.status_code) == (200, 200)


@pytest.mark.requirement("sec-07")
async def test_a_listed_origin_gets_its_cors_headers_with_errors_too() -> None:
    """A page that may not read the error cannot tell its user what is wrong."""
    origin = "https://app.example.com"
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    async with in_process(allowed_origins=["https://App.example.com/"]) as client:
        fine = await client.post("/chatkit", json=LIST, headers=headers)
        wrong = await client.post("/chatkit", json={"type": "x"}, headers=headers)
    for response, status in ((fine, 200), (wrong, 400)):
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"
        assert response.headers["vary"] == "Origin"


@pytest.mark.requirement("sec-07")
async def test_a_stream_carries_the_cors_headers_too() -> None:
    """It is a response like any other."""
    headers = {"Origin": "https://a.example"}
    async with in_process(allowed_origins=["https://a.example"]) as client:
        response = await client.post("/chatkit", json=creates(), headers=headers)
    assert response.headers["access-control-allow-origin"] == "https://a.example"


@pytest.mark.requirement("sec-07")
async def test_an_origin_that_is_not_listed_gets_no_cors_headers() -> None:
    """And caches are told that the answer depends on the origin."""
    async with in_process(allowed_origins=["https://a.example"]) as client:
        response = await client.post("/chatkit", json=LIST, headers={"Origin": OTHER_PAGE})
        preflight = await client.options(
            "/chatkit",
            headers={"Origin": OTHER_PAGE, "Access-Control-Request-Method": "POST"},
        )
    for refused in (response, preflight):
        assert problem(refused) == (403, "cross_site")
        assert not [name for name in refused.headers if name.startswith("access-control")]
        assert refused.headers["vary"] == "Origin"


@pytest.mark.requirement("sec-07")
async def test_a_preflight_says_what_may_be_sent() -> None:
    """Hosts add headers of their own, such as Authorization."""
    async with in_process(allowed_origins=["https://a.example"]) as client:
        response = await client.options(
            "/chatkit",
            headers={
                "Origin": "https://a.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, content-type",
            },
        )
    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == "POST, OPTIONS"
    assert response.headers["access-control-allow-headers"] == "authorization, content-type"
    assert response.headers["access-control-max-age"] == "600"


async def test_a_preflight_repeats_no_nonsense() -> None:
    """What is not a list of header names is not sent back."""
    async with in_process(allowed_origins=["*"]) as client:
        response = await client.options(
            "/chatkit",
            headers={
                "Origin": "https://a.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "a: b",
            },
        )
    assert "access-control-allow-headers" not in response.headers


@pytest.mark.requirement("sec-07")
async def test_a_star_lets_anybody_read_but_without_cookies() -> None:
    """A public assistant is fine; one that acts for a signed-in user must name its pages."""
    async with in_process(allowed_origins=["*"]) as client:
        response = await client.post("/chatkit", json=LIST, headers={"Origin": OTHER_PAGE})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers


async def test_plain_options_says_what_may_be_sent() -> None:
    """It is no preflight without Access-Control-Request-Method."""
    async with in_process() as client:
        response = await client.options("/chatkit")
    assert (response.status_code, response.headers["allow"]) == (204, "POST, OPTIONS")


@pytest.mark.parametrize(
    "options",
    [
        {"allowed_origins": ["app.example.com"]},
        {"allowed_origins": ["https://app.example.com/chat"]},
        {"allowed_origins": "https://app.example.com"},
        {"allowed_hosts": "localhost"},
        {"path": "chatkit"},
    ],
)
def test_options_that_cannot_be_meant_are_errors_at_once(options: dict[str, Any]) -> None:
    """An origin with a path never matches, and would be found out in production."""
    with pytest.raises(ValueError, match=next(iter(options)).replace("allowed_origins", "origin")):
        app(**options)


@pytest.mark.requirement("sec-25")
async def test_a_large_body_is_refused_by_its_declared_length(talking: Talks) -> None:
    """Nothing of it is read."""
    async with talking(app(max_audio_body_bytes=2000, max_body_bytes=1000)) as client:
        response = await client.post("/chatkit", content=b"x" * 2001, headers=JSON)
    assert problem(response) == (413, "body_too_large")


@pytest.mark.requirement("sec-25")
async def test_a_body_that_does_not_end_is_cut_at_the_limit(serving: Serves) -> None:
    """A chunked body declares no length: the answer comes while it is still being sent."""
    sent = 0
    async with serving(app()) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        head = "POST /chatkit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        status = asyncio.create_task(reader.readuntil(b"\r\n"))
        while not status.done():
            writer.write(b"%x\r\n%b\r\n" % (65536, b" " * 65536))
            sent += 65536
            await asyncio.wait((status,), timeout=0.01)
            assert sent < 10 * 1024 * 1024, "the server goes on taking in"
        assert b" 413 " in await status
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.requirement("sec-25")
@pytest.mark.parametrize("type_last", [False, True])
async def test_a_dictation_may_be_larger_than_other_requests(
    type_last: bool, talking: Talks
) -> None:
    """Sound is large; the order of JSON's keys means nothing."""
    async with talking(app(max_body_bytes=1000, max_audio_body_bytes=200_000)) as client:
        body = dictation(100_000, type_last=type_last)
        fine = await client.post("/chatkit", content=body, headers=JSON)
        over = await client.post("/chatkit", content=dictation(200_000), headers=JSON)
    assert fine.json() == {"text": "75000 bytes"}
    assert problem(over) == (413, "body_too_large")


@pytest.mark.requirement("sec-25")
@pytest.mark.parametrize(
    "body",
    [
        json.dumps(creates("x" * 2000)).encode(),
        dictation(2000).replace(b'{"type"', b'{"type": "threads.list", "type_"'),
        dictation(2000, type_last=True).replace(b"input.transcribe", b"threads.list"),
        json.dumps({"metadata": {"x": "y" * 2000}}).encode(),
        json.dumps({"params": "y" * 2000}).encode(),
        json.dumps(["y" * 2000]).encode(),
        b"y" * 2000,
    ],
)
async def test_nothing_else_may_be_as_large_as_a_dictation(body: bytes) -> None:
    """Neither another request, nor one that only begins like a dictation."""
    async with in_process(max_body_bytes=1000) as client:
        response = await client.post("/chatkit", content=body, headers=JSON)
    assert problem(response) == (413, "body_too_large")


def submits(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers to a form."""
    return asks("threads.add_structured_input", thread_id="t", item_id="i", input=answers)


@pytest.mark.requirement("sec-25")
async def test_deep_and_crowded_json_is_refused_quickly() -> None:
    """100,000 levels and as many keys as fit: neither a crash nor a long wait."""
    crowd = ",".join(f'"k{number}":0' for number in range(70_000))
    wrong = json.dumps(creates()).replace('[{"type"', "[" + "1," * 300_000 + '{"type"')
    answers = {"answers": {f"q{number}": 1 for number in range(70_000)}}
    async with in_process() as client:
        deep = await client.post("/chatkit", content=b"[" * 100_000, headers=JSON)
        nested = await client.post(
            "/chatkit", content=b'{"a":' * 100_000 + b"1" + b"}" * 100_000, headers=JSON
        )
        crowded = await client.post(
            "/chatkit",
            content=f'{{"type":"threads.list","params":{{}},"metadata":{{{crowd}}}}}',
            headers=JSON,
        )
        many_faults = await client.post("/chatkit", content=wrong, headers=JSON)
        many_answers = await client.post("/chatkit", json=submits(answers), headers=JSON)
    assert problem(deep) == problem(nested) == (400, "invalid_request")
    assert crowded.status_code == 200
    assert problem(many_faults) == (400, "invalid_request")
    first = "params.input.content[0]: Input should be an object"
    assert many_faults.json()["error"]["message"] == first
    assert many_answers.json()["error"]["message"] == "70000 fields are wrong"


@pytest.mark.requirement("sec-25")
@pytest.mark.parametrize(("type", "most"), [("threads.list", 10_000), ("items.list", 1_000)])
async def test_pages_have_a_largest_size(type: str, most: int) -> None:
    """Official clients ask for 9,999 threads; nobody needs a page of everything."""
    async with in_process() as client:
        over = await client.post("/chatkit", json=asks(type, thread_id="t", limit=most + 1))
        fine = await client.post("/chatkit", json=asks(type, thread_id="t", limit=most))
    assert problem(over) == (400, "invalid_request")
    assert str(most) in over.json()["error"]["message"]
    assert fine.status_code in (200, 404)


async def test_a_body_that_stops_coming_is_given_up(serving: Serves) -> None:
    """A client that holds a connection and says nothing would hold it for ever."""
    async with (
        serving(app(body_seconds=0.05)) as address,
        visiting(address, b"", Content_Length="10") as visitor,
    ):
        answer = await asyncio.wait_for(visitor.reads_all(), 5)
    assert answer.startswith("HTTP/1.1 408 ")
    assert '"request_timeout"' in answer


@pytest.mark.requirement("sec-30")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Invalid JSON: EOF while parsing a value at line 1 column 0"),
        (b"CANARY", "Invalid JSON: expected value at line 1 column 1"),
        (b'{"type":"threads.CANARY"}', "`type` must be one of 'threads.create', "),
        (b'{"params":{"x":"CANARY"}}', "`type` is missing"),
        (b'{"type":"threads.list","params":{"limit":"CANARY"}}', "params.limit: Input should be"),
        (b'{"type":"threads.list","params":{"order":"CANARY"}}', "params.order: Input should be"),
        (
            b'{"type":"threads.create","params":{"input":{"content":[{"type":"CANARY"}]}}}',
            "params.input.content[0]: `type` must be one of 'input_text', 'input_tag'; ",
        ),
        (
            b'{"type":"threads.create","params":{"input":{"content":[{"type":"input_text"}]}}}',
            "params.input.content[0].text: Field required; ",
        ),
        (
            b'{"type":"items.feedback","params":{"thread_id":"t","item_ids":["a"],"kind":"CANARY"}}',
            "params.kind: Input should be 'positive' or 'negative'",
        ),
    ],
)
async def test_a_wrong_body_is_described_by_its_fields_and_never_quoted(
    body: bytes, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A developer needs the place; logs and error trackers must not get what people wrote."""
    async with in_process() as client:
        response = await client.post("/chatkit", content=body, headers=JSON)
    assert problem(response) == (400, "invalid_request")
    assert response.json()["error"]["message"].startswith(message)
    assert "CANARY" not in response.text + caplog.text


@pytest.mark.requirement("sec-30")
async def test_a_key_that_somebody_wrote_is_not_quoted_either() -> None:
    """Answers to questions are an object with any keys."""
    given = {"answers": {"a CANARY": 1}}
    body = asks("threads.add_structured_input", thread_id="t", item_id="i", input=given)
    async with in_process() as client:
        response = await client.post("/chatkit", json=body)
    message = response.json()["error"]["message"]
    assert message.startswith("params.input.answers.\N{HORIZONTAL ELLIPSIS}: Input should be an")


async def test_of_many_wrong_fields_a_few_are_named() -> None:
    """The message is for people."""
    body = submits({"answers": {f"q{number}": 1 for number in range(51)}})
    async with in_process() as client:
        response = await client.post("/chatkit", json=body)
    assert response.json()["error"]["message"].endswith("; and 46 more")


def refuses(error: Exception) -> Any:
    def context(request: Any) -> Any:
        raise error

    return context


async def test_the_context_function_may_refuse() -> None:
    """401 and 403 are the host's to give, with the words and headers that it chooses."""
    refused = Refused(401, "sign in first", headers={"WWW-Authenticate": "Bearer"})
    async with in_process(context=refuses(refused)) as client:
        response = await client.post("/chatkit", content=b"never read", headers=JSON)
    assert problem(response) == (401, "unauthorized")
    assert response.json()["error"]["message"] == "sign in first"
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("refused", "type"),
    [
        (Refused(403, "not yours"), "forbidden"),
        (Refused(402, "pay first"), "payment_required"),
        (Refused(499, "gone"), "error"),
        (Refused(403, "no", type="suspended"), "suspended"),
    ],
)
async def test_a_refusal_names_its_type(refused: Refused, type: str) -> None:
    """Clients tell reasons apart by a word, not by a text that may be translated."""
    async with in_process(context=refuses(refused)) as client:
        response = await client.post("/chatkit", json=LIST)
    assert problem(response) == (refused.status, type)


async def test_a_refusal_for_now_says_when_to_come_back() -> None:
    """Clients wait as long as they are told, or five seconds."""
    async with in_process(context=refuses(Refused(429, "slowly"))) as client:
        default = await client.post("/chatkit", json=LIST)
    given = Refused(503, "closed", headers={"Retry-After": "60"})
    async with in_process(context=refuses(given)) as client:
        chosen = await client.post("/chatkit", json=LIST)
    assert (problem(default)[0], default.headers["retry-after"]) == (429, "5")
    assert (problem(chosen)[0], chosen.headers["retry-after"]) == (503, "60")


def test_routes_can_be_asked_for_their_settings() -> None:
    """A host that adds routes of its own may follow the same limits."""
    assert ChatKitRoutes(Echo(MemoryStore()), path="/api").settings.path == "/api"
