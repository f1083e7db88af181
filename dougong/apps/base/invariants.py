"""What must always be true of the masters."""

from __future__ import annotations

from dougong.kernel.invariants import Invariant

TERMS_MAKE_ONE_WHOLE = Invariant(
    "terms_make_one_whole",
    "The parts of each payment term make one whole.",
    """
    SELECT t.code AS key, 1 AS expected, coalesce(sum(i.share), 0) AS actual
    FROM payment_term t LEFT JOIN payment_term_instalment i ON i.parent = t.id
    GROUP BY t.id, t.code
    HAVING count(i.id) = 0
        OR count(*) FILTER (WHERE i.share IS NULL) > 1
        OR (count(*) FILTER (WHERE i.share IS NULL) = 0 AND sum(i.share) <> 1)
        OR sum(i.share) > 1
    """,
)

TAXES_HAVE_A_RATE = Invariant(
    "taxes_have_a_rate",
    "Each tax has at least one rate.",
    """
    SELECT t.code AS key, 1 AS expected, 0 AS actual FROM tax t
    WHERE NOT EXISTS (SELECT FROM tax_rate r WHERE r.parent = t.id)
    """,
)

IN_A_CIRCLE = """
    WITH RECURSIVE above (id, at) AS (
        SELECT id, parent FROM {table} WHERE parent IS NOT NULL
        UNION
        SELECT above.id, up.parent FROM above JOIN {table} up ON up.id = above.at
        WHERE up.parent IS NOT NULL
    )
    SELECT each.code AS key, 0 AS expected, 1 AS actual
    FROM above JOIN {table} each ON each.id = above.id WHERE above.at = above.id
"""

CATEGORIES_FORM_A_TREE = Invariant(
    "categories_form_a_tree",
    "No category lies within itself.",
    IN_A_CIRCLE.format(table="product_category"),
)

REGIONS_FORM_A_TREE = Invariant(
    "regions_form_a_tree",
    "No region lies within itself.",
    IN_A_CIRCLE.format(table="region"),
)

CURRENCIES_ARE_KNOWN = Invariant(
    "currencies_are_known",
    "Every customer and supplier is invoiced in a currency that is known.",
    """
    SELECT party.number AS key, 1 AS expected, 0 AS actual
    FROM (
        SELECT number, currency FROM customer UNION ALL SELECT number, currency FROM supplier
    ) party
    WHERE party.currency <> ''
        AND party.currency NOT IN (SELECT code FROM currency)
        AND party.currency NOT IN (SELECT currency FROM company)
    """,
)
