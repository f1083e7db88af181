"""Insight at the door: what can be analysed, and questions of measures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from starlette.responses import Response

from dougong.engines.insight.asking import Answered, Asker, Row, answer
from dougong.engines.insight.question import GRAINS, TIME, Asked
from dougong.kernel.entities import Description
from dougong.kernel.files.sniffing import MEDIA_TYPES
from dougong.kernel.measures import AnyMeasure, Measure, parts_of
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import InvalidField, NotPermitted, Refused
from dougong.kernel.sheets import Cell, write_xlsx
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters
from dougong.web.files import handed_out

ASKED = ("measures", "by", "grain", "since", "until", "filter", "compare", "limit")
COMPARISONS = ("", "year", "period")
MOST_ROWS = 500
AS_OF = "SELECT coalesce(max(seq), 0), clock_timestamp() FROM event"


def show_catalogue(asking: Asking) -> Response:
    """Answer the measures that the asker may know, and by what each can be looked at."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        measures = [
            measure_as_json(asking, reading, one)
            for one in reading.state.catalogue.measures.values()
            if may_know(reading, one)
        ]
    return Json({"measures": measures, "grains": list(GRAINS)})


def ask_measures(asking: Asking) -> Response:
    """Answer a question of measures, with the moment that the answer includes."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        asked = understood(asking, reading)
        [(place, at)] = reading.transaction.rows(AS_OF)
        answered = answer(asker_of(reading), asked)
    return Json({**answer_as_json(answered), "as_of": {"place": place, "at": as_json(at)}})


def export_measures(asking: Asking) -> Response:
    """Hand out an answer as a sheet: its rows, the rest, and the whole as it stands on the screen."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        asked = understood(asking, reading)
        answered = answer(asker_of(reading), asked)
        named = dict(dimensions(asking, reading, asked.parts[0]))
    text = partial(asking.messages.text, locale=asking.locale)
    labels = [text(f"measure.{one.name}") for one in asked.measures]
    past = [f"{one} · {text('measure.before')}" for one in labels] if asked.before else []
    written = [[heading(row.key, text("measure.none")), *figures(row)] for row in answered.rows]
    if answered.others:
        written.append([text("measure.others"), *figures(answered.others)])
    written.append([text("measure.total"), *figures(answered.total)])
    file = BytesIO()
    write_xlsx(file, [named.get(asked.by, ""), *labels, *past], written, sheet=labels[0])
    return handed_out(f"{labels[0]}.xlsx", file.getvalue(), MEDIA_TYPES["xlsx"])


def asker_of(reading: Reading) -> Asker:
    """Say for whom it is answered."""
    return Asker(reading.transaction, reading.state, reading.actor, reading.today)


def heading(key: Any, none: str) -> Cell:
    """Write what a row is of."""
    if key is None:
        return none
    return str(key["title"] or key["id"]) if isinstance(key, dict) else str(key)


def figures(row: Row) -> list[Cell]:
    """Write a row's figures, and then those that they are compared with."""
    return [*row.now.values(), *(row.before or {}).values()]


def may_know(reading: Reading, measure: AnyMeasure) -> bool:
    """Tell whether the asker may read everything that a measure sums."""
    for part in parts_of(measure):
        description = reading.state.catalogue.entities.get(part.on)
        if description is None or not reading.actor.rights.may(part.on, "read"):
            return False
        if part.sums and part.sums not in reading.actor.rights.readable(description):
            return False
    return True


def measure_as_json(asking: Asking, reading: Reading, measure: AnyMeasure) -> dict[str, Any]:
    """Write a measure with what it is made of."""
    parts = parts_of(measure)
    return {
        "name": measure.name,
        "label": asking.messages.text(f"measure.{measure.name}", asking.locale),
        "written": measure.written,
        "entities": sorted({part.on for part in parts}),
        "formula": formula_of(measure),
        "by": [
            {"name": name, "label": label}
            for name, label in dimensions(asking, reading, parts[0])
            if all(name == TIME or name in part.by or "." in name for part in parts)
        ],
    }


