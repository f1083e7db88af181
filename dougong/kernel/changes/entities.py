"""What a company adds to the house, and the change sets by which alone it does."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from dougong.kernel.access.entities import Person
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    choice,
    instant,
    lines,
    long_text,
    reference,
    structure,
    text,
    yes_no,
)
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import Id


class Liveness(StrEnum):
    """Where a company's own field or object stands."""

    WAITING = "waiting"
    LIVE = "live"
    DROPPED = "dropped"


class CompanyObject(Entity, name="company_object", rank=2, cached=True, operations=()):
    """A kind of record that the company made: a table with the same powers as ours."""

    name: str = text(longest=40, unique=True)
    label: str = text(longest=80)
    label_en: str = text(default="", longest=80)
    is_line: bool = yes_no(default=False)
    title_field: str = text(default="", longest=40)
    moves: str = long_text(default="[]")
    """Its lifecycle as JSON: ``[{"verb": "approve", "from": ["draft"], "to": "approved"}]``."""
    liveness: Liveness = choice(Liveness, default=Liveness.WAITING, kept=True)


class CompanyField(
    Entity, name="company_field", rank=2, cached=True, operations=(), unique=[("entity", "name")]
):
    """A field that the company added to one of our entities or of its own objects."""

    entity: str = text(longest=63)
    name: str = text(longest=40)
    kind: str = text(longest=20)
    label: str = text(longest=80)
    label_en: str = text(default="", longest=80)
    required: bool = yes_no(default=False)
    unique: bool = yes_no(default=False)
    indexed: bool = yes_no(default=False)
    searchable: bool = yes_no(default=False)
    secret: bool = yes_no(default=False)
    target: str = text(default="", longest=63)
    """What a reference points at, or whose lines a lines field holds."""
    options: str = long_text(default="[]")
    """What a choice may be, as a JSON list."""
    initial: str = long_text(default="")
    """The value of a new record that doesn't say, as JSON; a choice's first state too."""
    pattern: str = text(default="", longest=2000)
    """An auto number's pattern or a formula's expression."""
    help: str = text(default="", longest=500)
    """What who fills it in should know."""
    liveness: Liveness = choice(Liveness, default=Liveness.WAITING, kept=True)


class NumberingPolicy(Entity, name="numbering_policy", rank=7, cached=True, operations=()):
    """How the company numbers one kind of record."""

    entity: str = text(longest=63, unique=True)
    pattern: str = text(longest=80)


class SavedView(
    Entity, name="view", rank=7, cached=True, operations=(), unique=[("entity", "name")]
):
    """How records of an entity show: columns, filter, sections; as the client understands it."""

    entity: str = text(longest=63)
    name: str = text(longest=60)
    kind: str = choice(("list", "form", "board", "page"), default="list")
    role: str = text(default="", longest=40)
    """The code of the role that it is for; empty: for everybody."""
    content: dict[str, Any] = structure()


class What(StrEnum):
    """What a change is about."""

    OBJECT = "object"
    FIELD = "field"
    RULE = "rule"
    ROLE = "role"
    NUMBERING = "numbering"
    VIEW = "view"


class Action(StrEnum):
    """What is done about it."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class ChangeItem(Line, name="change_item"):
    """One change: what, under which key, and how it shall be."""

    what: What = choice(What)
    action: Action = choice(Action)
    key: str = text(longest=130)
    """``entity.field`` for fields, ``entity/name`` for views, else the thing's own name or code."""
    value: dict[str, Any] = structure()
    """How it shall be: the fields that are given, by name."""
    before: dict[str, Any] = structure(kept=True)
    """How it was, noted when it is published; empty where there was none."""


class ChangeState(StrEnum):
    """Where a change set stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REVERTED = "reverted"


CHANGING = Lifecycle.of(
    {
        ChangeState.DRAFT: (ChangeState.PUBLISHED,),
        ChangeState.PUBLISHED: (ChangeState.REVERTED,),
    }
)


class ChangeSet(Entity, name="change_set", rank=1, title="purpose"):
    """Changes of the configuration that are published together, and can be taken back together."""

    purpose: str = text(searchable=True)
    state: ChangeState = choice(ChangeState, default=ChangeState.DRAFT, lifecycle=CHANGING)
    published_by: Id[Person] | None = reference("person", default=None, kept=True)
    published_at: datetime | None = instant(default=None, kept=True)
    reverts: "Id[ChangeSet] | None" = reference("change_set", default=None, kept=True)
    items: list[ChangeItem] = lines(ChangeItem)
