"""A real model: the Agents SDK over any server that speaks OpenAI's API.

Loaded only when a model was asked for, as it loads the OpenAI and Agents SDKs.
"""

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

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
from chatkit.store import AttachmentStore, Store
from chatkit.types import ThreadMetadata, ThreadStreamEvent

from .model_choice import KEY_VARIABLE, ModelChoice

_NO_KEY = "none"
_HISTORY_TOKENS = 20_000
_INSTRUCTIONS = "You are a helpful assistant in a chat. Answer in Markdown, in the user's language."

logger = logging.getLogger(__name__)


class RealModel:
    """Answers with a model. Its key is in the environment."""

    def __init__(self, choice: ModelChoice) -> None:
        self.name, self._choice = choice.name, choice
        # The SDK refuses to start without a key; servers at home ask for none.
        key = os.environ.get(KEY_VARIABLE) or _NO_KEY
        self.client = AsyncOpenAI(base_url=choice.base_url, api_key=key, max_retries=1)

    def __str__(self) -> str:
        return str(self._choice)

    async def close(self) -> None:
        """Let go of the connections to the model's server."""
        await self.client.close()

    async def answer(
        self,
        thread: ThreadMetadata,
        store: Store[Any],
        attachments: AttachmentStore[Any] | None,
        context: Any,
    ) -> AsyncGenerator[ThreadStreamEvent, None]:
        """The model's answer to the thread as it stands.

        Raises: CustomStreamError that says what is wrong with the model; the log says where.
        """
        agent_context = AgentContext[Any](thread=thread, store=store, request_context=context)
        history = await load_history(store, thread.id, context, max_tokens=_HISTORY_TOKENS)
        given = await _converter(attachments, context).to_agent_input(history)
        # Traces would go to OpenAI, also from one who runs a model at home.
        config = RunConfig(tracing_disabled=True)
        run = Runner.run_streamed(self._agent(), given, context=agent_context, run_config=config)
        told = cast(AsyncGenerator[Any, None], stream_agent_response(agent_context, run))
        has_begun = False
        try:
            async with aclosing(told) as events:
                async for event in events:
                    has_begun = True
                    yield event
        except APIConnectionError as error:
            said = "The connection to the model was lost." if has_begun else _UNREACHABLE
            raise self._failure(error, said, "is it running?") from None
        except APIStatusError as error:
            raise self._failure(error, *self._explain(error.status_code)) from None

    def _agent(self) -> Agent[AgentContext[Any]]:
        is_new = self._choice.api == "responses"
        make = OpenAIResponsesModel if is_new else OpenAIChatCompletionsModel
        model = make(self.name, self.client)
        return Agent(name="Assistant", instructions=_INSTRUCTIONS, model=model)

    def _failure(self, error: Exception, said: str, to_check: str) -> CustomStreamError:
        """The error for the page, which need not know addresses; they are for the log."""
        # Some servers repeat the key that they refuse.
        cause = str(error.__cause__ or error)
        if self.client.api_key != _NO_KEY:
            cause = cause.replace(self.client.api_key, "…")
        logger.error("%s: %s (%s)", self, cause, to_check)
        return CustomStreamError(said, allow_retry=True)

    def _explain(self, status: int) -> tuple[str, str]:
        """What the page is told of a refused request, and what whoever runs this may check."""
        if status in (401, 403):
            return "The model's server does not accept the key.", f"check {KEY_VARIABLE}"
        if status == 404:
            known = f"The model's server knows no model {self.name!r}, or not this API."
            return known, "check --model, or try --api"
        if status == 429:
            return "The model's server is busy, or the account has no credit left.", "try later"
        return f"The model's server failed with status {status}.", "see its own log"


_UNREACHABLE = "The model's server cannot be reached."


class _NoFiles:
    """Stands where no attachments are kept: all of them are lost."""

    async def read_attachment(self, attachment_id: str, context: Any) -> bytes:
        raise AttachmentNotFound(attachment_id)


def _converter(files: AttachmentStore[Any] | None, context: Any) -> StoredItemConverter[Any]:
    readable = files if isinstance(files, ReadsAttachments) else _NoFiles()
    return StoredItemConverter(readable, context)


__all__ = ["RealModel"]
