"""Two companies in one house: neither reaches anything of the other, whatever it asks for.

The rival has one of everything, from a customer to a paid invoice; the shop has a chief who may do
all there is to do. Doors that only the web has (sessions, live messages, files) are tried beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.access.rights import actor_of
from dougong.kernel.house import House
from dougong.kernel.imports import run_import
from dougong.kernel.log.runner import Readers
from dougong.kernel.log.trace import caused_by
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import schema_of
from dougong.kernel.verbs import Create
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

RIVAL = "rival"
NEVER = {401, 403, 404, 405, 409, 422}
"""How a door says no."""
NONE = {"number": 0, "exact": True}


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url, size=4)
    for company in (COMPANY, RIVAL):
        Shop.found_company(house, company)
    yield house
    house.close()


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    return Shop(house)


@pytest.fixture(scope="module")
def rival(house: House, shop: Shop) -> Shop:
    """A company with one of everything."""
    rival = Shop(house, RIVAL)
    rival.customer("海天机械", limit=100000)
    rival.stock("SECRET-1", 50, cost=7)
    rival.reorder_at("SECRET-1", 45, 100)
    order = rival.confirm(rival.sales_order(("SECRET-1", 20), customer=rival.customer("海天机械")))
    rival.ship(order, **{"SECRET-1": 12})
    rival.pay(rival.invoice(order), 50)
    Readers(house).catch_up()
    return rival


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


def chief_of(house: House, app: Starlette, company: str) -> Somebody:
    secrets = [
        RoleField(entity=name, field=field.name, access=FieldAccess.SHOWN)
        for name, description in house.catalogue.entities.items()
        for field in description.own.values()
        if field.secret
    ]
    role = Role(
        code="chief",
        name="老板",
        permissions=[RolePermission(entity="*", operation="*")],
        fields=secrets,
    )
    published(house, company, role)
    return hired(house, app, company, f"chief_of_{company}", role)


@pytest.fixture(scope="module")
def chief(house: House, app: Starlette, shop: Shop, rival: Shop) -> Somebody:
    """Who may do everything in the shop."""
    return chief_of(house, app, COMPANY)


@pytest.fixture(scope="module")
def rivals_chief(house: House, app: Starlette, rival: Shop) -> Somebody:
    """Who may do everything at the rival's, to see that there is something to be found."""
    return chief_of(house, app, RIVAL)


@pytest.fixture(scope="module")
def theirs(rival: Shop) -> dict[str, UUID]:
    """A record of each kind that the rival has."""
    found = {}
    for name in rival.house.catalogue.entities:
        rows = rival.rows(f'SELECT id FROM "{name}" ORDER BY id LIMIT 1')
        if rows:
            found[name] = rows[0][0]
    return found


@pytest.fixture
def untouched(shop: Shop, rival: Shop) -> Iterator[None]:
    """Whatever was tried, both companies are as they were; only a number may be used up."""
    before = shop.marks(), rival.marks()
    yield
    after = shop.marks(), rival.marks()
    changed = [
        name
        for one, was in zip(after, before, strict=True)
        for name in one
        if one[name] != was[name]
    ]
    assert set(changed) <= {"number_series"}


def no(answer: Any) -> bool:
    """Tell whether a door said no, without having looked like one that broke."""
    return answer.status_code in NEVER


def test_the_rival_has_something_of_nearly_everything(theirs: dict[str, UUID]) -> None:
    assert {
        "customer",
        "product",
        "sales_order",
        "sales_order_line",
        "shipment",
        "stock_position",
        "stock_move",
        "reservation",
        "invoice",
        "receivable",
        "payment",
        "journal_entry",
        "billable",
        "credit_position",
        "sales_entry",
        "stock_alert",
        "replenishment_proposal",
    } <= set(theirs)


@pytest.mark.usefixtures("untouched")
def test_no_id_opens_a_record(
    chief: Somebody, rivals_chief: Somebody, theirs: dict[str, UUID]
) -> None:
    for entity, identity in theirs.items():
        at = f"/{entity}/{identity}"
        assert rivals_chief.get(at).status_code == 200, at
        for path in (at, f"{at}?as_of=2026-03-03", f"{at}/history", f"/trace/{identity}"):
            assert chief.get(path).status_code == 404, path


@pytest.mark.usefixtures("untouched")
def test_no_id_is_changed_deleted_or_operated_on(
    house: House, chief: Somebody, theirs: dict[str, UUID]
) -> None:
    for entity, identity in theirs.items():
        at = f"/{entity}/{identity}"
        assert no(chief.patch(at, {})), at
        assert no(chief.delete(at)), at
        for operation in house.catalogue.operations_of(entity):
            if not operation.creates and operation.name not in ("edit", "delete"):
                tried = chief.post(f"{at}/{operation.name}")
                assert no(tried), (at, operation.name, tried.status_code)


@pytest.mark.usefixtures("untouched")
def test_no_filter_sort_or_group_finds_a_record(
    house: House, chief: Somebody, theirs: dict[str, UUID]
) -> None:
    for entity, identity in theirs.items():
        filters = [f'id == "{identity}"']
        filters += [
            f'{field.name} == "{theirs[field.target]}"'
            for field in house.catalogue.entities[entity].references
            if field.target in theirs
        ]
        for one in filters:
            answer = chief.get(f"/{entity}", params={"filter": one, "count": ""})
            assert answer.status_code == 200, (entity, one, answer.text)
            assert (answer.json()["records"], answer.json()["count"]) == ([], NONE), one


