"""A change set in words: what becomes otherwise, part by part, before it is published and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.responses import Response

from dougong.kernel.changes.differences import Difference, Part, differences
from dougong.kernel.changes.entities import Action, ChangeItem, ChangeState, What
from dougong.kernel.questions import one
from dougong.web.answers import Json, plain
from dougong.web.asking import Asking
from dougong.web.bodies import known_parameters

LONGEST_SHOWN = 200


def show_diff(asking: Asking) -> Response:
    """Answer what a change set changes, as data and as sentences, with who, when and why."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        record = one(
            reading.transaction,
            reading.state,
            reading.actor,
            "change_set",
            asking.path("id"),
            today=reading.today,
        )
        items = [item_of(line) for line in record.get("items", ())]
        done = record["state"] != ChangeState.DRAFT
        found = list(differences(items, reading.state, done=done))
    return Json(
        {
            "id": record["id"],
            "purpose": record.get("purpose"),
            "state": record["state"],
            "by": record.get("published_by") or record.get("created_by"),
            "at": record.get("published_at") or record.get("created_at"),
            "changes": [difference_as_json(asking, each) for each in found],
        }
    )


def item_of(line: dict[str, Any]) -> ChangeItem:
    """Take an item as it was answered."""
    return ChangeItem(
        what=What(line["what"]),
        action=Action(line["action"]),
        key=line["key"],
        value=line.get("value") or {},
        before=line.get("before") or {},
    )


def difference_as_json(asking: Asking, difference: Difference) -> dict[str, Any]:
    """Write what one item changes."""
    item, messages, locale = difference.item, asking.messages, asking.locale
    what = messages.option("change_item", "what", item.what, locale)
    return {
        "what": item.what,
        "action": item.action,
        "key": item.key,
        "sentence": messages.text(f"diff.{item.action}", locale, what=what, key=item.key),
        "parts": [
            part_as_json(asking, difference.kept_as, part, labelled(asking, difference, part))
            for part in difference.parts
        ],
    }


def labelled(asking: Asking, difference: Difference, part: Part) -> str:
    """Name a part as its field is named."""
    return asking.messages.field(difference.kept_as, part.name, asking.locale)


def part_as_json(asking: Asking, kept_as: str, part: Part, label: str) -> dict[str, Any]:
    """Write how a part was and how it becomes, and say it."""
    said = asking.messages.text(
        "diff.part",
        asking.locale,
        label=label,
        before=in_words(asking, kept_as, part.name, part.before),
        after=in_words(asking, kept_as, part.name, part.after),
    )
    return {
        "name": part.name,
        "label": label,
        "before": plain(part.before),
        "after": plain(part.after),
        "sentence": said,
    }


def in_words(asking: Asking, kept_as: str, name: str, value: Any) -> str:
    """Write a value so that it can be read in a line."""
    messages, locale = asking.messages, asking.locale
    if value in (None, "", [], {}):
        return messages.text("diff.nothing", locale)
    if isinstance(value, bool):
        return messages.shown(value, locale)
    if isinstance(value, str):
        key = messages.option(kept_as, name, value, locale)
        said = value if key.startswith("choice.") else key
    elif isinstance(value, list):
        said = "; ".join(shortly(one_of) for one_of in value)
    else:
        said = shortly(value)
    return said if len(said) <= LONGEST_SHOWN else said[: LONGEST_SHOWN - 1] + "…"


def shortly(value: object) -> str:
    """Write a value of several parts by what they say."""
    if isinstance(value, dict):
        parts: Iterable[Any] = (one_of for one_of in value.values() if one_of not in (None, "", []))
        return " ".join(shortly(one_of) for one_of in parts)
    return value if isinstance(value, str) else msgspec.json.encode(plain(value)).decode()
