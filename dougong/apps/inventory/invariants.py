"""What must always be true of stock."""

from dougong.kernel.invariants import Invariant

STOCK_IS_ITS_MOVES = Invariant(
    "stock_is_its_moves",
    "What lies in a warehouse is the sum of its moves.",
    """
    SELECT p.product || ' @ ' || p.warehouse, coalesce(m.quantity, 0), p.on_hand
    FROM stock_position p LEFT JOIN (
        SELECT product, warehouse, sum(quantity) AS quantity
        FROM stock_move GROUP BY 1, 2
    ) m USING (product, warehouse)
    WHERE coalesce(m.quantity, 0) <> p.on_hand
    """,
)
STOCK_VALUE_IS_ITS_MOVES = Invariant(
    "stock_value_is_its_moves",
    "What stock is worth is the sum of what its moves were worth.",
    """
    SELECT p.product || ' @ ' || p.warehouse, coalesce(m.value, 0), p.value
    FROM stock_position p LEFT JOIN (
        SELECT product, warehouse, sum(value) AS value
        FROM stock_move GROUP BY 1, 2
    ) m USING (product, warehouse)
    WHERE coalesce(m.value, 0) <> p.value
    """,
)
MOVES_HAVE_A_POSITION = Invariant(
    "moves_have_a_position",
    "Every product that ever moved in a warehouse has a position there.",
    """
    SELECT DISTINCT m.product || ' @ ' || m.warehouse, 'a position', 'none'
    FROM stock_move m LEFT JOIN stock_position p USING (product, warehouse)
    WHERE p.id IS NULL
    """,
)
RESERVED_IS_ITS_RESERVATIONS = Invariant(
    "reserved_is_its_reservations",
    "What is set aside of a product is the sum of what it is set aside for.",
    """
    SELECT coalesce(p.product, r.product) || ' @ ' || coalesce(p.warehouse, r.warehouse),
           coalesce(r.quantity, 0), coalesce(p.reserved, 0)
    FROM stock_position p FULL JOIN (
        SELECT product, warehouse, sum(quantity) AS quantity
        FROM reservation GROUP BY 1, 2
    ) r USING (product, warehouse)
    WHERE coalesce(r.quantity, 0) <> coalesce(p.reserved, 0)
    """,
)
RESERVED_IS_THERE = Invariant(
    "reserved_is_there",
    "Nothing is promised that isn't there, and nothing less than nothing is there.",
    """
    SELECT product || ' @ ' || warehouse, '0 … ' || on_hand, reserved::text
    FROM stock_position WHERE reserved < 0 OR reserved > on_hand OR on_hand < 0
    """,
)
NO_STOCK_NO_VALUE = Invariant(
    "no_stock_no_value",
    "Where nothing lies, nothing is worth anything; stock is never worth less than nothing.",
    """
    SELECT product || ' @ ' || warehouse, '0', value::text
    FROM stock_position WHERE (on_hand = 0 AND value <> 0) OR value < 0
    """,
)
RESERVED_IS_PLANNED = Invariant(
    "shipments_have_their_reservations",
    "What open shipments are to send is set aside for them.",
    """
    SELECT s.purpose::text, s.quantity, coalesce(r.quantity, 0)
    FROM (
        SELECT l.purpose, sum(l.quantity) AS quantity
        FROM shipment_line l JOIN shipment h ON h.id = l.parent
        WHERE h.state IN ('planned', 'picked', 'packed') AND l.purpose IS NOT NULL GROUP BY 1
    ) s LEFT JOIN (SELECT purpose, sum(quantity) AS quantity FROM reservation GROUP BY 1) r
    USING (purpose)
    WHERE s.quantity > coalesce(r.quantity, 0)
    """,
)
SHORT_STOCK_HAS_ITS_ALERT = Invariant(
    "short_stock_has_its_alert",
    "A watched position has an open alert exactly while too little is free.",
    """
    SELECT p.product || ' @ ' || p.warehouse,
           CASE WHEN p.on_hand - p.reserved < p.reorder_point THEN 'an alert' ELSE 'none' END,
           CASE WHEN a.id IS NULL THEN 'none' ELSE 'an alert' END
    FROM stock_position p
    LEFT JOIN stock_alert a ON a.id = p.alert AND a.state = 'open'
    WHERE (p.on_hand - p.reserved < p.reorder_point) <> (a.id IS NOT NULL)
    """,
)
