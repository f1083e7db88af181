"""What may be asked of stock by name."""

from dougong.apps.inventory.questions.availability import promise
from dougong.apps.inventory.questions.pick_list import pick_list
from dougong.apps.inventory.questions.stock_as_of import stock_as_of
from dougong.kernel.named import NamedQuestion

PROMISE = NamedQuestion("stock_position", "promise", promise, reads=("expected_movement",))
AS_OF = NamedQuestion("stock_move", "as_of", stock_as_of, shows=("stock_move.value",))
PICK_LIST = NamedQuestion("shipment", "pick_list", pick_list, reads=("product", "customer"))
