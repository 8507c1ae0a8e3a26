"""Hooks as apps have written them over the official releases: all of them run."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from converter_cases import ALICE, CASES, FILE, PLACE, assistant, call, hidden, task, user, workflow

from chatkit.agents import ThreadItemConverter
from chatkit.agents.hooks import hook, settle
from chatkit.types import CustomTask, EndOfTurnItem, GeneratedImageItem

TASK = task(CustomTask(title="Looked"))
X: Any = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
OFFICIAL_TEXT = (
    "A message was displayed to the user that the following task was performed:\n"
    "<Task>\nLooked\n</Task>"
)


class Plain(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        return X


class Coroutine(ThreadItemConverter):
    async def task_to_input(self, item: Any) -> Any:
        return X


class PlainList(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        return [X, X]


class CoroutineTuple(ThreadItemConverter):
    async def task_to_input(self, item: Any) -> Any:
        return (X, X)


class Nothing(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        return None


class Awaitable(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        async def later() -> Any:
            return X

        return later()


@pytest.mark.parametrize(
    ("converter", "made"),
    [
        (Plain(), [X]),
        (Coroutine(), [X]),
        (PlainList(), [X, X]),
        (CoroutineTuple(), [X, X]),
        (Nothing(), []),
        (Awaitable(), [X]),
    ],
)
async def test_a_hook_may_be_plain_or_not_and_return_what_it_likes(
    converter: ThreadItemConverter, made: Any
) -> None:
    """A value, several, None or an awaitable, from either kind of function."""
    assert await converter.to_agent_input(TASK) == made


class PassesOn(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        return super().task_to_input(item)


class PassesOnLater(ThreadItemConverter):
    async def task_to_input(self, item: Any) -> Any:
        return super().task_to_input(item)


class Awaits(ThreadItemConverter):
    async def task_to_input(self, item: Any) -> Any:
        return await super().task_to_input(item)


class Reads(ThreadItemConverter):
    def task_to_input(self, item: Any) -> Any:
        message: Any = super().task_to_input(item)
        return [message] if message["role"] == "user" else None


@pytest.mark.parametrize("converter", [PassesOn(), PassesOnLater(), Awaits(), Reads()])
async def test_super_may_be_awaited_or_not(converter: ThreadItemConverter) -> None:
    """The hooks were plain functions in older releases and are coroutines in newer ones."""
    made: Any = await converter.to_agent_input(TASK)
    assert [message["content"][0]["text"] for message in made] == [OFFICIAL_TEXT]


async def test_super_may_give_nothing_either_way() -> None:
    """None has to be awaited in one style, and is false in the other."""
    converter = ThreadItemConverter()
    for result in (
        converter.end_of_turn_to_input(EndOfTurnItem(id="e", **PLACE)),
        converter.generated_image_to_input(GeneratedImageItem(id="i", **PLACE)),
        converter.client_tool_call_to_input(call()),
        converter.task_to_input(task(CustomTask())),
    ):
        assert not result
        assert await result is None


async def test_every_hook_of_the_base_may_be_called() -> None:
    """Those of which the converter needs no call do the same when `super()` reaches them."""

    class Super(ThreadItemConverter):
        """Every hook overridden, and passed on."""

    def passes_on(name: str) -> Any:
        def method(self: Any, *args: Any) -> Any:
            return getattr(super(Super, self), name)(*args)

        return method

    for name in [name for name in vars(ThreadItemConverter) if name.endswith("_to_input")]:
        setattr(Super, name, passes_on(name))
    for case in CASES.values():
        try:
            made = await ThreadItemConverter().to_agent_input(case)
        except NotImplementedError:
            with pytest.raises(NotImplementedError):
                await Super().to_agent_input(case)
        else:
            assert await Super().to_agent_input(case) == made


async def test_super_may_give_several_either_way() -> None:
    """A list is a list, and awaited it is one too."""
    item = workflow("custom", CustomTask(title="a"), CustomTask(title="b"))
    result: Any = ThreadItemConverter().workflow_to_input(item)
    assert len(result) == 2
    assert await result == result
    assert type(await result) is list


async def test_what_an_awaited_hook_gives_is_a_plain_dict() -> None:
    """Nothing of the mechanism reaches the SDK."""
    assert type(await ThreadItemConverter().assistant_message_to_input(assistant("a"))) is dict


@pytest.mark.parametrize(
    "name", [name for name, _ in inspect.getmembers(ThreadItemConverter) if "_to_" in name]
)
def test_every_hook_is_a_coroutine_function(name: str) -> None:
    """As on the official surface, with its signature, for code that looks before it calls."""
    method = getattr(ThreadItemConverter(), name)
    assert inspect.iscoroutinefunction(method)
    assert next(iter(inspect.signature(method).parameters)) != "self"
    assert method.__doc__


async def test_every_hook_is_asked() -> None:
    """Overriding any of them takes effect."""
    asked: list[str] = []

    class Spy(ThreadItemConverter):
        """Every hook notes that it was asked."""

    def spy(name: str) -> Any:
        def method(self: Any, item: Any, *args: Any) -> Any:
            asked.append(name)

        return method

    names = [name for name in vars(ThreadItemConverter) if name.endswith("_to_input")]
    for name in names:
        setattr(Spy, name, spy(name))
    for items in CASES.values():
        await Spy().to_agent_input(items)
    assert set(asked) == set(names)


async def test_a_hook_of_one_instance_is_asked_too() -> None:
    """Tests of apps put their own function on a converter."""
    converter: Any = ThreadItemConverter()
    converter.task_to_input = lambda item: X
    assert await converter.to_agent_input(TASK) == [X]


async def test_a_user_message_is_told_whether_it_is_the_last() -> None:
    """By position, as the official converter calls it."""
    seen: list[bool] = []

    class Asked(ThreadItemConverter):
        async def user_message_to_input(self, item: Any, is_last_message: bool = True) -> Any:
            seen.append(is_last_message)
            return await super().user_message_to_input(item, is_last_message)

    made = await Asked().to_agent_input([user("a"), user("b"), hidden("c")])
    assert seen == [False, True]
    assert len(made) == 3


async def test_attachments_and_mentions_may_give_several_parts_or_none() -> None:
    """An image with a caption; a file that the model need not see."""

    class Parts(ThreadItemConverter):
        def attachment_to_message_content(self, attachment: Any) -> Any:
            return None

        def tag_to_message_content(self, tag: Any) -> Any:
            part = {"type": "input_text", "text": tag.id}
            return [part, part]

    made: Any = await Parts().to_agent_input(user("Hi ", ALICE, attachments=[FILE]))
    assert [len(message["content"]) for message in made] == [1, 3]


async def test_settle_makes_a_list_of_anything() -> None:
    """The one place where the shapes of results meet."""
    assert await settle(None) == []
    assert await settle(X) == [X]
    assert await settle([X]) == [X]


def test_a_hook_that_waits_is_a_mistake_of_ours() -> None:
    """Only coroutines that finish at once can be run on the spot."""

    class Waits:
        @hook
        async def forever(self) -> Any:
            await Never()

    class Never:
        def __await__(self) -> Any:
            yield

    with pytest.raises(RuntimeError, match="waits for something"):
        Waits().forever()
    assert inspect.isfunction(Waits.forever.__wrapped__)  # type: ignore[attr-defined]
