"""The inbox: what waits for one's approval, and what became of one's own requests, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from dougong.kernel.company import State
from dougong.kernel.questions import Question, ask
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters

MOST = 200
RECENT = 20
FIELDS = (
    "subject",
    "record",
    "title",
    "requester",
    "role",
    "state",
    "reasons",
    "answered_by",
    "answered_at",
    "answer",
    "created_at",
)


def show_inbox(asking: Asking) -> Response:
    """Answer what the asker may approve, the longest waiting first, and their own latest requests."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        if not reading.actor.rights.may("parked_command", "read"):
            return Json({"approvals": [], "requests": []})
        roles = [role for role in role_codes(reading.state) if reading.actor.rights.plays(role)]
        mine = {"field": "requester", "op": "eq", "value": "me"}
        waiting = {"field": "state", "op": "in", "value": ["waiting"]}
        by_role = {"field": "role", "op": "in", "value": roles}
        to_answer = {"all": [waiting, by_role, {"not": mine}]}
        approvals = parked(asking, reading, to_answer, "created_at", MOST) if roles else []
        requests = parked(asking, reading, mine, "-created_at", RECENT)
    return Json({"approvals": approvals, "requests": requests})


def role_codes(state: State) -> Iterator[str]:
    """Give the codes of the company's roles."""
    for role in state.cached("role").values():
        yield str(getattr(role, "code", ""))


def parked(
    asking: Asking, reading: Reading, wanted: Mapping[str, Any], sort: str, limit: int
) -> list[dict[str, Any]]:
    """Read kept commands, each with why it waits in the asker's language."""
    question = Question(
        entity="parked_command",
        filter=wanted,
        sort=[(sort.removeprefix("-"), sort.startswith("-"))],
        fields=FIELDS,
        limit=limit,
    )
    page = ask(reading.transaction, reading.state, reading.actor, question, today=reading.today)
    return [parked_as_json(asking, reading, record) for record in page.records]


def parked_as_json(asking: Asking, reading: Reading, record: dict[str, Any]) -> dict[str, Any]:
    """Write one kept command."""
    entity, _, verb = str(record["subject"]).partition(".")
    known = reading.state.catalogue.entities.get(entity)
    return {
        **{name: value for name, value in record.items() if name != "reasons"},
        "label": asking.messages.operation(entity, verb, asking.locale),
        "kind": asking.messages.entity(entity, asking.locale) if known else entity,
        "why": [sentence(asking, one, entity) for one in msgspec.json.decode(record["reasons"])],
    }


def sentence(asking: Asking, reason: Mapping[str, Any], entity: str) -> str:
    """Say a kept reason in the asker's language; a rule's own message stands for itself."""
    facts = reason.get("facts") or {}
    own = facts.get("message_en" if asking.locale.startswith("en") else "message")
    own = own or facts.get("message")
    if own:
        return str(own)
    worded = {
        name: asking.messages.worded(name, value, entity, facts, asking.locale)
        for name, value in facts.items()
    }
    return asking.messages.text(f"refusal.{reason.get('code')}", asking.locale, **worded)
