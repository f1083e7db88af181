"""Which passwords are good enough, and that only the right one matches."""

from __future__ import annotations

import pytest

from dougong.kernel.identity.passwords import STANDARD, Passwords, weaknesses

CHEAP = Passwords(rounds=1, kibibytes=8)


def problems(password: str, login: str = "lin@dougong.cn") -> list[str]:
    return [weakness.problem for weakness in weaknesses(password, login)]


def test_a_good_password_has_no_weakness() -> None:
    assert problems("榫卯不用一钉一铆") == []
    assert problems("correct horse") == []


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("1234567", ["short"]),
        ("", ["short"]),
        ("Password", ["common"]),
        ("zzzzzzzzzz", ["common"]),
        ("LIN@dougong.cn", ["login"]),
        ("x1" * 513, ["long"]),
    ],
)
def test_a_weak_password_is_named(password: str, problem: list[str]) -> None:
    assert problems(password) == problem


def test_only_the_right_password_matches() -> None:
    stored = CHEAP.hash("sesame-öffne")

    assert CHEAP.matches(stored, "sesame-öffne")
    assert CHEAP.matches(stored, "sesame-o\u0308ffne")
    assert not CHEAP.matches(stored, "sesame-Öffne")
    assert not CHEAP.matches(stored, "")
    assert not CHEAP.matches(stored, "\ud800" * 2000)


def test_where_nothing_is_stored_nothing_matches() -> None:
    assert not CHEAP.matches(None, "sesame-open")
    assert not CHEAP.matches("no hash at all", "sesame-open")


def test_a_password_is_never_stored_as_it_is() -> None:
    assert CHEAP.hash("sesame-open") != CHEAP.hash("sesame-open")
    assert STANDARD.hash("sesame-open").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_made_with_less_work_is_outdated() -> None:
    assert STANDARD.is_outdated(CHEAP.hash("sesame-open"))
    assert not CHEAP.is_outdated(CHEAP.hash("sesame-open"))
