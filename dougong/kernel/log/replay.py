"""Replaying: an event that a reader could not answer is put before it once more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dougong.kernel.log.failures import WRITE_FAILURE, dismiss, failure_of
from dougong.kernel.log.readers import EVENTS, answer_event, followers_of, logged
from dougong.kernel.refusals import NotFound, Refused

if TYPE_CHECKING:
    from dougong.kernel.house import House


def replay(house: House, company: str, reader: str, event: UUID) -> None:
    """Let a follower answer again; what it had done already is not done twice.

    Raises Refused where it still can't be; the failure then stays, with its new reason.
    """
    found = [one for one in followers_of(house, company) if one.name == reader]
    follower = found[0] if found else None
    if follower is None:
        raise Refused(NotFound("reader", reader))
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(f"{EVENTS} WHERE id = %s", (event,))
    if not rows:
        raise Refused(NotFound("event", str(event)))
    try:
        answer_event(house, company, follower, logged(rows[0]))
    except Refused as refused:
        with house.database.transaction(company) as transaction:
            transaction.run(WRITE_FAILURE, (reader, event, *failure_of(refused)))
        raise
    dismiss(house, company, reader, event)
