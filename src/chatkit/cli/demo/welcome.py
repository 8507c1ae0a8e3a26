"""What the demo's page greets with: its commands as prompts, and every part of the component on."""

from typing import Any, Final

from chatkit.cli.model_assistant import page_of as page_of_model
from chatkit.icons import IconName

from .extras import USUAL_MODEL

_PROMPTS: Final[tuple[tuple[IconName, str, str], ...]] = (
    ("circle-question", "What can you show me?", "help"),
    ("notebook-pencil", "A long answer: reload while it comes", "long"),
    ("square-code", "Code, coloured and to copy", "code"),
    ("calendar", "A form to fill in", "form"),
    ("chart", "A chart", "chart"),
    ("lightbulb", "Three questions for you", "questions"),
)

PAGE: Final[dict[str, Any]] = {
    "title": "ChatKit demo",
    "startScreen": {
        "greeting": "What would you like to see?",
        "prompts": [
            {"icon": icon, "label": label, "prompt": prompt} for icon, label, prompt in _PROMPTS
        ],
    },
    "composer": {
        "placeholder": "Type help, or anything",
        "tools": [
            {
                "id": "search",
                "label": "Search the web",
                "shortLabel": "Search",
                "icon": "globe",
                "placeholderOverride": "What to look for",
            },
            {"id": "draw", "label": "Draw a picture", "shortLabel": "Draw", "icon": "images"},
        ],
        "models": [
            {
                "id": USUAL_MODEL,
                "label": "Quick",
                "description": "Answers at once",
                "default": True,
            },
            {"id": "careful", "label": "Careful", "description": "Thinks first"},
        ],
    },
    "disclaimer": {"text": "A demo: its answers are written by hand."},
}
"""Options of the component, as the page takes them."""


def page_of(model: str | None) -> dict[str, Any]:
    """The page for whoever answers: what the demo plays is not offered in a model's name."""
    if model is None:
        return PAGE
    return {
        **page_of_model(model),
        "startScreen": {**PAGE["startScreen"], "greeting": "What would you like to know?"},
        "composer": {"placeholder": f"Ask {model}, or type help"},
    }


__all__ = ["PAGE", "page_of"]
