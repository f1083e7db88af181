"""How far a long command is: one line that moves in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

EVERY = 0.1
EVERY_ELSEWHERE = 5.0


class Progress:
    """Shows ``done of total`` with what is at hand; ends its line when it is left."""

    def __init__(self, title: str, out: TextIO | None = None) -> None:
        self._title = title
        self._out = out or sys.stderr
        self._moving = self._out.isatty()
        self._shown_at = 0.0
        self._open = False

    def __call__(self, done: int, total: int, what: str = "") -> None:
        now = time.monotonic()
        if now - self._shown_at < (EVERY if self._moving else EVERY_ELSEWHERE) and done < total:
            return
        self._shown_at = now
        share = f"{100 * done // total}%" if total else ""
        self._show(f"{self._title}: {done:,} of {total:,} {share} {what}".rstrip())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open:
            self._out.write("\n")
            self._out.flush()

    def _show(self, line: str) -> None:
        if self._moving:
            self._out.write(f"\r\x1b[K{line}")
            self._open = True
        else:
            self._out.write(f"{line}\n")
        self._out.flush()
