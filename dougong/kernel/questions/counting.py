"""Counting: how many records answer a question, exactly for few and roughly for many."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.questions.question import Count, Question
from dougong.kernel.questions.reading import Reading
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.store.database import Transaction

COUNTED_EXACTLY = 10_000


def count(
    transaction: Transaction,
    state: State,
    actor: Actor,
    question: Question,
    *,
    today: date | None = None,
    exactly_to: int = COUNTED_EXACTLY,
) -> Count:
    """Count up to a bound; beyond it, take what the planner expects."""
    reading = Reading(state, actor, question.entity, today)
    where = [*reading.permitted(), *reading.asked(question.filter, question.search)]
    found: sa.Select[Any] = (
        sa.select(sa.literal_column("1").label("one"))
        .select_from(reading.tables.source)
        .where(*where)
    )
    some = found.limit(exactly_to + 1).subquery()
    counted = rows_of(transaction, sa.select(sa.func.count()).select_from(some))[0][0]
    if counted <= exactly_to:
        return Count(counted, exact=True)
    plan = rows_of(transaction, found, "EXPLAIN (FORMAT JSON) ")[0][0]
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), counted), exact=False)
