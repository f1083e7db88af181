"""Working together on a record: all that happened and was said in one list, and whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from starlette.responses import Response

from dougong.kernel.access.entities import Person, Role
from dougong.kernel.log.history import Happened, history
from dougong.kernel.questions import Question, ask
from dougong.kernel.questions.reading import bounded
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.kernel.search.keys import fold, search_keys
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters, whole_number
from dougong.web.past import happened_as_json, read_cursor
from dougong.web.records import identity_of
from dougong.web.sight import see, shown, visible

MOST = 200
LONGEST_SEARCH = 100
BELONGING = ("comment", "task", "file")
MOST_PEOPLE = 20
Said = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a page begins: before which event of the log, and before which instant."""

    seq: int | None = None
    at: datetime | None = None

    @classmethod
    def read(cls, text: str) -> Place:
        """Read where the page before ended."""
        if not text:
            return cls()
        seq, _, at = text.partition("_")
        try:
            return cls(read_cursor(seq), datetime.fromisoformat(at).replace(tzinfo=UTC))
        except ValueError:
            raise Refused(InvalidField("cursor", "not_a_cursor")) from None

    def written(self) -> str:
        """Write it as a cursor."""
        assert self.at is not None, "a page that goes on had something on it"
        return f"{self.seq or ''}_{self.at.astimezone(UTC).replace(tzinfo=None).isoformat()}"

    def behind(self, one: Happened | Said) -> Place:
        """Give the place behind an item of the list."""
        if isinstance(one, Happened):
            return Place(one.seq, self.at or one.at)
        return Place(self.seq, at_of(one))


def show_timeline(asking: Asking) -> Response:
    """Answer what happened to a record and what people said, asked and attached, the newest first."""
    given = known_parameters(asking.request, ("limit", "cursor"))
    limit = bounded(whole_number(given, "limit", 50), MOST)
    place = Place.read(given.get("cursor", ""))
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        identity = identity_of(reading, entity, key)
        see(reading, entity, identity, key)
        if identity not in shown(reading, entity, [identity]):
            raise Refused(NotFound(entity, key[:100]))
        happened = history(
            reading.transaction,
            reading.state.catalogue,
            entity,
            identity,
            before=place.seq,
            limit=limit + 1,
            rights=reading.actor.rights,
        )
        said = said_about(reading, f"{entity}:{identity}", place.at, limit + 1)
        page = list(newest_first(happened, said))
        more = len(page) > limit
        for one in page[:limit]:
            place = place.behind(one)
        items = written(asking, reading, page[:limit])
    return Json({"items": items, "next_cursor": place.written() if more else None})


def said_about(reading: Reading, record: str, before: datetime | None, limit: int) -> list[Said]:
    """Give the comments, tasks and files of a record, the newest first."""
    about = [{"field": "record", "op": "eq", "value": record}]
    if before is not None:
        about.append({"field": "created_at", "op": "lt", "value": before.isoformat()})
    found: list[Said] = []
    for entity in BELONGING:
        if entity in reading.state.catalogue.entities:
            question = Question(
                entity=entity, filter={"all": about}, sort=[("created_at", True)], limit=limit
            )
            page = ask(
                reading.transaction, reading.state, reading.actor, question, today=reading.today
            )
            found += [{"is": entity, **record} for record in page.records]
    return sorted(found, key=at_of, reverse=True)


def at_of(said: Said) -> datetime:
    """Give when something was said."""
    return datetime.fromisoformat(said["created_at"])


def newest_first(happened: Sequence[Happened], said: Sequence[Said]) -> Iterator[Happened | Said]:
    """Put both together by their time, each in its own order, so that no page leaves one out."""
    events, words = list(reversed(happened)), list(reversed(said))
    while events or words:
        if not words or (events and events[-1].at >= at_of(words[-1])):
            yield events.pop()
        else:
            yield words.pop()


def written(asking: Asking, reading: Reading, page: Sequence[Happened | Said]) -> list[Said]:
    """Write the items; of an event on a record that the asker may not see, nothing."""
    events = [one for one in page if isinstance(one, Happened)]
    seen = visible(reading, ((one.entity, one.record) for one in events))
    found: list[Said] = []
    for one in page:
        if not isinstance(one, Happened):
            found.append(one)
        elif (one.entity, one.record) in seen:
            found.append({"is": "event", **happened_as_json(asking, reading, one)})
    return found


# Whom to call


def show_people(asking: Asking) -> Response:
    """Answer the people and roles whom a text means, by name, pinyin or initials."""
    given = known_parameters(asking.request, ("search",))
    text = given.get("search", "").strip()
    if len(text) > LONGEST_SEARCH or (text and not text.isprintable()):
        raise Refused(InvalidField("search", "too_long", str(LONGEST_SEARCH)))
    with asking.reading() as reading:
        everybody = sorted(callable_in(reading), key=lambda one: (one["kind"], one["name"]))
    meant = [one for one in everybody if is_meant(text, one["name"], one["name_en"])]
    return Json({"people": meant[:MOST_PEOPLE]})


def callable_in(reading: Reading) -> Iterator[dict[str, str]]:
    """Give everybody who can be called: who works here, and the roles."""
    for entity in ("person", "role"):
        for one in reading.state.cached(entity).values():
            if isinstance(one, Role) or (isinstance(one, Person) and one.active):
                yield call_of(entity, one.id, one.name, one.name_en)


def call_of(entity: str, identity: UUID, name: str, name_en: str) -> dict[str, str]:
    """Write whom to call, and how a comment mentions them."""
    return {"kind": entity, "mention": f"{entity}:{identity}", "name": name, "name_en": name_en}


def is_meant(text: str, *names: str) -> bool:
    """Tell whether a text is the beginning of a name, of its sound, or of its initials."""
    wanted = fold(text)
    return any(key.startswith(wanted) for key in keys_of(names))


@lru_cache(maxsize=4096)
def keys_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give what names are found by."""
    return (*search_keys(names), *(fold(name) for name in names))
