"""A port that is taken is named, with a way out."""

from __future__ import annotations

import pytest

from dougong.cli.port import free_port, listening
from dougong.kernel.postgres import GroundError


def test_a_taken_port_is_named_with_one_that_is_free() -> None:
    with listening("127.0.0.1", 0) as first:
        taken = first.getsockname()[1]

        with pytest.raises(GroundError) as refused:
            listening("127.0.0.1", taken)

    assert refused.value.sentence == f"Port {taken} is taken by another program."
    assert int(refused.value.way_out.rstrip(".").rsplit(" ", 1)[1]) != taken


def test_a_port_that_was_let_go_is_free_at_once() -> None:
    number = free_port("127.0.0.1")
    listening("127.0.0.1", number).close()

    with listening("127.0.0.1", number) as again:
        assert again.getsockname()[1] == number


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(GroundError, match=r"Nobody can listen on 203\.0\.113\.1:8000"):
        listening("203.0.113.1", 8000)


def test_a_number_that_is_no_port_is_said() -> None:
    with pytest.raises(GroundError, match="There is no port 99999"):
        listening("127.0.0.1", 99999)
