"""The words and sentences that people read: labels, refusals and events, by language.

Each package keeps them in ``messages/<language>.yaml``, as nested keys. What a language lacks is
said in English; what nobody has said shows as its key, and the app suite finds it.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from dougong.kernel.fields import Field
from dougong.kernel.refusals import Refusal, snake

FALLBACK = "en"
KERNEL = "dougong.kernel"
PLACE = re.compile(r"\{(\w+)\}")
LINE_PATH = re.compile(r"(\w+)\[(\d+)\]\.?(.*)")
NONE = "–"
SAFE_AND_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where PyYAML has it: a start reads some thousand sentences."""


@dataclass(frozen=True)
class Messages:
    """Every sentence of the house, by language and key."""

    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    said_twice: tuple[str, ...] = ()
    """Keys that a second file says differently; the first one, of the lower package, stands."""

    @classmethod
    def load(cls, packages: Iterable[str] = ()) -> Messages:
        """Read the kernel's sentences and those of the packages."""
        found: dict[str, dict[str, str]] = {}
        twice = []
        for path in message_files((KERNEL, *packages)):
            sentences = found.setdefault(path.stem, {})
            for key, sentence in flattened(read_yaml(path), path):
                if sentences.setdefault(key, sentence) != sentence:
                    twice.append(f"{path.stem}: {key}")
        return cls(found, tuple(twice))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are words in."""
        return tuple(sorted(self.sentences))

    def knows(self, key: str, locale: str) -> bool:
        """Tell whether a key is said in this very language."""
        return key in self.sentences.get(language_of(locale), {})

    def text(self, key: str, locale: str = FALLBACK, /, **facts: object) -> str:
        """Say a sentence with its facts; in English where the language lacks it."""
        return self.first((key,), locale, facts)

    def first(
        self, keys: Iterable[str], locale: str, facts: Mapping[str, object] | None = None
    ) -> str:
        """Say the first of several keys that is known; the first key itself where none is."""
        asked = tuple(keys)
        for language in (language_of(locale), FALLBACK):
            sentences = self.sentences.get(language, {})
            for key in asked:
                if key in sentences:
                    return self.filled(sentences[key], facts or {}, locale)
        return asked[0]

    def filled(self, sentence: str, facts: Mapping[str, object], locale: str) -> str:
        """Put facts into a sentence."""

        def fact(place: re.Match[str]) -> str:
            name = place.group(1)
            return self.shown(facts[name], locale) if name in facts else place.group()

        return PLACE.sub(fact, sentence)

    def shown(self, value: object, locale: str) -> str:
        """Write a fact as people of a language write it."""
        match value:
            case bool():
                return self.text("word.yes" if value else "word.no", locale)
            case Decimal():
                return f"{value:,f}"
            case date():
                return self.shown_time(value, locale)
            case list() | tuple() | set() | frozenset():
                between = self.text("format.between", locale)
                return between.join(self.shown(each, locale) for each in value)
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                return self.shown_parts(value, locale)
            case _:
                return NONE if value is None else str(value)

    def shown_time(self, value: date, locale: str) -> str:
        """Write a day, with the time if there is one."""
        parts = {"year": value.year, "month": value.month, "day": value.day}
        shown = self.text("format.day", locale, **parts, month_name=f"{value:%b}")
        return f"{shown} {value:%H:%M}" if isinstance(value, datetime) else shown

    def shown_parts(self, value: Any, locale: str) -> str:
        """Write a fact of several parts by its own sentence, ``fact.<name>``."""
        parts = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        key = f"fact.{snake(type(value).__name__)}"
        said = self.first((key,), locale, parts)
        return self.shown(list(parts.values()), locale) if said == key else said

    # Labels

    def entity(self, entity: str, locale: str = FALLBACK) -> str:
        """Name a kind of record."""
        return self.text(f"entity.{entity}", locale)

    def field(self, entity: str, name: str, locale: str = FALLBACK) -> str:
        """Name a field."""
        return self.first(field_keys(entity, name), locale)

    def label(self, entity: str, known: Field, locale: str = FALLBACK) -> str:
        """Name a field, a company's own by the company's own words."""
        own = known.labels
        return (
            own.get(language_of(locale))
            or own.get(FALLBACK)
            or self.field(entity, known.name, locale)
            if own
            else self.field(entity, known.name, locale)
        )

    def help(self, entity: str, known: Field, locale: str = FALLBACK) -> str:
        """Say more about a field, where more is to be said: ``help.<entity>.<field>``."""
        own = known.help
        return own or self.known_or("", (f"help.{entity}.{known.name}",), locale)

    def option(self, entity: str, name: str, option: str, locale: str = FALLBACK) -> str:
        """Name what a choice may be."""
        return self.first(option_keys(entity, name, option), locale)

    def operation(self, entity: str, verb: str, locale: str = FALLBACK) -> str:
        """Name what can be done."""
        return self.first(operation_keys(entity, verb), locale)

    def argument(self, entity: str, name: str, locale: str = FALLBACK) -> str:
        """Name what an operation asks for: as the record's field of that name, if nothing else is said."""
        return self.first(argument_keys(entity, name), locale)

    def event(self, entity: str, verb: str, locale: str = FALLBACK, /, **facts: object) -> str:
        """Say what happened."""
        known = {"entity_name": self.entity(entity, locale), **facts}
        return self.first(event_keys(entity, verb), locale, known)

    # Refusals

    def refusal(
        self,
        refusal: Refusal,
        locale: str = FALLBACK,
        *,
        entity: str = "",
        hidden: frozenset[str] = frozenset(),
    ) -> str:
        """Say why not; ``entity`` is the kind of record that was asked for, where it is known.

        Where facts are hidden, ``refusal_veiled`` says it without them.
        """
        if hidden:
            return self.first(
                (f"refusal_veiled.{refusal.code}", "refusal_veiled.any"),
                locale,
                {name: fact for name, fact in refusal.facts().items() if name not in hidden},
            )
        facts = refusal.facts()
        about = str(facts.get("entity") or entity)
        worded = {
            name: self.worded(name, value, about, facts, locale) for name, value in facts.items()
        }
        return self.text(f"refusal.{refusal.code}", locale, **worded)

    def worded(
        self, name: str, value: object, about: str, facts: Mapping[str, object], locale: str
    ) -> object:
        """Turn a fact that is a name in the catalogue into its label."""
        if not isinstance(value, str) or not value:
            return value
        if name == "problem":
            said = self.text(f"problem.{value}", locale, expected=facts.get("expected", ""))
            return value if said.startswith("problem.") else said
        if name == "field":
            return self.path(about, value, locale)
        keys = NAMES.get(name)
        known = keys(about, value) if keys else (f"fact.{name}.{value}",)
        return self.known_or(value, known, locale)

    def path(self, entity: str, path: str, locale: str) -> str:
        """Name a field by its path: ``lines[2].quantity`` is line 3, quantity."""
        if "," in path:
            names = (self.path(entity, one.strip(), locale) for one in path.split(","))
            return self.shown(list(names), locale)
        found = LINE_PATH.fullmatch(path)
        if found is None:
            return self.known_or(path, field_keys(entity, path), locale)
        lines, at, rest = found.groups()
        row = self.text(
            "format.line",
            locale,
            lines=self.known_or(lines, field_keys(entity, lines), locale),
            n=int(at) + 1,
        )
        return f"{row} {self.known_or(rest, self.line_keys(rest), locale)}" if rest else row

    def line_keys(self, name: str) -> tuple[str, ...]:
        """Look for a line's field under any kind of line that has one of this name."""
        ends = f".{name}"
        words = self.sentences.get(FALLBACK, {})
        of_lines = (key for key in words if key.startswith("field.") and key.endswith(ends))
        return (f"field.any.{name}", *of_lines)

    def known_or(self, otherwise: str, keys: tuple[str, ...], locale: str) -> str:
        """Say the first key that is known, or something else."""
        said = self.first(keys, locale)
        return otherwise if said == keys[0] else said


