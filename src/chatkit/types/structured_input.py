"""Questions that the assistant asks in a form, and their answers."""

from typing import Annotated, Literal

from pydantic import Field

from chatkit.types.base import WireModel

__all__ = [
    "StructuredInput",
    "StructuredInputAnswer",
    "StructuredInputAnswerSubmission",
    "StructuredInputBase",
    "StructuredInputFreeform",
    "StructuredInputMultipleChoice",
    "StructuredInputMultipleChoiceOption",
    "StructuredInputSubmission",
]


class StructuredInputAnswerSubmission(WireModel):
    """The answer to one question, as it is sent."""

    values: list[str] = Field(default_factory=list[str])
    skipped: bool = False


class StructuredInputSubmission(WireModel):
    """The answers to a form, by the id of the question."""

    status: Literal["answered", "skipped"] = "answered"
    answers: dict[str, StructuredInputAnswerSubmission] = Field(
        default_factory=dict[str, StructuredInputAnswerSubmission]
    )


class StructuredInputAnswer(WireModel):
    """The answer to one question, as it is kept."""

    values: list[str] = Field(default_factory=list[str])
    skipped: bool = False


class StructuredInputBase(WireModel):
    """A question, and its answer once there is one."""

    id: str
    question: str
    answer: StructuredInputAnswer | None = None


class StructuredInputMultipleChoiceOption(WireModel):
    """One choice; its value is also its text."""

    value: str


class StructuredInputMultipleChoice(StructuredInputBase):
    """A question with choices, of which one may be taken, or several where `multiple`."""

    type: Literal["multiple_choice"] = "multiple_choice"
    options: list[StructuredInputMultipleChoiceOption]
    multiple: bool = False


class StructuredInputFreeform(StructuredInputBase):
    """A question that is answered in words."""

    type: Literal["freeform"] = "freeform"
    description: str | None = None


StructuredInput = Annotated[
    StructuredInputMultipleChoice | StructuredInputFreeform, Field(discriminator="type")
]
