"""What goes over the wire, seen where the driver sends it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

ENVELOPE = ("BEGIN", "COMMIT", "ROLLBACK")
VERSION = "SELECT version FROM company_state"
CALL = "SELECT pg_notify"
TARGET = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
SOURCE = re.compile(r'\bFROM "?(\w+)')
WRITES_EVENTS = "WITH told AS (INSERT INTO event "


@dataclass(frozen=True)
class Sent:
    """One statement: whether it writes, and the table that it is about."""

    writes: bool
    table: str
    text: str

    @property
    def does(self) -> str:
        return f"{'write' if self.writes else 'read'} {self.table}"


def understood(text: str) -> Sent:
    """Tell what a statement does to which table."""
    if text.startswith(WRITES_EVENTS):
        return Sent(True, "event", text)
    found = TARGET.match(text)
    if found:
        return Sent(True, found[2], text)
    found = SOURCE.search(text)
    assert found, text
    return Sent(False, found[1], text)


class Wire(list[Sent]):
    """The statements of one operation, without those that only begin and end transactions."""

    @property
    def counts(self) -> Counter[str]:
        return Counter(sent.does for sent in self)


@contextmanager
def wire() -> Iterator[Wire]:
    """Listen. The call to other processes (NOTIFY) is made later, by a thread of its own."""
    sent = Wire()
    execute = psycopg.Cursor.execute

    def heard(cursor: Any, query: Any, *args: Any, **named: Any) -> Any:
        text = " ".join((query.decode() if isinstance(query, bytes) else str(query)).split())
        if text.startswith(ENVELOPE):
            if text.endswith(VERSION):
                sent.append(understood(VERSION))
        elif not text.startswith(CALL):
            sent.append(understood(text))
        return execute(cursor, query, *args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", heard)
        yield sent
