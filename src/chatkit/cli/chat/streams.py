"""The messages that are being written: one Markdown stream for each part of each message."""

from .markdown import Block, MarkdownStream

__all__ = ["MessageStreams"]


class MessageStreams:
    """What was printed of each message so far, and what is open."""

    def __init__(self) -> None:
        self._streams: dict[str, dict[int, MarkdownStream]] = {}
        self._printed: set[str] = set()

    def feed(self, item_id: str, index: int, delta: str) -> list[Block]:
        """Takes text in; the blocks that it finishes."""
        return self._note(item_id, self._stream(item_id, index).feed(delta))

    def set(self, item_id: str, index: int, text: str, *, is_done: bool) -> list[Block]:
        """The part now reads like this; the blocks that are new, or all if it was rewritten."""
        stream = self._stream(item_id, index)
        if not text.startswith(stream.text):
            blocks = [*stream.finish(), Block("*(changed to:)*", True)]
            stream = self._streams[item_id][index] = MarkdownStream()
            blocks += stream.feed(text)
        else:
            blocks = stream.feed(text[len(stream.text) :])
        if is_done:
            blocks += stream.finish()
        return self._note(item_id, blocks)

    def open_parts(self, item_id: str) -> list[Block]:
        """What is not finished of the message."""
        streams = self._streams.get(item_id, {})
        return [stream.open for stream in streams.values() if stream.open.source.strip()]

    def forget(self, item_id: str) -> bool:
        """The message is complete, or gone; True if something of it was printed."""
        self._streams.pop(item_id, None)
        was_printed = item_id in self._printed
        self._printed.discard(item_id)
        return was_printed

    def _stream(self, item_id: str, index: int) -> MarkdownStream:
        return self._streams.setdefault(item_id, {}).setdefault(index, MarkdownStream())

    def _note(self, item_id: str, blocks: list[Block]) -> list[Block]:
        if blocks:
            self._printed.add(item_id)
        return blocks
