"""Structured input: questions of the assistant's, and what a person answered.

Above: the plan of the answer. Below: the types.
"""

import logging

from chatkit.types import (
    StructuredInputAnswer,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputSubmission,
)
from chatkit.types.copying import deep_copy

logger = logging.getLogger(__name__)


def with_answers(
    item: StructuredInputItem, given: StructuredInputSubmission
) -> StructuredInputItem:
    """A copy of the questions with what was answered; a question without an answer is skipped."""
    unknown = given.answers.keys() - {question.id for question in item.inputs}
    if unknown:
        logger.warning("structured input %s has no questions %s", item.id, sorted(unknown))
    answered = deep_copy(item)
    answered.status = given.status
    for question in answered.inputs:
        answer = given.answers.get(question.id)
        if answer is None or answer.skipped or not answer.values:
            question.answer = StructuredInputAnswer(skipped=True)
            continue
        single = isinstance(question, StructuredInputMultipleChoice) and not question.multiple
        question.answer = StructuredInputAnswer(
            values=answer.values[:1] if single else answer.values
        )
    return answered


__all__ = ["with_answers"]
