"""Says what came with a message beside its text: files, mentions, a quotation, choices."""

from chatkit.types import UserMessageItem, UserMessageTagContent

USUAL_MODEL = "quick"
"""What the page sends unless a person chose another: no news."""


def describe_extras(message: UserMessageItem) -> str | None:
    """A list in Markdown, or None when there was nothing but text."""
    lines = [f"- a file: `{file.name}` ({file.mime_type})" for file in message.attachments]
    for part in message.content:
        if isinstance(part, UserMessageTagContent):
            group = f" from {part.group}" if part.group else ""
            lines.append(f"- a mention: @{part.text}{group}")
    if message.quoted_text:
        lines.append(f"- a quotation: “{message.quoted_text}”")
    options = message.inference_options
    if options.tool_choice is not None:
        lines.append(f"- a tool to use: `{options.tool_choice.id}`")
    if options.model and options.model != USUAL_MODEL:
        lines.append(f"- a model to ask: `{options.model}`")
    return "With your message came:\n\n" + "\n".join(lines) if lines else None


__all__ = ["describe_extras"]
