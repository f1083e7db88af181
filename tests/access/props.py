"""What is put on the stage before a rehearsal: a record of every kind, one's own and another's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dougong.kernel.access.rights import actor_of
from dougong.kernel.entities import Description
from dougong.kernel.house import House
from dougong.kernel.perform import Done, Waiting
from tests.demo_company import SLUG

CUSTOMER_OF = (
    "SELECT c.id FROM customer c JOIN person p ON p.id = c.owner WHERE p.login = %s "
    "AND c.grade IN ('A', 'B') AND c.backorders = 'always' ORDER BY c.number LIMIT 1"
)
PRODUCT = (
    "SELECT s.product FROM stock_position s JOIN product p ON p.id = s.product "
    "WHERE s.on_hand - s.reserved > 500 ORDER BY p.code LIMIT 1"
)
OF_AN_ORDER = {
    "shipment": "SELECT id FROM shipment WHERE document = 'sales_order:' || %s",
    "billable": "SELECT id FROM billable WHERE document = 'sales_order:' || %s",
    "sales_entry": 'SELECT id FROM sales_entry WHERE "order" = %s',
}
OF_AN_INVOICE = {
    "receivable": "SELECT id FROM receivable WHERE invoice = %s",
    "allocation": "SELECT a.id FROM allocation a JOIN receivable r ON r.id = a.receivable "
    "WHERE r.invoice = %s",
}
OWN_OBJECT = (
    ("object", "x_claim", {"label": "索赔"}),
    ("field", "x_claim.x_title", {"kind": "text", "label": "标题"}),
    ("numbering", "sales_order", {"pattern": "XS-{year}-{n:05}"}),
    ("view", "customer/mine", {"kind": "list"}),
)


@dataclass
class Props:
    """A company with something of everything."""

    house: House
    product: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.product = self.one(PRODUCT)

    def one(self, sql: str, *parameters: Any) -> UUID:
        """Find one record."""
        with self.house.database.transaction(SLUG) as transaction:
            found = transaction.rows(sql, parameters)
        assert found, (sql, parameters)
        identity: UUID = found[0][0]
        return identity

    def do(self, name: str, target: UUID | None = None, /, **body: Any) -> UUID:
        """Do something as the house, and give the record."""
        done = self.house.do(SLUG, name, body, id=target)
        assert isinstance(done, Done), done
        return done.id

    def order(self, customer: UUID, discounts: str = "") -> UUID:
        """Write down an order."""
        lines = [{"product": str(self.product), "quantity": "10"}]
        return self.do(
            "sales_order.create", customer=str(customer), lines=lines, header_discounts=discounts
        )

    def records(self, login: str, discounts: str) -> dict[str, UUID]:
        """Give records of everything that belongs to a customer of somebody's, newly made."""
        customer = self.one(CUSTOMER_OF, login)
        found = {"customer": customer, "product": self.product}
        found["parked_command"] = self.parked(login, customer, discounts)
        found["sales_order"] = order = self.order(customer)
        self.do("credit_position.set_limit", customer=str(customer))
        found["credit_position"] = self.one(
            "SELECT id FROM credit_position WHERE customer = %s", customer
        )
        self.do("sales_order.confirm", order, backorders_agreed=True)
        shipment = self.one(OF_AN_ORDER["shipment"], order)
        for verb in ("pick", "pack", "ship"):
            self.do(f"shipment.{verb}", shipment)
        found["invoice"] = self.do("invoice.draft", documents=[f"sales_order:{order}"], issue=True)
        found["payment"] = self.do(
            "payment.receive", customer=str(customer), amount="1", invoices=[str(found["invoice"])],
            currency=self.currency(found["invoice"]),
        )  # fmt: skip
        line = self.one("SELECT id FROM sales_order_line WHERE parent = %s", order)
        found["sales_return"] = self.do(
            "sales_return.create",
            order=str(order),
            lines=[{"order_line": str(line), "quantity": "1"}],
        )
        found |= {entity: self.one(sql, order) for entity, sql in OF_AN_ORDER.items()}
        found |= {entity: self.one(sql, found["invoice"]) for entity, sql in OF_AN_INVOICE.items()}
        return found

    def currency(self, invoice: UUID) -> str:
        """Tell in which currency something was invoiced."""
        return str(self.one("SELECT currency FROM invoice WHERE id = %s", invoice))

    def parked(self, login: str, customer: UUID, discounts: str) -> UUID:
        """Have an order wait: for its discount, or, where there is none, for credit."""
        if not discounts:
            self.do("credit_position.set_limit", customer=str(customer), credit_limit="1")
        order = self.order(customer, discounts)
        person = self.one("SELECT id FROM person WHERE login = %s", login)
        actor = actor_of(self.house.company_state(SLUG), person)  # type: ignore[arg-type]
        waits = self.house.do(
            SLUG, "sales_order.confirm", {"backorders_agreed": True}, id=order, by=actor
        )
        assert isinstance(waits, Waiting), waits
        return waits.parked

    def others(self) -> dict[str, UUID]:
        """Give a record of every kind that belongs to nobody, making what trade leaves out."""
        prices = self.do("price_list.create", code="P", name="价格表", currency="CNY")
        self.do(
            "price_list_item.create", price_list=str(prices), product=str(self.product), price="1"
        )
        person = self.one("SELECT id FROM person WHERE login = 'sun.li'")
        self.do("record_grant.create", record=f"product:{self.product}", person=str(person))
        self.do("import_batch.begin", name="a", source="a.csv", mapping="{}")
        self.do("export_batch.begin", name="a", of="customer", asked="{}", form="csv")
        self.do(
            "import_mapping.remember", name="a", on_entity="customer", signature="a", headers="[]",
            mapping="{}",
        )  # fmt: skip
        items = [
            {"what": what, "action": "add", "key": key, "value": json.dumps(value)}
            for what, key, value in OWN_OBJECT
        ]
        changes = self.do("change_set.create", purpose="试", items=items)
        self.do("change_set.publish", changes)
        found = {}
        for name, description in self.house.catalogue.entities.items():
            if has_rights_of_its_own(description):
                found[name] = self.one(f'SELECT id FROM "{name}" LIMIT 1')
        return found


def has_rights_of_its_own(description: Description) -> bool:
    """Tell whether roles speak of it: lines go with their document, files with their record."""
    return not description.is_line and not description.seen_with


def creation(entity: str, records: dict[str, UUID]) -> dict[str, Any]:
    """Say with what somebody would make a record that belongs to a customer."""
    return {
        "customer": {"name": "新客户"},
        "sales_order": {"customer": records["customer"], "lines": []},
        "sales_return": {"order": records["sales_order"], "lines": []},
    }.get(entity, {})
