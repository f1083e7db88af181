"""One line declares a field: these are the words that such a line may use.

A field without a default is required. ``kept=True`` means that only operations write it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from dougong.kernel.fields.field import Field
from dougong.kernel.fields.kinds import KINDS
from dougong.kernel.lifecycle import Lifecycle

REQUIRED: Any = dataclasses.MISSING


def declared(kind: str, default: Any, **facts: Any) -> Any:
    """Make the dataclass field whose metadata is our description; its name is set by the class."""
    required = default is REQUIRED and not callable(facts.get("maker"))
    maker = facts.pop("maker", None)
    lifecycle = facts.pop("lifecycle", None)
    description = Field(
        name="",
        kind=KINDS[kind],
        required=required,
        default=maker or (None if default is REQUIRED else default),
        **facts,
    )
    metadata = {"field": description, "lifecycle": lifecycle}
    if maker is not None:
        return dataclasses.field(default_factory=maker, metadata=metadata, kw_only=True)
    if required:
        return dataclasses.field(metadata=metadata, kw_only=True)
    return dataclasses.field(default=default, metadata=metadata, kw_only=True)


def text(
    *,
    default: Any = REQUIRED,
    longest: int = 200,
    unique: bool = False,
    indexed: bool = False,
    searchable: bool = False,
    kept: bool = False,
    once: bool = False,
    secret: bool = False,
) -> Any:
    """One line of text."""
    return declared(
        "text",
        default,
        longest=longest,
        unique=unique,
        indexed=indexed,
        searchable=searchable,
        kept=kept,
        once=once,
        secret=secret,
    )


def long_text(*, default: Any = REQUIRED, kept: bool = False) -> Any:
    """Text of several lines."""
    return declared("long_text", default, kept=kept)


def phone(*, default: Any = REQUIRED, searchable: bool = False) -> Any:
    """A phone number as people write it."""
    return declared("phone", default, longest=50, searchable=searchable)


def email(*, default: Any = REQUIRED, searchable: bool = False, unique: bool = False) -> Any:
    """An email address."""
    return declared("email", default, searchable=searchable, unique=unique)


def url(*, default: Any = REQUIRED) -> Any:
    """A web address."""
    return declared("url", default, longest=2000)


def number(
    *,
    default: Any = REQUIRED,
    digits: int = 6,
    least: Decimal | int | None = None,
    most: Decimal | int | None = None,
    kept: bool = False,
    once: bool = False,
    secret: bool = False,
) -> Any:
    """A plain number."""
    return declared(
        "number",
        default,
        digits=digits,
        least=least,
        most=most,
        kept=kept,
        once=once,
        secret=secret,
    )


def money(
    *,
    default: Any = REQUIRED,
    digits: int = 4,
    currency: str = "",
    least: Decimal | int | None = None,
    kept: bool = False,
    once: bool = False,
    secret: bool = False,
) -> Any:
    """An amount; ``currency`` names the sibling field that says in what (else the company's)."""
    return declared(
        "money",
        default,
        digits=digits,
        currency=currency,
        least=least,
        kept=kept,
        once=once,
        secret=secret,
    )


def quantity(
    *,
    default: Any = REQUIRED,
    least: Decimal | int | None = None,
    kept: bool = False,
    once: bool = False,
) -> Any:
    """A quantity of goods, to six digits."""
    return declared("quantity", default, digits=6, least=least, kept=kept, once=once)


def percent(
    *,
    default: Any = REQUIRED,
    least: Decimal | int | None = None,
    most: Decimal | int | None = None,
    kept: bool = False,
    secret: bool = False,
) -> Any:
    """A share, held as a fraction: 0.15 is fifteen percent."""
    return declared("percent", default, digits=8, least=least, most=most, kept=kept, secret=secret)


def day(
    *, default: Any = REQUIRED, kept: bool = False, indexed: bool = False, once: bool = False
) -> Any:
    """A business day in the company's time zone."""
    return declared("day", default, kept=kept, indexed=indexed, once=once)


def instant(*, default: Any = REQUIRED, kept: bool = False, indexed: bool = False) -> Any:
    """A moment, in UTC."""
    return declared("instant", default, kept=kept, indexed=indexed)


def yes_no(*, default: Any = REQUIRED, kept: bool = False, indexed: bool = False) -> Any:
    """Yes or no."""
    return declared("yes_no", default, kept=kept, indexed=indexed)


def choice(
    options: type[StrEnum] | tuple[str, ...],
    *,
    default: Any = REQUIRED,
    lifecycle: Lifecycle | None = None,
    kept: bool = False,
    indexed: bool = False,
    once: bool = False,
) -> Any:
    """One of a few; with a lifecycle it is the record's state, which only operations move."""
    enum = options if isinstance(options, type) else None
    names = tuple(str(one.value) for one in enum) if enum else tuple(str(one) for one in options)
    return declared(
        "choice",
        default,
        options=names,
        enum=enum,
        lifecycle=lifecycle,
        kept=kept or lifecycle is not None,
        indexed=indexed or lifecycle is not None,
        once=once,
    )


def choices(options: tuple[str, ...], *, default_factory: Callable[[], list[str]] = list) -> Any:
    """Several of a few."""
    return declared("choices", REQUIRED, options=options, maker=default_factory)


def tags(*, default_factory: Callable[[], list[str]] = list) -> Any:
    """Free words to find records by."""
    return declared("tags", REQUIRED, longest=60, maker=default_factory)


def structure(*, default_factory: Callable[[], dict[str, Any]] = dict, kept: bool = False) -> Any:
    """Values by name, which only their readers understand."""
    return declared("structure", REQUIRED, maker=default_factory, kept=kept)


def reference(
    target: str | type,
    *,
    default: Any = REQUIRED,
    kept: bool = False,
    indexed: bool = True,
    unique: bool = False,
    once: bool = False,
    acting: bool = False,
) -> Any:
    """Another record, of one entity; ``acting`` where it is the person who makes the record."""
    name = target if isinstance(target, str) else target.description.name  # type: ignore[attr-defined]
    return declared(
        "reference",
        default,
        target=name,
        kept=kept,
        indexed=indexed,
        unique=unique,
        once=once,
        acting=acting,
    )


def reference_any(*, default: Any = REQUIRED, kept: bool = False, indexed: bool = True) -> Any:
    """Another record, of any entity, written ``entity:id``."""
    return declared("reference_any", default, kept=kept, indexed=indexed)


def lines(
    target: type, *, default_factory: Callable[[], list[Any]] = list, kept: bool = False
) -> Any:
    """The lines of a document: records of their own that live and die with it."""
    return declared(
        "lines",
        REQUIRED,
        target=target.description.name,  # type: ignore[attr-defined]
        maker=default_factory,
        kept=kept,
    )


def file(*, default: Any = None) -> Any:
    """A file."""
    return declared("file", default, target="file", indexed=True)


def address(*, default: Any = None) -> Any:
    """A postal address in parts."""
    return declared("address", default, longest=300)


def formula(expression: str, *, init: Literal[False] = False) -> Any:  # noqa: ARG001  read by the type checker
    """Computed from the record's other fields by an expression; never stored."""
    description = Field(name="", kind=KINDS["formula"], pattern=expression, kept=True)
    return dataclasses.field(default=None, metadata={"field": description}, init=False)


def auto_number(
    pattern: str,
    *,
    gapless: bool = False,
    init: Literal[False] = False,  # noqa: ARG001  read by the type checker
) -> Any:
    """The record's human number: ``SO-{year}-{n:05}``. Gapless ones are given after posting."""
    description = Field(
        name="",
        kind=KINDS["auto_number"],
        pattern=pattern,
        gapless=gapless,
        unique=True,
        kept=True,
        searchable=True,
        default=None,
    )
    return dataclasses.field(default=None, metadata={"field": description}, init=False)
