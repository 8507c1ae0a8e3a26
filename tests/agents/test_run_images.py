"""Images that the model makes: previews with progress, several at once."""

from __future__ import annotations

from typing import Any

import pytest
from agent_apps import App, Chat, done, short

from chatkit.agents import AgentContext, ResponseStreamConverter
from chatkit.testing.models import ImageGeneration, Parallel, RawEvent, ScriptedModel, Text

PNG, JPEG, WEBP, GIF = "iVBORw0KGgo=", "/9j/4AAQ", "UklGRgAA", "R0lGODlh"


def updates(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event["update"] for event in events if "update" in event]


async def test_an_image_streams_its_previews_with_their_progress() -> None:
    """Index by number of previews; the item waits for its image from the start."""
    async with ScriptedModel([[ImageGeneration([PNG, PNG], "ZmluYWw="), Text("There")]]) as model:
        converter = ResponseStreamConverter(partial_images=2)
        chat = Chat(App(model.responses(), converter=converter))
        events = await chat.say()
    assert short(events)[:4] == [
        "added generated_image",
        "generated_image.updated",
        "generated_image.updated",
        "done generated_image",
    ]
    previews = updates(events)[:2]
    assert [update["progress"] for update in previews] == [0.0, 0.5]
    assert previews[0]["image"]["url"] == f"data:image/png;base64,{PNG}"
    (image,) = done(events, "generated_image")
    assert image["image"]["url"] == "data:image/png;base64,ZmluYWw="
    assert image["id"].startswith("msg_")
    assert image["image"]["id"].startswith("ig_")
    assert "image" not in events[0]["item"]
    assert await chat.kept() == ["generated_image", "assistant_message"]


@pytest.mark.parametrize(
    ("partial_images", "index", "progress"), [(None, 1, 0.0), (0, 1, 0.0), (2, 1, 0.5), (2, 5, 1.0)]
)
def test_progress_is_at_most_one_and_none_without_a_number_of_previews(
    partial_images: int | None, index: int, progress: float
) -> None:
    """As officially."""
    converter = ResponseStreamConverter(partial_images=partial_images)
    assert converter.partial_image_index_to_progress(index) == progress


@pytest.mark.requirement("row-15")
async def test_images_made_at_once_each_get_their_own() -> None:
    """Officially one item gets all previews, and the other never ends."""
    images = [ImageGeneration([PNG, PNG], "Zmlyc3Q="), ImageGeneration([PNG], "c2Vjb25k")]
    contexts: list[AgentContext[Any]] = []
    making: list[str | None] = []
    async with ScriptedModel([[Parallel(images), Text("There")]]) as model:
        app = App(model.responses())

        async def watching(context: AgentContext[Any], result: Any) -> Any:
            contexts.append(context)
            async for event in app.stream(context, result):
                item = context.generated_image_item
                making.append(item.id if item is not None else None)
                yield event

        app.around = watching
        chat = Chat(app)
        events = await chat.say()
    first, second = [event["item"]["id"] for event in events[:2]]
    own = [event["item_id"] for event in events if event["type"] == "thread.item.updated"][:3]
    assert own == [first, second, first]
    urls = {item["id"]: item["image"]["url"] for item in done(events, "generated_image")}
    assert urls == {
        first: "data:image/png;base64,Zmlyc3Q=",
        second: "data:image/png;base64,c2Vjb25k",
    }
    assert set(making) == {None, first, second}
    assert contexts[0].generated_image_item is None
    assert await chat.kept() == ["generated_image", "generated_image", "assistant_message"]


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "png"), (JPEG, "jpeg"), (WEBP, "webp"), (GIF, "gif"), ("", "png")]
)
async def test_a_data_url_names_the_kind_of_its_image(content: str, kind: str) -> None:
    """The image tool makes JPEG and WebP as well, and the URL goes back to the model."""
    url = await ResponseStreamConverter().base64_image_to_url("ig_1", content)
    assert url == f"data:image/{kind};base64,{content}"


class Uploads(ResponseStreamConverter):
    """Keeps images elsewhere."""

    def __init__(self) -> None:
        super().__init__(partial_images=1)
        self.given: list[tuple[str, str, int | None]] = []

    async def base64_image_to_url(
        self, image_id: str, base64_image: str, partial_image_index: int | None = None
    ) -> str:
        self.given.append((image_id, base64_image, partial_image_index))
        return f"https://images.test/{base64_image}"

    def partial_image_index_to_progress(self, partial_image_index: int) -> float:
        return 0.9


async def test_a_converter_may_keep_images_elsewhere() -> None:
    """Every image and preview goes through the hook, with its place among the previews."""
    converter = Uploads()
    image = ImageGeneration(["one"], "two", id="ig_1")
    async with ScriptedModel([[image, Text("There")]]) as model:
        events = await Chat(App(model.responses(), converter=converter)).say()
    assert converter.given == [("ig_1", "one", 0), ("ig_1", "two", None)]
    assert done(events, "generated_image")[0]["image"]["url"] == "https://images.test/two"
    assert updates(events)[0]["progress"] == 0.9


def raw_image(**fields: Any) -> list[RawEvent]:
    """An image call that ends like this."""
    item = {"id": "ig_1", "type": "image_generation_call", "status": "failed", "result": None}
    start = {"type": "response.output_item.added", "output_index": 0, "item": item}
    end = {"type": "response.output_item.done", "output_index": 0, "item": {**item, **fields}}
    return [RawEvent(start), RawEvent(end)]


async def test_an_image_that_failed_is_removed() -> None:
    """Its place would stay empty for ever."""
    async with ScriptedModel([[*raw_image(), Text("Sorry")]]) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    assert short(events)[:2] == ["added generated_image", "removed"]
    assert await chat.kept() == ["assistant_message"]


async def test_an_image_whose_end_is_empty_keeps_its_last_preview() -> None:
    """Something is better than nothing, and the person has seen it."""
    preview = {
        "type": "response.image_generation_call.partial_image",
        "output_index": 0,
        "item_id": "ig_1",
        "partial_image_index": 0,
        "partial_image_b64": PNG,
    }
    start, end = raw_image()
    async with ScriptedModel([[start, RawEvent(preview), end, Text("Sorry")]]) as model:
        events = await Chat(App(model.responses())).say()
    (image,) = done(events, "generated_image")
    assert image["image"]["url"].endswith(PNG)


async def test_previews_that_nobody_announced_begin_their_image() -> None:
    """Not every server sends every event."""
    preview = {
        "type": "response.image_generation_call.partial_image",
        "output_index": 0,
        "item_id": "ig_1",
        "partial_image_index": 0,
        "partial_image_b64": PNG,
    }
    _, end = raw_image(result="ZmluYWw=")
    async with ScriptedModel([[RawEvent(preview), end, Text("There")]]) as model:
        events = await Chat(App(model.responses())).say()
    assert short(events)[:3] == [
        "added generated_image",
        "generated_image.updated",
        "done generated_image",
    ]
    async with ScriptedModel([[end, Text("There")]]) as model:
        events = await Chat(App(model.responses())).say()
    assert short(events)[:2] == ["added generated_image", "done generated_image"]
