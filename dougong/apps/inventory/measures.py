"""What can be analysed of the stock."""

from dougong.kernel.measures import Measure

STOCK_VALUE = Measure(
    name="stock_value",
    on="stock_position",
    sums="value",
    by=("warehouse", "product", "product.category"),
)
STOCK_ALERTS = Measure(
    name="stock_alerts",
    on="stock_alert",
    where='state == "open"',
    by=("warehouse", "product", "product.category"),
)
