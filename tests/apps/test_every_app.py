"""What every app must satisfy: the suite finds the apps itself and looks for what is missing."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import dougong.apps
from dougong.kernel.catalogue import Catalogue, discover, modules_of
from dougong.kernel.entities import Description
from dougong.kernel.events import Event
from dougong.kernel.messages import (
    Messages,
    argument_keys,
    event_keys,
    field_keys,
    operation_keys,
    option_keys,
    state_keys,
)
from dougong.kernel.refusals import Refusal
from dougong.kernel.verbs import VERBS
from dougong.web.schemas import arguments_of

LANGUAGES = ("en", "zh")
HAPPENED = ("created", "edited", "deleted")
PLACE = re.compile(r"\{(\w+)\}")
GIVEN_TO_EVENTS = {"entity_name"}
BANNED = re.compile(
    r"(?:^|_)(manager|helpers?|utils?|handlers?|services?|processors?|data|info|misc)(?:_|$)"
)
SPARED = {"dougong.apps.service"}

APPS = tuple(f"dougong.apps.{found.name}" for found in pkgutil.iter_modules(dougong.apps.__path__))
PACKAGES = ("dougong.kernel.company", *APPS)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return discover(PACKAGES, VERBS)


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages.load(PACKAGES)


def app_of(described: type) -> str:
    return ".".join(described.__module__.split(".")[:3])


def entities_in(catalogue: Catalogue, app: str) -> list[Description]:
    return [each for each in catalogue.entities.values() if app_of(each.cls) == app]


def classes_in(app: str, kind: type) -> Iterator[type]:
    for module in modules_of(app):
        for thing in vars(module).values():
            is_kind = isinstance(thing, type) and issubclass(thing, kind) and thing is not kind
            if is_kind and thing.__module__ == module.__name__:
                yield thing


def unsaid(messages: Messages, wanted: Iterable[tuple[str, ...]]) -> list[str]:
    """Give the first key of each label that a language doesn't know under any of its keys."""
    return [
        f"{language}: {keys[0]}"
        for keys in dict.fromkeys(wanted)
        for language in LANGUAGES
        if not any(messages.knows(key, language) for key in keys)
    ]


def nothing(missing: Iterable[str]) -> None:
    found = list(missing)
    assert not found, "missing:\n  " + "\n  ".join(found)


@pytest.mark.parametrize("app", APPS)
def test_entities_and_their_fields_have_labels(
    app: str, catalogue: Catalogue, messages: Messages
) -> None:
    wanted: list[tuple[str, ...]] = []
    for described in entities_in(catalogue, app):
        wanted.append((f"entity.{described.name}",))
        wanted += [field_keys(described.name, name) for name in described.fields]
    nothing(unsaid(messages, wanted))


@pytest.mark.parametrize("app", APPS)
def test_what_a_choice_may_be_has_labels(
    app: str, catalogue: Catalogue, messages: Messages
) -> None:
    wanted: list[tuple[str, ...]] = []
    for described in entities_in(catalogue, app):
        for field in described.own.values():
            wanted += [option_keys(described.name, field.name, option) for option in field.options]
        if described.lifecycle is not None:
            wanted += [state_keys(described.name, state) for state in described.lifecycle.states]
    nothing(unsaid(messages, wanted))


@pytest.mark.parametrize("app", APPS)
def test_what_an_operation_asks_for_has_labels(
    app: str, catalogue: Catalogue, messages: Messages
) -> None:
    wanted: list[tuple[str, ...]] = []
    for described in entities_in(catalogue, app):
        for each in catalogue.operations_of(described.name):
            asked = {} if each.generic else arguments_of(each).get("properties", {})
            wanted += [argument_keys(described.name, name) for name in asked]
    nothing(unsaid(messages, wanted))


@pytest.mark.parametrize("app", APPS)
def test_operations_and_events_have_labels(
    app: str, catalogue: Catalogue, messages: Messages
) -> None:
    wanted: list[tuple[str, ...]] = []
    for described in entities_in(catalogue, app):
        operations = catalogue.operations_of(described.name)
        wanted += [operation_keys(described.name, each.name) for each in operations]
        wanted += [event_keys(described.name, verb) for verb in HAPPENED]
        wanted += [
            event_keys(described.name, each.happened or each.name)
            for each in operations
            if not each.emits
        ]
    for event in classes_in(app, Event):
        assert issubclass(event, Event)
        if event.of:
            wanted.append(event_keys(event.of, event.verb))
    nothing(unsaid(messages, wanted))


@pytest.mark.parametrize("app", [*APPS, "dougong.kernel"])
def test_every_refusal_has_a_sentence_of_its_own_facts(app: str, messages: Messages) -> None:
    wanted, foreign = [], []
    for refusal in classes_in(app, Refusal):
        assert issubclass(refusal, Refusal)
        key = f"refusal.{refusal.code}"
        wanted.append((key,))
        facts = {field.name for field in dataclasses.fields(refusal)}
        for language in LANGUAGES:
            places = set(PLACE.findall(messages.sentences.get(language, {}).get(key, "")))
            foreign += [f"{language}: {key} has no fact {name}" for name in places - facts]
    nothing([*unsaid(messages, wanted), *foreign])


