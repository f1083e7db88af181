"""What may be asked about sales by name."""

from dougong.apps.sales.questions.at_risk import orders_at_risk
from dougong.apps.sales.questions.figures import figures
from dougong.kernel.named import NamedQuestion

AT_RISK = NamedQuestion("sales_order", "at_risk", orders_at_risk, reads=("reservation",))
FIGURES = NamedQuestion("sales_entry", "figures", figures, shows=("sales_entry.cost",))
