"""What a person sends: text or parts, files by id, and what they chose for the answer."""

from collections.abc import Iterable, Sequence

from chatkit.types import (
    Attachment,
    InferenceOptions,
    ToolChoice,
    UserMessageContent,
    UserMessageInput,
    UserMessageTextContent,
)

__all__ = ["Content", "user_message"]

Content = str | Sequence[UserMessageContent]
"""Plain text, or parts: text and mentioned entities."""


def user_message(
    content: Content,
    attachments: Iterable[Attachment | str],
    quoted_text: str | None,
    model: str | None,
    tool: str | None,
) -> UserMessageInput:
    """The message as it is sent; attachments may be given as they were created or by id."""
    parts: list[UserMessageContent] = (
        [UserMessageTextContent(text=content)] if isinstance(content, str) else list(content)
    )
    return UserMessageInput(
        content=parts,
        attachments=[each if isinstance(each, str) else each.id for each in attachments],
        quoted_text=quoted_text,
        inference_options=InferenceOptions(
            model=model, tool_choice=ToolChoice(id=tool) if tool else None
        ),
    )
