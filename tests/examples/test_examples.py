"""Every example is started by the command of its README, and used as a person would."""

import socket
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from processes import Process, running

from chatkit.actions import Action
from chatkit.client import ChatKitClient
from chatkit.testing.models import ScriptedModel, Text
from chatkit.types import ClientEffectEvent, ClientToolCallItem, WidgetItem
from database_schemas import Schema

EXAMPLES = Path(__file__).parents[2] / "examples"
SERVE = ["-m", "chatkit", "serve", "app:app", "--port", "0"]
NO_MODEL = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}


def url_of(program: Process, path: str = "/chatkit") -> str:
    host, port = program.address
    return f"http://{host}:{port}{path}"


async def test_the_support_desk_shows_an_order_and_refunds_it_once(tmp_path: Path) -> None:
    """A tool shows a card, its button asks, the answer acts; another's order is nobody's."""
    folder = EXAMPLES / "support_desk"
    async with running(*SERVE, folder=folder, DATA=str(tmp_path), **NO_MODEL) as program:
        await program.ready()
        async with ChatKitClient(url_of(program)) as customer:
            asked = await customer.create_thread("Where is my order?").wait()
            thread_id = asked.thread_id or ""
            (card,) = [item for item in asked.items if isinstance(item, WidgetItem)]
            assert "Tea pot, blue" in str(card.widget)
            assert asked.text.startswith("Here it is.")

            async def press(type: str, order_id: str) -> str:
                action = Action(type=type, payload={"order_id": order_id})
                answer = await customer.act(thread_id, action, item_id=card.id).wait()
                return "".join(str(item) for item in answer.items)

            assert "send it back and get 49 €" in await press("refund", "ord_7")
            assert "refunded" in await press("refund.confirm", "ord_7")
            for order_id in ("ord_7", "ord_9"):  # a second time, and another's
                assert await press("refund.confirm", order_id) == ""

            file = await customer.upload("receipt.txt", b"Tea pot, 49", "text/plain")
            thanked = await customer.send(thread_id, "My file", attachments=[file]).wait()
            assert "in front of me" in thanked.text


async def test_the_board_asks_the_page_and_moves_a_card() -> None:
    """The page answers the client tool; the effect names a card of the page's."""
    async with running(*SERVE, folder=EXAMPLES / "board", **NO_MODEL) as program:
        await program.ready()
        async with ChatKitClient(url_of(program)) as page:
            asked = await page.create_thread("Finish the next card").wait()
            (call,) = [item for item in asked.items if isinstance(item, ClientToolCallItem)]
            assert call.name == "read_board"
            cards = [{"id": "c1", "title": "Water the plants", "column": "todo"}]
            told = page.add_tool_output(asked.thread_id or "", {"cards": cards})
            effects = [event async for event in told if isinstance(event, ClientEffectEvent)]
        assert [effect.data for effect in effects] == [{"card": "c1", "column": "done"}]
        async with httpx2.AsyncClient() as http:
            html = (await http.get(url_of(program, "/"))).text
    assert "<openai-chatkit" in html


async def test_the_local_model_gets_the_whole_thread(tmp_path: Path) -> None:
    """The second message goes with the first, and with what was said to it."""
    async with ScriptedModel([Text("Hello!"), Text("Ada.")]) as model:
        environment = {
            "OPENAI_BASE_URL": model.base_url,
            "MODEL": model.name,
            "DATABASE": str(tmp_path / "chat.sqlite3"),
        }
        async with running(*SERVE, folder=EXAMPLES / "local_model", **environment) as program:
            await program.ready()
            async with ChatKitClient(url_of(program)) as client:
                first = await client.create_thread("I am Ada").wait()
                second = await client.send(first.thread_id or "", "Who am I?").wait()
                assert (first.text, second.text) == ("Hello!", "Ada.")
        body = model.requests[1].body or {}
    assert [message["content"] for message in body["messages"]] == [
        "I am Ada",
        "Hello!",
        "Who am I?",
    ]


