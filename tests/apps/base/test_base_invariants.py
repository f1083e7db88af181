"""Each law of the masters, broken by hand: exactly that one is named, with its key."""

from __future__ import annotations

from tests.apps.base.masters import Masters

BROKEN = {
    "terms_make_one_whole": ("UPDATE payment_term_instalment SET share = 0.5", "NET"),
    "taxes_have_a_rate": ("DELETE FROM tax_rate", "V13"),
    "categories_form_a_tree": ("UPDATE product_category SET parent = id", "BOLT"),
    "regions_form_a_tree": ("UPDATE region SET parent = id", "EC"),
    "currencies_are_known": ("UPDATE customer SET currency = 'XXX'", "C-00001"),
}


def broken(masters: Masters) -> dict[str, list[str]]:
    found = {law.name: masters.rows(law.sql) for law in masters.house.catalogue.invariants}
    return {name: [key for key, _, _ in rows] for name, rows in found.items() if rows}


def test_each_law_is_missed_when_it_is_broken(masters: Masters) -> None:
    masters.create("payment_term", code="NET", name="现结", instalments=[{}])
    masters.create(
        "tax", code="V13", name="增", rates=[{"valid_from": "2019-04-01", "rate": "0.13"}]
    )
    masters.create("product_category", code="BOLT", name="螺栓")
    masters.create("region", code="EC", name="华东")
    masters.create("customer", name="客户")
    assert set(BROKEN) == {law.name for law in masters.house.catalogue.invariants}
    for name, (harm, key) in BROKEN.items():
        with masters.house.database.transaction(masters.company) as transaction:
            transaction.run("SAVEPOINT whole")
            transaction.run(harm)
            found = {
                law.name: transaction.rows(law.sql) for law in masters.house.catalogue.invariants
            }
            transaction.run("ROLLBACK TO whole")
        assert {law: [row[0] for row in rows] for law, rows in found.items() if rows} == {
            name: [key]
        }
    assert broken(masters) == {}
