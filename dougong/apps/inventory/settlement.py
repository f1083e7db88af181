"""What follows from a receipt's given values, and what keeps it as it is."""

from collections.abc import Iterable, Iterator

from dougong.apps.inventory.entities import GoodsReceipt, ReceiptState
from dougong.apps.inventory.refusals import NotStocked
from dougong.kernel.operations import Touch, read, settles
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def touches(receipt: GoodsReceipt, command: object, _work: Work) -> Iterable[Touch]:
    """Look at the products."""
    if isinstance(command, Delete):
        return []
    return [read("product", [line.product for line in receipt.lines])]


def obstacles(receipt: GoodsReceipt, command: object, work: Work) -> Iterator[Refusal]:
    """What is received stays as it is; services lie in no warehouse."""
    if receipt.state is not ReceiptState.DRAFT:
        yield WrongState(receipt.state, ReceiptState.DRAFT)
    if isinstance(command, Delete):
        return
    for line in receipt.lines:
        product = work.fetch("product", line.product)
        if product is not None and getattr(product, "kind", "goods") != "goods":
            yield NotStocked(line.product, getattr(product, "name", ""))


@settles(GoodsReceipt, touches=touches, unless=obstacles)
def settle_goods_receipt(receipt: GoodsReceipt, work: Work) -> None:
    """Work out what it is worth; without a day it is today's."""
    receipt.settle(work.today, work.currency)
