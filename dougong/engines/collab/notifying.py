"""Telling people what concerns them: a reader of the event log writes their notifications.

Its cursor moves in the transaction of what it writes, so that nothing is lost and nothing is told
twice; what one event has to say is written by one statement for each kind, however many hear it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dougong.kernel.events import Logged
from dougong.kernel.log.readers import Projection
from dougong.kernel.store.database import Transaction

NAME = "notifications"
SAID = "comment.created"
ASKED = ("task.created", "task.edited")
ANSWERED = ("parked_command.approved", "parked_command.declined")

TELL = """
, one AS (
    SELECT DISTINCT ON (person, event) *
    FROM hears WHERE person IS NOT NULL AND person IS DISTINCT FROM sender
    ORDER BY person, event, weight
)
INSERT INTO notification (id, version, person, kind, record, about, words, sender, event,
                          read_at, created_at, created_by, updated_at, updated_by)
SELECT gen_random_uuid(), 1, person, kind, record, about, left(words, 300), sender, event::text,
       NULL, at, person, at, person
FROM one
ON CONFLICT (person, event) DO NOTHING
"""
EVENTS = "unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS e (event, subject, at)"

TELL_COMMENTS = (
    f"""
WITH said AS (
    SELECT e.event, e.at, c.record, 'comment:' || c.id AS about, c.text AS words,
           c.created_by AS sender, c.mentions, c.id AS comment
    FROM {EVENTS} JOIN comment c ON c.id = e.subject AND NOT c.withdrawn
), hears AS (
    SELECT event, at, record, about, words, sender, p.id AS person, 'mentioned' AS kind, 1 AS weight
    FROM said, unnest(said.mentions) AS m (who) JOIN person p ON m.who = 'person:' || p.id
    UNION ALL
    SELECT event, at, record, about, words, sender, r.parent, 'mentioned', 1
    FROM said, unnest(said.mentions) AS m (who) JOIN person_role r ON m.who = 'role:' || r.role
    UNION ALL
    SELECT event, said.at, said.record, about, words, sender, earlier.created_by, 'commented', 2
    FROM said JOIN comment earlier
      ON earlier.record = said.record AND earlier.id < said.comment
    UNION ALL
    SELECT event, at, said.record, about, words, sender, t.assignee, 'commented', 2
    FROM said JOIN task t ON t.record = said.record AND t.state = 'open'
)
"""
    + TELL
)
TELL_TASKS = (
    f"""
WITH hears AS (
    SELECT e.event, e.at, t.record, 'task:' || t.id AS about, t.title AS words,
           t.updated_by AS sender, t.assignee AS person, 'assigned' AS kind, 1 AS weight
    FROM {EVENTS} JOIN task t ON t.id = e.subject
)
"""
    + TELL
)
TELL_ANSWERS = (
    f"""
WITH hears AS (
    SELECT e.event, e.at, p.record, 'parked_command:' || p.id AS about, p.answer AS words,
           p.answered_by AS sender, p.requester AS person,
           CASE WHEN p.state = 'declined' THEN 'declined' ELSE 'approved' END AS kind, 1 AS weight
    FROM {EVENTS} JOIN parked_command p ON p.id = e.subject
)
"""
    + TELL
)


def notifying() -> Projection:
    """Give the reader that tells people what concerns them."""
    return Projection(NAME, tell, (SAID, *ASKED, *ANSWERED))


def tell(transaction: Transaction, events: Sequence[Logged]) -> None:
    """Write what some events have to say to each person, once."""
    for sql, some in (
        (TELL_COMMENTS, [one for one in events if one.name == SAID]),
        (TELL_TASKS, [one for one in events if one.name in ASKED and gives(one)]),
        (TELL_ANSWERS, [one for one in events if one.name in ANSWERED]),
    ):
        if some:
            ids, subjects = [one.id for one in some], [one.record for one in some]
            transaction.run(sql, (ids, subjects, [one.at for one in some]))


def gives(event: Logged) -> bool:
    """Tell whether an event gave a task to somebody."""
    changed = event.changes.get(f"task:{event.record}", {})
    return "created" in changed or "assignee" in changed