def field_keys(entity: str, name: str) -> tuple[str, ...]:
    """Where a field's label may stand: under its entity, or under every entity."""
    return (f"field.{entity}.{name}", f"field.any.{name}")


def operation_keys(entity: str, verb: str) -> tuple[str, ...]:
    """Where a verb's label may stand."""
    return (f"operation.{entity}.{verb}", f"operation.any.{verb}")


def argument_keys(entity: str, name: str) -> tuple[str, ...]:
    """Where the label of an operation's argument may stand."""
    return (
        f"argument.{entity}.{name}",
        *field_keys(entity, name),
        f"argument.any.{name}",
        f"entity.{name}",
    )


def event_keys(entity: str, verb: str) -> tuple[str, ...]:
    """Where an event's sentence may stand."""
    return (f"event.{entity}.{verb}", f"event.any.{verb}")


def state_keys(entity: str, state: str) -> tuple[str, ...]:
    """Where a state's label may stand."""
    return (f"state.{entity}.{state}", f"state.any.{state}")


def option_keys(entity: str, name: str, option: str) -> tuple[str, ...]:
    """Where an option's label may stand; a lifecycle's options are states."""
    return (
        f"choice.{entity}.{name}.{option}",
        f"choice.any.{name}.{option}",
        *state_keys(entity, option),
    )


NAMES: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "entity": lambda _about, name: (f"entity.{name}",),
    "by": lambda _about, name: (f"entity.{name}",),
    "operation": operation_keys,
    "state": state_keys,
    "wanted": state_keys,
}
"""Facts of refusals that are names in the catalogue, with where their labels stand."""


def language_of(locale: str) -> str:
    """Give the language of a locale: ``zh`` of ``zh-CN``."""
    return re.split(r"[-_]", locale, maxsplit=1)[0].lower()


def message_files(packages: Iterable[str]) -> Iterator[Path]:
    """Find every file of sentences in packages and below them, once each."""
    seen: set[Path] = set()
    for package in packages:
        for folder in folders_of(package):
            for path in sorted(folder.rglob("messages/*.yaml")):
                if path not in seen:
                    seen.add(path)
                    yield path


def folders_of(package: str) -> Iterator[Path]:
    """Give the folders of a package; those of its parent for a module."""
    module = importlib.import_module(package)
    if not hasattr(module, "__path__"):
        module = importlib.import_module(package.rpartition(".")[0])
    return (Path(each) for each in module.__path__)


def read_yaml(path: Path) -> object:
    """Read one file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_AND_FAST) or {}  # noqa: S506  both are safe


def flattened(tree: object, path: Path, above: str = "") -> Iterator[tuple[str, str]]:
    """Give each sentence of a file with its full key."""
    if isinstance(tree, dict):
        for key, below in tree.items():
            assert isinstance(key, str), f"{path}: the key {above}{key!r} must stand in quotes"
            yield from flattened(below, path, f"{above}{key}.")
    else:
        assert isinstance(tree, str), f"{path}: {above} is no sentence but {tree!r}"
        yield above.removesuffix("."), tree
