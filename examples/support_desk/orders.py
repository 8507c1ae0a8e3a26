"""The shop's orders: what a database would hold."""

from dataclasses import dataclass


@dataclass
class Order:
    """One order of a customer."""

    id: str
    customer: str
    what: str
    euros: int
    state: str


class Orders:
    """All orders. Every question names the customer: nobody reads another's."""

    def __init__(self) -> None:
        self._orders = [
            Order("ord_7", "ada", "Tea pot, blue", 49, "delivered"),
            Order("ord_8", "ada", "Two cups", 18, "on its way"),
            Order("ord_9", "eve", "Samovar", 210, "delivered"),
        ]

    def of(self, customer: str) -> list[Order]:
        """The orders of a customer."""
        return [order for order in self._orders if order.customer == customer]

    def find(self, order_id: str, customer: str) -> Order | None:
        """The order, if it is there and theirs."""
        return next((order for order in self.of(customer) if order.id == order_id), None)
