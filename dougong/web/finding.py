"""Finding: what a search box asks, over all kinds of records that the asker may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from starlette.responses import Response

from dougong.kernel.entities import Description
from dougong.kernel.questions import Question, ask
from dougong.kernel.questions.reading import bounded
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.search import Hit, find
from dougong.kernel.search.projection import Searched
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters, whole_number
from dougong.web.meta import label_of, readable_entities
from dougong.web.records import listed
from dougong.web.sight import shown

MOST = 100
LONGEST = 200
LOOKED_THROUGH = 20
"""So many times more hits are looked through where row rules will hide some of them."""


def search(asking: Asking) -> Response:
    """Answer the records that a text leads to, the best first."""
    given = known_parameters(asking.request, ("q", "entity", "limit"))
    text = given.get("q", "").strip()
    limit = bounded(whole_number(given, "limit", 20), MOST)
    if len(text) > LONGEST or not text.isprintable():
        raise Refused(InvalidField("q", "too_long", str(LONGEST)))
    with asking.reading() as reading:
        wanted = wanted_entities(reading, listed(given.get("entity", "")))
        hits = sorted(found(reading, text, wanted, limit), key=lambda hit: -hit.score)[:limit]
        labels = {name: label_of(asking, one) for name, one in wanted.items()}
    return Json(
        {
            "hits": [
                {
                    "entity": hit.entity,
                    "label": labels[hit.entity],
                    "id": str(hit.record),
                    "title": hit.title,
                    "score": hit.score,
                }
                for hit in hits
            ]
        }
    )


def wanted_entities(reading: Reading, names: Sequence[str]) -> dict[str, Description]:
    """Give the kinds of records to look among: those named, as far as they may be read, or all."""
    may = {one.name: one for one in readable_entities(reading)}
    for name in names:
        reading.state.catalogue.entity(name)
    return {name: may[name] for name in names if name in may} if names else may


def found(reading: Reading, text: str, wanted: dict[str, Description], limit: int) -> Iterator[Hit]:
    """Look into the index; where a field that leads there is hidden, ask the records themselves."""
    if not text:
        return
    open_ones = [name for name, one in wanted.items() if may_search(reading, one)]
    hits = find(reading.transaction.connection, text, open_ones, limit * LOOKED_THROUGH)
    seen = seen_among(reading, hits)
    yield from (hit for hit in hits if hit.record in seen)
    for name, description in wanted.items():
        if name not in open_ones:
            yield from asked(reading, description, text, limit)


def may_search(reading: Reading, description: Description) -> bool:
    """Tell whether the asker may read all that the index was made of."""
    entities, rights = reading.state.catalogue.entities, reading.actor.rights
    searched = Searched(reading.state.catalogue, description.name)
    own = {one.name for one in searched.fields} <= rights.readable(description)
    return own and all(one.name in rights.readable(entities[line]) for line, one in searched.below)


def seen_among(reading: Reading, hits: Iterable[Hit]) -> set[UUID]:
    """Give the records among the hits that are still there and that the asker may see."""
    by_entity: dict[str, list[UUID]] = defaultdict(list)
    for hit in hits:
        by_entity[hit.entity].append(hit.record)
    return {one for entity, records in by_entity.items() for one in shown(reading, entity, records)}


def asked(reading: Reading, description: Description, text: str, limit: int) -> Iterator[Hit]:
    """Search the fields that the asker may read, without the index."""
    readable = reading.actor.rights.readable(description)
    searched = Searched(reading.state.catalogue, description.name)
    if not any(one.searchable and one.name in readable for one in searched.fields):
        return
    title = description.title_field
    question = Question(
        entity=description.name,
        search=text,
        fields=[title] if title in readable else ["id"],
        limit=limit,
    )
    page = ask(reading.transaction, reading.state, reading.actor, question, today=reading.today)
    for record in page.records:
        yield Hit(description.name, UUID(record["id"]), str(record.get(title) or ""), 0.5)