@pytest.mark.parametrize("app", APPS)
def test_events_tell_only_facts_that_they_have(app: str, messages: Messages) -> None:
    foreign = []
    for event in classes_in(app, Event):
        assert issubclass(event, Event)
        facts = {field.name for field in dataclasses.fields(event)} | GIVEN_TO_EVENTS
        key = f"event.{event.of}.{event.verb}"
        for language in LANGUAGES:
            places = set(PLACE.findall(messages.sentences.get(language, {}).get(key, "")))
            foreign += [f"{language}: {key} has no fact {name}" for name in places - facts]
    nothing(foreign)


@pytest.mark.parametrize("app", APPS)
def test_invariants_are_said_in_both_languages(
    app: str, catalogue: Catalogue, messages: Messages
) -> None:
    mine = {
        thing.name
        for module in modules_of(app)
        for thing in vars(module).values()
        if any(thing is each for each in catalogue.invariants)
    }
    nothing(unsaid(messages, [(f"invariant.{name}",) for name in sorted(mine)]))


@pytest.mark.parametrize("app", APPS)
def test_promises_are_written_down(app: str, catalogue: Catalogue) -> None:
    """Each module, entity, operation, event and refusal says what it is for."""
    missing = [module.__name__ for module in modules_of(app) if not (module.__doc__ or "").strip()]
    for described in entities_in(catalogue, app):
        if not inspect.getdoc(described.cls) or described.doc.startswith(
            f"{described.cls.__name__}("
        ):
            missing.append(f"entity {described.name}")
        missing += [
            f"operation {each.full_name}"
            for each in catalogue.operations_of(described.name)
            if not each.doc
        ]
    for declared in (*classes_in(app, Event), *classes_in(app, Refusal)):
        doc = declared.__doc__ or ""
        if not doc or doc.startswith(f"{declared.__name__}("):
            missing.append(f"{declared.__module__}.{declared.__name__}")
    nothing(missing)


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_a_page_that_a_salesperson_can_read(app: str) -> None:
    folder = next(iter(importlib.import_module(app).__path__))
    assert len((Path(folder) / "README.md").read_text(encoding="utf-8")) > 400


@pytest.mark.parametrize("app", APPS)
def test_names_are_of_the_trade(app: str) -> None:
    found = [
        module.__name__
        for module in modules_of(app)
        if module.__name__ not in SPARED and BANNED.search(module.__name__.rpartition(".")[2])
    ]
    assert not found


@pytest.mark.parametrize("app", APPS)
def test_references_point_at_something(app: str, catalogue: Catalogue) -> None:
    known = {*catalogue.entities, "person", "file"}
    nothing(
        f"{described.name}.{field.name} → {field.target}"
        for described in entities_in(catalogue, app)
        for field in described.own.values()
        if field.target and field.target not in known
    )


@pytest.mark.parametrize("app", APPS)
def test_an_undo_that_is_named_is_there(app: str, catalogue: Catalogue) -> None:
    nothing(
        f"{each.full_name} → {each.inverse}"
        for described in entities_in(catalogue, app)
        for each in catalogue.operations_of(described.name)
        if each.inverse and not inverse_of(catalogue, described.name, each.inverse)
    )


def inverse_of(catalogue: Catalogue, entity: str, inverse: str) -> bool:
    there = (entity, inverse) in catalogue.operations
    named = tuple(inverse.split(".", 1)) if "." in inverse else ()
    # A master that may not be deleted can't be undone into nothing.
    return there or named in catalogue.operations or inverse == "delete"


def test_nothing_is_said_in_one_language_only(messages: Messages) -> None:
    english, chinese = (set(messages.sentences[language]) for language in LANGUAGES)
    nothing(
        [
            *(f"zh: {key}" for key in sorted(english - chinese)),
            *(f"en: {key}" for key in sorted(chinese - english)),
        ]
    )


def test_nothing_is_said_twice_in_different_words(messages: Messages) -> None:
    nothing(messages.said_twice)


def test_no_label_is_left_over(catalogue: Catalogue, messages: Messages) -> None:
    """A label of something that is gone would be translated for ever."""
    known = set(catalogue.entities)
    left = []
    for key in messages.sentences["en"]:
        room, _, rest = key.partition(".")
        entity, _, name = rest.partition(".")
        if room == "field" and entity in known and name not in catalogue.entities[entity].fields:
            left.append(key)
        if room == "operation" and entity in known and (entity, name) not in catalogue.operations:
            left.append(key)
    nothing(left)


def test_problems_of_fields_have_sentences(messages: Messages) -> None:
    """Every problem code that the source names has words in both languages."""
    codes = set()
    for package in ("dougong.kernel", *APPS):
        for module in modules_of(package):
            source = Path(module.__file__ or "").read_text(encoding="utf-8")
            codes |= set(re.findall(r'FieldProblem\(\s*"(\w+)"', source))
            codes |= set(re.findall(r'InvalidField\(\s*[^,()]+,\s*"(\w+)"', source))
    assert "required" in codes
    nothing(unsaid(messages, [(f"problem.{code}",) for code in sorted(codes)]))
