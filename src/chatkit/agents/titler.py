"""ThreadTitler: a thread's title from its first message, by any model with Chat Completions.

Stands on the `openai` client that it is given: OpenAI, Ollama, vLLM, llama.cpp, most gateways.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chatkit.types import UserMessageItem

if TYPE_CHECKING:
    from openai import AsyncOpenAI

INSTRUCTIONS: Final = (
    "You name conversations. Answer with a title of at most six words for the conversation that "
    "begins with the message below, in the language of the message. No quotation marks, no full "
    "stop, nothing else. Do not answer the message itself."
)

_THOUGHTS: Final = re.compile(r"<think>.*?(</think>|\Z)", re.DOTALL)
_LABEL: Final = re.compile(r"^title\s*:\s*", re.IGNORECASE)
_LOOSE: Final = " ,;:-\u2013"
_AROUND: Final = " \t\"'`*#_.“”„«»\u2018\u2019"


class ThreadTitler:
    """Asks a model for titles; call it in your server's `title_thread`.

        titler = ThreadTitler(AsyncOpenAI(), "gpt-4.1-mini")

        class Support(ChatKitServer):
            async def title_thread(self, thread, input_user_message, context):
                return await titler.title(input_user_message)

    A model that fails is not asked again for the same message. `longest_message` characters of it
    are sent, `longest_title` of the answer are kept.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        *,
        instructions: str = INSTRUCTIONS,
        longest_message: int = 2_000,
        longest_title: int = 60,
    ) -> None:
        self._client = client.with_options(max_retries=0)
        self._model = model
        self._instructions = instructions
        self._longest_message = longest_message
        self._longest_title = longest_title

    async def title(self, message: UserMessageItem) -> str | None:
        """A title for a conversation that begins with this message; None where there is none.

        Raises: openai.OpenAIError.
        """
        said = " ".join(part.text for part in message.content).strip()
        if not said:
            return None
        answer = await self._client.chat.completions.create(
            model=self._model,
            messages=[
                {"role": "system", "content": self._instructions},
                {"role": "user", "content": said[: self._longest_message]},
            ],
        )
        text = answer.choices[0].message.content if answer.choices else None
        return tidy_title(text or "", self._longest_title) or None


def tidy_title(text: str, longest: int) -> str:
    """The title in a model's answer: its first line, bare, and cut between words."""
    lines = [line for line in _THOUGHTS.sub("", text).splitlines() if line.strip(_AROUND)]
    if not lines:
        return ""
    bare = " ".join(_LABEL.sub("", lines[0].strip(_AROUND)).strip(_AROUND).split())
    if len(bare) <= longest:
        return bare
    cut = bare[: longest - 1]
    at_word = cut.rpartition(" ")[0] if bare[longest - 1] != " " else cut
    return f"{(at_word or cut).rstrip(_LOOSE)}…"


__all__ = ["INSTRUCTIONS", "ThreadTitler", "tidy_title"]