@pytest.mark.usefixtures("untouched")
def test_no_reference_leads_there(chief: Somebody, rival: Shop, theirs: dict[str, UUID]) -> None:
    line = {"product": str(rival.product("SECRET-1")), "quantity": 1}
    order = {"customer": str(theirs["customer"]), "lines": [line]}
    document = f"sales_order:{theirs['sales_order']}"
    invoices = [str(theirs["invoice"])]
    paying = {"customer": str(theirs["customer"]), "amount": "1"}
    for path, body in (
        ("/sales_order", order),
        ("/goods_receipt", {"warehouse": str(theirs["warehouse"]), "lines": [line]}),
        ("/invoice/draft", {"documents": [document]}),
        ("/payment/receive", {**paying, "invoices": invoices}),
        ("/customer", {"name": "甲", "region": str(theirs["customer"])}),
    ):
        answer = chief.post(path, body)
        assert no(answer), (path, answer.status_code, answer.text)


def test_a_grant_that_names_their_record_opens_nothing(
    chief: Somebody, theirs: dict[str, UUID]
) -> None:
    customer = theirs["customer"]
    chief.post("/record_grant", {"record": f"customer:{customer}", "person": str(chief.person)})
    assert chief.get(f"/customer/{customer}").status_code == 404
    assert chief.get(f'/customer?filter=id == "{customer}"').json()["records"] == []


def test_no_search_finds_it(house: House, chief: Somebody, rivals_chief: Somebody) -> None:
    Readers(house).catch_up()
    for text in ("SECRET-1", "海天", "htjx"):
        assert rivals_chief.get(f"/search?q={text}").json()["hits"], text
        assert chief.get(f"/search?q={text}").json()["hits"] == [], text


def test_no_question_sums_it(chief: Somebody, rivals_chief: Somebody) -> None:
    figures = "/sales_entry/question/figures?by=customer"
    assert rivals_chief.get(figures).json()["answer"]
    assert chief.get(figures).json()["answer"] == []


def test_an_import_finds_only_what_is_ours(
    house: House, shop: Shop, rival: Shop, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text("customer,thing\n海天机械,SECRET-1\n", "utf-8")
    mapping = (
        "sheets:\n"
        "  - entity: sales_order\n"
        "    file: orders.csv\n"
        "    fields:\n"
        "      customer: {column: customer, find: name}\n"
        "    lines:\n"
        "      lines:\n"
        "        - fields: {product: {column: thing, find: code}, quantity: {constant: 1}}\n"
    )
    before = rival.marks()

    refused = run_import(house, COMPANY, mapping, tmp_path, bad_folder=tmp_path / "bad")

    assert (refused.counts.created, refused.counts.bad) == (0, 1)
    [row] = (tmp_path / "bad" / "orders.bad.csv").read_text("utf-8-sig").splitlines()[1:]
    assert "unknown_reference" in row
    assert rival.marks() == before
    taken = run_import(house, RIVAL, mapping, tmp_path, bad_folder=tmp_path / "good")
    assert (taken.counts.created, taken.counts.bad) == (1, 0)


def test_a_key_numbers_and_a_person_belong_to_one_company(
    house: House, shop: Shop, rival: Shop, rivals_chief: Somebody
) -> None:
    made = []
    for company in (COMPANY, RIVAL):
        values = {"name": f"{company} 客户"}
        done = house.perform(company, Create(entity="customer", values=values), key="same")
        assert isinstance(done, Done)
        made.append(done)
    assert made[0].id != made[1].id
    assert shop.found("customer", name="shop 客户") == made[0].id
    assert rival.found("customer", name="rival 客户") == made[1].id

    shop.product("OWN-1")
    first = shop.sales_order(("OWN-1", 1))
    assert first.number == "SO-2026-00001"

    with pytest.raises(Refused):
        actor_of(house.company_state(COMPANY), rivals_chief.person)


def test_the_log_of_one_is_not_the_log_of_the_other(house: House, shop: Shop, rival: Shop) -> None:
    [(event, request)] = rival.rows(
        "SELECT id, trace FROM event WHERE name = 'sales_order.confirmed' LIMIT 1"
    )
    for identity in (event, request):
        with house.database.transaction(RIVAL) as transaction:
            assert caused_by(transaction, house.catalogue_of(RIVAL), identity)
        with house.database.transaction(COMPANY) as transaction:
            assert caused_by(transaction, house.catalogue_of(COMPANY), identity) == []


RIGHTS = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = %(other)s::text::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
    AND (CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(%(role)s, c.oid, 'USAGE')
              ELSE has_table_privilege(%(role)s, c.oid, 'SELECT, INSERT, UPDATE, DELETE') END
         OR has_schema_privilege(%(role)s, c.relnamespace, 'USAGE'))
"""


def test_the_database_itself_keeps_them_apart(house: House) -> None:
    with house.database.outside() as connection:
        for company, other in ((COMPANY, RIVAL), (RIVAL, COMPANY)):
            role = schema_of(company)
            reached = connection.execute(RIGHTS, {"role": role, "other": schema_of(other)})
            assert reached.fetchall() == []
            identities = "SELECT has_schema_privilege(%s, 'dougong', 'USAGE, CREATE')"
            assert connection.execute(identities, [role]).fetchone() == (False,)
            playing = "SELECT pg_has_role(%s, %s, 'MEMBER')"
            assert connection.execute(playing, [role, schema_of(other)]).fetchone() == (False,)
    for table in ("customer", "event", "company_state", "search_entry"):
        with (
            house.database.transaction(COMPANY) as transaction,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            transaction.rows(f"SELECT 1 FROM {schema_of(RIVAL)}.{table}")
