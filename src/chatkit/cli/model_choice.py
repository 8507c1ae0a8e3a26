"""Which model answers, where options and the environment name one: for `demo` and `serve`.

Above: the commands. Below: real_model.py, loaded only when there is a model to open.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

import click

from .errors import UserError

if TYPE_CHECKING:
    from .real_model import RealModel

Api = Literal["responses", "chat"]
Command = TypeVar("Command", bound=Callable[..., object])

DEFAULT_MODEL = "gpt-4.1-mini"
KEY_VARIABLE = "OPENAI_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model by name; `base_url` None is OpenAI. Plain data: other processes open it as well."""

    name: str
    base_url: str | None
    api: Api

    def __str__(self) -> str:
        if self.base_url is None:
            return f"OpenAI's {self.name}"
        # A name and a password in the address are for the server alone, not for a log.
        parts = urlsplit(self.base_url)
        return f"{self.name} at {parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()}"

    def open(self) -> RealModel:
        """The model, with a client of its own."""
        from .real_model import RealModel

        return RealModel(self)


def model_options(command: Command) -> Command:
    """Adds `--base-url`, `--model` and `--api`, which `choose_model` takes."""
    options = (
        click.option(
            "--base-url",
            metavar="URL",
            help="Any server that speaks OpenAI's API: Ollama, vLLM, llama.cpp, …",
        ),
        click.option("--model", metavar="NAME", help="The model that answers."),
        click.option(
            "--api",
            type=click.Choice(["responses", "chat"]),
            help="Which of OpenAI's APIs it speaks.  "
            "[default: chat with --base-url, else responses]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def choose_model(base_url: str | None, model: str | None, api: Api | None) -> ModelChoice | None:
    """The model that the options ask for, or else the environment's key. Raises: UserError."""
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UserError(f"--base-url {base_url}: an address begins with http:// or https://")
    if base_url is not None and model is None:
        raise UserError("--base-url needs --model: the name of a model of that server")
    if base_url is None and not os.environ.get(KEY_VARIABLE):
        if model is not None or api is not None:
            raise UserError(
                f"--model and --api need {KEY_VARIABLE} in the environment, or --base-url"
            )
        return None
    # Servers other than OpenAI's speak the older API, if not both.
    usual: Api = "chat" if base_url is not None else "responses"
    return ModelChoice(name=model or DEFAULT_MODEL, base_url=base_url, api=api or usual)


__all__ = ["DEFAULT_MODEL", "KEY_VARIABLE", "Api", "ModelChoice", "choose_model", "model_options"]
