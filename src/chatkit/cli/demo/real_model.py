"""A real model in the demo's place: the Agents SDK over any server that speaks OpenAI's API.

Loaded only when a model was asked for, as it loads the OpenAI and Agents SDKs.
"""

import os
from collections.abc import AsyncIterator
from typing import Any, Literal

from agents import (
    Agent,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
)
from openai import APIConnectionError, APIStatusError, AsyncOpenAI

from chatkit.agents import (
    AgentContext,
    ReadsAttachments,
    StoredItemConverter,
    load_history,
    stream_agent_response,
)
from chatkit.errors import AttachmentNotFound, CustomStreamError
from chatkit.types import ThreadStreamEvent

from .stage import Stage

DEFAULT_MODEL = "gpt-4.1-mini"

_NO_KEY = "none"
_HISTORY_TOKENS = 20_000
_INSTRUCTIONS = "You are a helpful assistant in a chat. Answer in Markdown, in the user's language."


class RealModel:
    """Answers with a model. `base_url` None is OpenAI, whose key is in the environment."""

    def __init__(
        self,
        *,
        model: str | None,
        base_url: str | None,
        api: Literal["responses", "chat"] | None,
    ) -> None:
        self.name = model or DEFAULT_MODEL
        self.base_url = base_url
        # Servers other than OpenAI's speak the older API, if not both.
        self.api = api or ("chat" if base_url is not None else "responses")
        # The SDK refuses to start without a key; servers at home ask for none.
        key = os.environ.get("OPENAI_API_KEY") or _NO_KEY
        self.client = AsyncOpenAI(base_url=base_url, api_key=key, max_retries=1)

    def __str__(self) -> str:
        return f"{self.name} at {self.base_url}" if self.base_url else f"OpenAI's {self.name}"

    async def answer(self, stage: Stage) -> AsyncIterator[ThreadStreamEvent]:
        """The model's answer to the thread. Raises: CustomStreamError that says what to check."""
        context = AgentContext[Any](
            thread=stage.thread, store=stage.store, request_context=stage.context
        )
        history = await load_history(
            stage.store, stage.thread.id, stage.context, max_tokens=_HISTORY_TOKENS
        )
        given = await _converter(stage).to_agent_input(history)
        # Traces would go to OpenAI, also from one who runs a model at home.
        config = RunConfig(tracing_disabled=True)
        run = Runner.run_streamed(self._agent(), given, context=context, run_config=config)
        try:
            async for event in stream_agent_response(context, run):
                yield event
        except APIConnectionError:
            raise CustomStreamError(
                f"Nobody answers at {self.base_url or 'OpenAI'}. Is the model's server running?",
                allow_retry=True,
            ) from None
        except APIStatusError as error:
            raise CustomStreamError(self._explain(error), allow_retry=True) from None

    def _agent(self) -> Agent[AgentContext[Any]]:
        make = OpenAIResponsesModel if self.api == "responses" else OpenAIChatCompletionsModel
        return Agent(name="Demo", instructions=_INSTRUCTIONS, model=make(self.name, self.client))

    def _explain(self, error: APIStatusError) -> str:
        if error.status_code in (401, 403):
            return "The model's server does not accept the key: check OPENAI_API_KEY."
        if error.status_code == 404:
            return f"The model's server knows no model {self.name!r}, or not this API: try --api."
        if error.status_code == 429:
            return "The model's server is busy, or the account has no credit left."
        return f"The model's server failed with status {error.status_code}."


class _NoFiles:
    """Stands where no attachments are kept: all of them are lost."""

    async def read_attachment(self, attachment_id: str, context: Any) -> bytes:
        raise AttachmentNotFound(attachment_id)


def _converter(stage: Stage) -> StoredItemConverter[Any]:
    files = stage.attachments
    readable = files if isinstance(files, ReadsAttachments) else _NoFiles()
    return StoredItemConverter(readable, stage.context)


__all__ = ["DEFAULT_MODEL", "RealModel"]