def formula_of(measure: AnyMeasure) -> str:
    """Write how a measure is computed."""
    if isinstance(measure, Measure):
        summed = f"sum({measure.sums})" if measure.sums else "count()"
        return f"{summed} · {measure.on} · {measure.where}"
    difference = f"{measure.first.name} − {measure.second.name}"
    return f"({difference}) ÷ {measure.first.name}" if measure.share else difference


def dimensions(asking: Asking, reading: Reading, part: Measure) -> Iterator[tuple[str, str]]:
    """Give by what a measure can be looked at; a company's own fields are dimensions by themselves."""
    if part.day:
        yield TIME, asking.messages.text("measure.time", asking.locale)
    catalogue = reading.state.catalogue
    for path in part.by:
        description, label = catalogue.entities[part.on], ""
        for name in path.split("."):
            field = description.fields.get(name)
            if field is None or name not in reading.actor.rights.readable(description):
                break
            label += (" · " if label else "") + asking.messages.label(
                description.name, field, asking.locale
            )
            description = catalogue.entities.get(field.target, description)
        else:
            yield path, label
            if "." not in path and path in ("customer", "product"):
                yield from own_fields(asking, reading, path, description, label)


def own_fields(
    asking: Asking, reading: Reading, path: str, description: Description, label: str
) -> Iterator[tuple[str, str]]:
    """Give a company's own fields of a customer or a product."""
    readable = reading.actor.rights.readable(description)
    for name, field in description.own.items():
        groupable = field.kind.name in ("choice", "reference", "yes_no", "text")
        if field.custom and name in readable and groupable:
            own = asking.messages.label(description.name, field, asking.locale)
            yield f"{path}.{name}", f"{label} · {own}"


# What comes in


def understood(asking: Asking, reading: Reading) -> Asked:
    """Read a question; everything that is wrong with it is named."""
    given = asking.values()
    problems = [InvalidField(name[:100], "unknown_field") for name in given if name not in ASKED]
    known = reading.state.catalogue.measures
    names = given.get("measures")
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        problems.append(InvalidField("measures", "wrong_type", "list of names"))
        names = []
    problems += [
        InvalidField("measures", "unknown_field", one) for one in names if one not in known
    ]
    for name, options in (("grain", GRAINS), ("compare", COMPARISONS)):
        if given.get(name, options[0]) not in options:
            problems.append(InvalidField(name, "not_a_choice", ", ".join(options)))
    for name in ("by", "filter"):
        if not isinstance(given.get(name, ""), str):
            problems.append(InvalidField(name, "wrong_type", "text"))
    limit = given.get("limit", 100)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        problems.append(InvalidField("limit", "out_of_range", f"1–{MOST_ROWS}"))
    if problems:
        raise Refused(problems)
    measures = [known[one] for one in names]
    for one in measures:
        if not may_know(reading, one):
            raise Refused(NotPermitted(parts_of(one)[0].on, "read", one.name))
    return Asked(
        measures=measures,
        by=given.get("by", ""),
        grain=given.get("grain", "month"),
        since=day_of(given, "since"),
        until=day_of(given, "until"),
        filter=given.get("filter", ""),
        compare=given.get("compare", ""),
        limit=limit,
    )


def day_of(given: dict[str, Any], name: str) -> date | None:
    """Read a day."""
    value = given.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused(InvalidField(name, "not_a_day", "YYYY-MM-DD")) from None


# What goes out


def answer_as_json(answered: Answered) -> dict[str, Any]:
    """Write an answer."""
    return {
        "rows": [row_as_json(row) for row in answered.rows],
        "total": row_as_json(answered.total),
        "others": row_as_json(answered.others) if answered.others else None,
        "conditions": answered.conditions,
    }


def row_as_json(row: Row) -> dict[str, Any]:
    """Write a row."""
    return {"key": row.key, "now": row.now, "before": row.before}
