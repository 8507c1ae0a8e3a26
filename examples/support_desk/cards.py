"""What the desk shows of an order."""

from orders import Order

from chatkit.actions import ActionConfig
from chatkit.widgets import Badge, Button, Card, Row, Spacer, Text, Title

REFUND, CONFIRM, KEEP = "refund", "refund.confirm", "refund.keep"


def order_card(order: Order) -> Card:
    """The order, with a button for what can be done about it."""
    refundable = order.state == "delivered"
    button = Button(
        label="Refund…",
        disabled=not refundable,
        onClickAction=ActionConfig(type=REFUND, payload={"order_id": order.id}),
    )
    return Card(
        size="sm",
        children=[
            Row(
                children=[
                    Title(value=order.what, size="sm"),
                    Spacer(),
                    Badge(label=order.state, color="success" if refundable else "info"),
                ]
            ),
            Row(children=[Text(value=f"{order.euros} €", color="secondary"), Spacer(), button]),
        ],
    )


def question_card(order: Order) -> Card:
    """Asks once more: money can't be taken back by an undo."""
    payload = {"order_id": order.id}
    return Card(
        size="sm",
        confirm={
            "label": f"Refund {order.euros} €",
            "action": ActionConfig(type=CONFIRM, payload=payload),
        },
        cancel={"label": "Keep it", "action": ActionConfig(type=KEEP, payload=payload)},
        children=[Text(value=f"{order.what}: send it back and get {order.euros} €?")],
    )
