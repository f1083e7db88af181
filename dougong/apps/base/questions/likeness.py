"""Asked while somebody new is typed in: who of those that one may see could it be?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dougong.apps.base.duplicates import Party
from dougong.apps.base.questions.similar import Similar, similar_in
from dougong.kernel.panels import Inquiry
from dougong.kernel.questions import Question
from dougong.kernel.sight import Sight

JUDGED_BY = ("number", "name", "tax_number", "phone", "email")
MOST = 10


@dataclass(frozen=True)
class Typed:
    """What was typed so far of a customer or a supplier."""

    name: str
    tax_number: str = ""
    phone: str = ""
    email: str = ""
    apart: UUID | None = None
    """The record itself, where it is there already."""

    @property
    def party(self) -> Party:
        """Give what duplicates are judged by."""
        return Party(
            name=self.name,
            tax_number=self.tax_number,
            phones=(self.phone,) if self.phone else (),
            emails=(self.email,) if self.email else (),
        )


def similar_seen(entity: str, typed: Typed, sight: Sight) -> list[Similar]:
    """Give those that it may be, the likeliest first, as far as the asker may see them.

    Who may not read what they are judged by is told of none.
    """
    if not typed.name.strip() or not sight.sees(entity, *JUDGED_BY):
        return []
    found = similar_in(entity, sight.transaction, typed.party, typed.apart)[:MOST]
    listed = ", ".join(f'"{one.id}"' for one in found)
    if not found:
        return []
    asked = Question(entity=entity, filter=f"id in [{listed}]", fields=("id",), limit=MOST)
    seen = {UUID(one["id"]) for one in sight.ask(asked)}
    return [one for one in found if one.id in seen]


SIMILAR_CUSTOMERS = Inquiry(
    "customer", "similar", Typed, lambda typed, sight: similar_seen("customer", typed, sight)
)
SIMILAR_SUPPLIERS = Inquiry(
    "supplier", "similar", Typed, lambda typed, sight: similar_seen("supplier", typed, sight)
)
