"""Rules are read by many threads at once, whatever Python does in between."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dougong.kernel.rules.source import Source

THREADS, TEXTS = 4, 400


@pytest.fixture
def restless() -> Iterator[None]:
    """Collect garbage at every turn, and let another thread go on each time."""

    def give_way(*_: object) -> None:
        time.sleep(0)

    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(10)
    gc.callbacks.append(give_way)
    yield
    gc.callbacks.remove(give_way)
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_many_texts_are_read_at_once() -> None:
    texts = [f"(a == {n}) and (b in ('x', 'y')) and (c >= 'd')" for n in range(TEXTS)]

    with ThreadPoolExecutor(THREADS) as threads:
        read = list(threads.map(Source, texts))

    assert [one.text for one in read] == texts