async def test_who_is_signed_in_sees_only_their_own_threads(tmp_path: Path) -> None:
    """A session is asked for; another's thread is not found."""
    command = ["-m", "uvicorn", "app:app", "--port", "0"]
    database = str(tmp_path / "chat.sqlite3")
    async with running(*command, folder=EXAMPLES / "login", DATABASE=database) as program:
        await program.ready()
        passwords = {"ada": "lovelace", "eve": "polastri", "mallory": "guess"}
        seen: dict[str, list[str] | int] = {}
        for user, password in passwords.items():
            async with httpx2.AsyncClient(follow_redirects=True) as http:
                form = {"user": user, "password": password}
                page = await http.post(url_of(program, "/sign-in"), data=form)
                assert ("<openai-chatkit" in page.text) == (user != "mallory")
                client = ChatKitClient(url_of(program), http=http)
                if user == "mallory":
                    answer = await http.post(url_of(program), json={"type": "threads.list"})
                    seen[user] = answer.status_code
                    continue
                said = await client.create_thread("Hi").wait()
                assert said.text == f"{user}, you said: Hi"
                seen[user] = [thread.title or "" async for thread in client.all_threads()]
    assert seen == {"ada": ["A talk with ada"], "eve": ["A talk with eve"], "mallory": 401}


async def test_a_turn_of_one_process_is_followed_and_stopped_through_the_other(
    schema: Schema,
) -> None:
    """Behind nginx nobody knows which process answers; it makes no difference."""
    port = free_ports(3)
    environment = {
        "DATABASE_URL": schema.url,
        "DATABASE_SCHEMA": schema.name,
        "WORDS": "1000000",
        "NO_PROXY": "127.0.0.1",
    }
    folder = EXAMPLES / "two_processes"
    async with running("start.py", "--port", str(port), folder=folder, **environment) as programs:
        for number in (1, 2):
            await programs.prints(f"127.0.0.1:{port + number}/chatkit")
        urls = [f"http://127.0.0.1:{port + number}/chatkit" for number in range(3)]
        async with (
            ChatKitClient(urls[0]) as behind_nginx,
            ChatKitClient(urls[1]) as first,
            ChatKitClient(urls[2]) as second,
        ):
            answer = first.create_thread("Count")
            async for _ in answer:
                if " 3 " in answer.text:
                    break
            await answer.aclose()
            turn_id, thread_id = answer.turn_id or "", answer.thread_id or ""
            followed = second.attach(turn_id, answer.seq, thread_id=thread_id, view=answer.view)
            async for _ in followed:
                if " 7 " in followed.text:
                    break
            await behind_nginx.stop(turn_id)
            _, items = await behind_nginx.load(thread_id)
            assert " 1 2 3 4 5 6 7 " in items[-1].model_dump_json()
            async with behind_nginx.send(thread_id, "Again") as again:
                async for _ in again:
                    if " 3 " in again.text:
                        break
        programs.process.terminate()
        assert await programs.ended() == 0, programs.output.decode()


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    for first in range(20_000, 30_000, count):
        with ExitStack() as stack:
            try:
                for number in range(count):
                    taken = stack.enter_context(socket.socket())
                    taken.bind(("127.0.0.1", first + number))
            except OSError:
                continue
            return first
    raise AssertionError("no ports are free")


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in EXAMPLES.glob("*/app.py")))
def test_each_example_says_how_it_is_started(folder: str) -> None:
    """One folder, one command; and the list of examples has it."""
    readme = (EXAMPLES / folder / "README.md").read_text()
    assert f"cd examples/{folder}" in readme
    commands = ("chatkit serve app:app", "uvicorn app:app", "python start.py")
    assert any(command in readme for command in commands)
    assert f"[{folder}]({folder}/README.md)" in (EXAMPLES / "README.md").read_text()
