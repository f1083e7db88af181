"""Roll-ups: facts that are only ever appended, summed by month as time goes on.

Beside the table of the facts stands one with a row for each month and each combination of a few of
their fields. The readers' runner moves facts into it by and by, in the order of their ids, up to
some seconds ago; a figure is what was rolled up and the facts since. Nothing is counted while an
order is confirmed, so no row is hot, and no figure is late.
"""

from dougong.kernel.rollups.declared import RollUp
from dougong.kernel.rollups.laws import ROLLED_UP_TABLE, roll_up_laws, ties_to_its_facts

__all__ = ["ROLLED_UP_TABLE", "RollUp", "roll_up_laws", "ties_to_its_facts"]
