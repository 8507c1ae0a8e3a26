"""The card of a locked conversation, before and after."""

from chatkit.actions import ActionConfig
from chatkit.widgets import Button, Card, Row, Spacer, Text

UNLOCK = "demo.unlock"


def locked_card() -> Card:
    """With the button that unlocks."""
    return Card(
        size="sm",
        status={"text": "Locked", "icon": "keys"},
        children=[
            Row(
                align="center",
                children=[
                    Text(value="Nobody can write here."),
                    Spacer(),
                    Button(
                        label="Unlock",
                        style="primary",
                        onClickAction=ActionConfig(type=UNLOCK, loadingBehavior="self"),
                    ),
                ],
            )
        ],
    )


def unlocked_card() -> Card:
    """Without it."""
    return Card(
        size="sm",
        status={"text": "Open", "icon": "check-circle"},
        children=[Text(value="This conversation takes messages again.")],
    )


__all__ = ["UNLOCK", "locked_card", "unlocked_card"]
