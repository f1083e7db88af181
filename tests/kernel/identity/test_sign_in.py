"""Signing in: the right one gets in, everybody else learns nothing and gets slower."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from dougong.kernel.identity import (
    IDENTITY_SQL,
    LoginTaken,
    LoginUnusable,
    NotYourCompany,
    Passwords,
    PasswordTooWeak,
    Session,
    SignInPaused,
    SignInRefused,
    create_identity,
    enter_company,
    identity_by_login,
    issue_token,
    keep_out_of,
    let_into,
    memberships,
    revoke,
    set_active,
    set_locale,
    set_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
    sweep,
    tokens_of,
    who,
    who_by_token,
)
from dougong.kernel.refusals import Refusal, Refused

CHEAP = Passwords(rounds=1, kibibytes=8)
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.1"
PASSWORD = "sesame-open"
LIN_AT_NORTH, LIN_AT_SOUTH = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def installation(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('dougong.identity')").fetchone() == (None,):
            connection.execute(IDENTITY_SQL)
        yield connection


@pytest.fixture
def door(installation: psycopg.Connection) -> psycopg.Connection:
    installation.execute("TRUNCATE dougong.identity, dougong.sign_in_attempt CASCADE")
    return installation


@pytest.fixture
def lin(door: psycopg.Connection) -> UUID:
    identity = create_identity(
        door, login="Lin@Dougong.cn", name="林", password=PASSWORD, now=NOON, passwords=CHEAP
    )
    let_into(door, identity, "north", LIN_AT_NORTH)
    return identity


def come(
    door: psycopg.Connection,
    password: str = PASSWORD,
    *,
    login: str = "lin@dougong.cn",
    address: str = OFFICE,
    at: datetime = NOON,
    company: str | None = None,
) -> Session:
    return sign_in(door, login, password, address, at, company=company, passwords=CHEAP)


def turned_away(door: psycopg.Connection, password: str = "wrong", **how) -> Refusal:
    with pytest.raises(Refused) as refused:
        come(door, password, **how)
    return refused.value.by


def fail(door: psycopg.Connection, times: int, **how) -> None:
    for _ in range(times):
        assert turned_away(door, **how) == SignInRefused()


def test_who_signs_in_is_known_by_the_token(door: psycopg.Connection, lin: UUID) -> None:
    session = come(door)

    somebody = who(door, session.token, NOON)
    assert somebody == session.who
    assert somebody is not None
    assert (somebody.identity, somebody.login, somebody.name) == (lin, "lin@dougong.cn", "林")
    assert (somebody.company, somebody.person, somebody.locale) == ("north", LIN_AT_NORTH, "zh")


@pytest.mark.parametrize("login", ["LIN@dougong.cn", " lin@dougong.cn ", "ｌｉｎ@dougong.cn"])
def test_a_login_may_be_typed_in_any_case_and_width(
    door: psycopg.Connection, lin: UUID, login: str
) -> None:
    assert come(door, login=login).who.identity == lin


def test_wrong_password_unknown_login_and_barred_identity_get_the_same_answer(
    door: psycopg.Connection, lin: UUID
) -> None:
    assert turned_away(door) == SignInRefused()
    assert turned_away(door, PASSWORD, login="nobody@dougong.cn") == SignInRefused()
    assert turned_away(door, PASSWORD, login="\x00\ud800") == SignInRefused()
    assert turned_away(door, PASSWORD, company="south") == SignInRefused()
    set_active(door, lin, active=False)
    assert turned_away(door, PASSWORD) == SignInRefused()


def test_an_unknown_login_costs_as_much_work_as_a_wrong_password(
    door: psycopg.Connection, lin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashers: list[str] = []
    matches = Passwords.matches

    def watched(work: Passwords, stored: str | None, password: str) -> bool:
        hashers.append("known" if stored else "nobody")
        return matches(work, stored, password)

    monkeypatch.setattr(Passwords, "matches", watched)
    turned_away(door)
    turned_away(door, login="nobody@dougong.cn")

    assert hashers == ["known", "nobody"]


def test_an_identity_without_password_signs_in_nowhere(door: psycopg.Connection) -> None:
    create_identity(door, login="robot", name="Robot", password=None, now=NOON)

    assert turned_away(door, "", login="robot") == SignInRefused()


def test_tokens_and_passwords_are_stored_as_hashes_only(
    door: psycopg.Connection, lin: UUID
) -> None:
    session = come(door)
    token = issue_token(door, lin, "north", "shop", NOON)

    def stored(statement: str) -> object:
        row = door.execute(statement).fetchone()
        assert row is not None
        return row[0]

    assert stored("SELECT token_hash FROM dougong.session") == (
        hashlib.sha256(session.token.encode()).digest()
    )
    assert stored("SELECT token_hash FROM dougong.api_token") == (
        hashlib.sha256(token.secret.encode()).digest()
    )
    assert str(stored("SELECT password_hash FROM dougong.identity")).startswith("$argon2id$")
    assert session.token not in repr(session)
    assert token.secret not in repr(token)


def test_a_session_ends_when_unused_and_lives_on_when_used(
    door: psycopg.Connection, lin: UUID
) -> None:
    token = come(door).token

    assert who(door, token, NOON + timedelta(hours=11)) is not None
    assert who(door, token, NOON + timedelta(hours=22)) is not None
    assert who(door, token, NOON + timedelta(hours=34)) is None


def test_no_session_lives_longer_than_a_month(door: psycopg.Connection, lin: UUID) -> None:
    token = come(door).token
    for hours in range(10, 30 * 24, 10):
        assert who(door, token, NOON + timedelta(hours=hours)) is not None

    assert who(door, token, NOON + timedelta(days=30)) is None


def test_being_seen_is_noted_once_a_minute(door: psycopg.Connection, lin: UUID) -> None:
    token = come(door).token

    def seen(after: timedelta) -> datetime:
        who(door, token, NOON + after)
        row = door.execute("SELECT last_seen FROM dougong.session").fetchone()
        assert row is not None
        return row[0]

    assert seen(timedelta(seconds=59)) == NOON
    assert seen(timedelta(seconds=60)) == NOON + timedelta(seconds=60)


def test_who_signs_out_is_out(door: psycopg.Connection, lin: UUID) -> None:
    here, there = come(door).token, come(door, address=ELSEWHERE).token

    sign_out(door, here)

    assert who(door, here, NOON) is None
    assert who(door, there, NOON) is not None
    assert sign_out_everywhere(door, lin) == 1
    assert who(door, there, NOON) is None


@pytest.mark.parametrize("token", ["", "dgs_", "dgs_" + "x" * 43, "\x00", "\ud800", "x" * 5000])
def test_a_token_that_was_never_given_is_nobody(
    door: psycopg.Connection, lin: UUID, token: str
) -> None:
    assert who(door, token, NOON) is None
    assert who_by_token(door, token, NOON) is None


def test_a_session_token_is_no_api_token_and_back(door: psycopg.Connection, lin: UUID) -> None:
    session = come(door)
    token = issue_token(door, lin, "north", "shop", NOON)

    assert who_by_token(door, session.token, NOON) is None
    assert who(door, token.secret, NOON) is None


def test_who_is_in_several_companies_chooses(door: psycopg.Connection, lin: UUID) -> None:
    let_into(door, lin, "south", LIN_AT_SOUTH)

    session = come(door)
    assert (session.who.company, session.who.person) == (None, None)
    assert [own.company for own in memberships(door, lin)] == ["north", "south"]

    inside = enter_company(door, session.token, "south", NOON)
    assert inside is not None
    assert (inside.company, inside.person) == ("south", LIN_AT_SOUTH)
    assert come(door, company="north").who.person == LIN_AT_NORTH


def test_nobody_enters_a_company_of_others(door: psycopg.Connection, lin: UUID) -> None:
    session = come(door)

    with pytest.raises(Refused) as refused:
        enter_company(door, session.token, "south", NOON)

    assert refused.value.by == NotYourCompany("south")
    assert who(door, session.token, NOON) == session.who
    assert enter_company(door, "dgs_none", "south", NOON) is None


def test_who_is_kept_out_of_a_company_has_no_session_or_token_there(
    door: psycopg.Connection, lin: UUID
) -> None:
    session = come(door)
    token = issue_token(door, lin, "north", "shop", NOON)

    keep_out_of(door, lin, "north")

    assert who(door, session.token, NOON) is None
    assert who_by_token(door, token.secret, NOON) is None


def test_who_is_barred_is_out_at_once(door: psycopg.Connection, lin: UUID) -> None:
    session = come(door)
    token = issue_token(door, lin, "north", "shop", NOON)

    set_active(door, lin, active=False)
    assert who(door, session.token, NOON) is None
    assert who_by_token(door, token.secret, NOON) is None

    set_active(door, lin, active=True)
    assert who(door, session.token, NOON) is None
    assert who_by_token(door, token.secret, NOON) is not None


def test_a_new_password_ends_the_other_sessions(door: psycopg.Connection, lin: UUID) -> None:
    here, there = come(door).token, come(door).token

    set_password(door, lin, "another-one", keep_session=here, passwords=CHEAP)

    assert who(door, here, NOON) is not None
    assert who(door, there, NOON) is None
    assert turned_away(door, PASSWORD) == SignInRefused()
    assert come(door, "another-one").who.identity == lin


def test_a_weak_new_password_changes_nothing(door: psycopg.Connection, lin: UUID) -> None:
    token = come(door).token

    with pytest.raises(Refused) as refused:
        set_password(door, lin, "short", passwords=CHEAP)

    assert refused.value.by == PasswordTooWeak("short", 8)
    assert who(door, token, NOON) is not None
    assert come(door).who.identity == lin


def test_a_password_is_hashed_anew_when_the_work_has_grown(
    door: psycopg.Connection, lin: UUID
) -> None:
    harder = Passwords(rounds=2, kibibytes=16)

    sign_in(door, "lin@dougong.cn", PASSWORD, OFFICE, NOON, passwords=harder)

    row = door.execute("SELECT password_hash FROM dougong.identity").fetchone()
    assert row is not None
    assert row[0].startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert come(door).who.identity == lin


def test_a_login_is_given_once(door: psycopg.Connection, lin: UUID) -> None:
    with pytest.raises(Refused) as refused:
        create_identity(
            door, login="LIN@dougong.cn", name="x", password=None, now=NOON, passwords=CHEAP
        )

    assert refused.value.by == LoginTaken("lin@dougong.cn")


@pytest.mark.parametrize("login", ["", "  ", "\x00", "a b", "x" * 255])
def test_a_login_that_nobody_could_type_is_refused(door: psycopg.Connection, login: str) -> None:
    with pytest.raises(Refused) as refused:
        create_identity(door, login=login, name="x", password=None, now=NOON)

    assert refused.value.by == LoginUnusable(login)


def test_a_language_is_remembered(door: psycopg.Connection, lin: UUID) -> None:
    set_locale(door, lin, "en")

    found = identity_by_login(door, "LIN@dougong.cn")
    assert found is not None
    assert found.locale == "en"
    assert come(door).who.locale == "en"
    assert identity_by_login(door, "nobody") is None


def test_after_five_failures_there_is_a_pause_that_grows(
    door: psycopg.Connection, lin: UUID
) -> None:
    fail(door, 5)

    assert turned_away(door, PASSWORD) == SignInPaused(30)
    assert turned_away(door, at=NOON + timedelta(seconds=10)) == SignInPaused(20)
    later = NOON + timedelta(seconds=30)
    fail(door, 1, at=later)
    assert turned_away(door, PASSWORD, at=later) == SignInPaused(60)
    assert come(door, at=later + timedelta(seconds=60)).who.identity == lin


def test_what_is_tried_during_a_pause_does_not_lengthen_it(
    door: psycopg.Connection, lin: UUID
) -> None:
    fail(door, 5)
    for _ in range(20):
        assert turned_away(door) == SignInPaused(30)

    assert come(door, at=NOON + timedelta(seconds=30)).who.identity == lin


def test_a_pause_is_never_longer_than_a_quarter_of_an_hour(
    door: psycopg.Connection, lin: UUID
) -> None:
    at = NOON
    waits = []
    for _ in range(12):
        refusal = turned_away(door, at=at)
        if isinstance(refusal, SignInPaused):
            waits.append(refusal.seconds)
            at += timedelta(seconds=refusal.seconds)
            fail(door, 1, at=at)

    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_failures_are_forgotten_after_a_quarter_of_an_hour(
    door: psycopg.Connection, lin: UUID
) -> None:
    fail(door, 4)
    fail(door, 4, at=NOON + timedelta(minutes=15, seconds=1))

    assert come(door, at=NOON + timedelta(minutes=16)).who.identity == lin


def test_signing_in_forgets_the_failures_before_it(door: psycopg.Connection, lin: UUID) -> None:
    fail(door, 4)
    come(door)
    fail(door, 4)

    assert come(door).who.identity == lin


def test_an_unknown_login_is_paused_just_so(door: psycopg.Connection) -> None:
    fail(door, 5, login="nobody@dougong.cn")

    assert turned_away(door, login="nobody@dougong.cn") == SignInPaused(30)


def test_who_is_guessed_at_still_gets_in_from_elsewhere(
    door: psycopg.Connection, lin: UUID
) -> None:
    fail(door, 5, address=ELSEWHERE)

    assert turned_away(door, PASSWORD, address=ELSEWHERE) == SignInPaused(30)
    assert come(door, address=OFFICE).who.identity == lin


def test_guessing_from_many_addresses_is_slow_but_the_office_stays_open(
    door: psycopg.Connection, lin: UUID
) -> None:
    come(door, address=OFFICE)
    for host in range(50):
        fail(door, 1, address=f"192.0.2.{host}")

    assert turned_away(door, address="192.0.2.200") == SignInPaused(5)
    assert turned_away(door, PASSWORD, address=ELSEWHERE) == SignInPaused(5)
    assert come(door, address=OFFICE).who.identity == lin


def test_many_logins_from_one_address_pause_the_address(
    door: psycopg.Connection, lin: UUID
) -> None:
    for number in range(50):
        fail(door, 1, login=f"guess{number}", address=ELSEWHERE)

    assert turned_away(door, PASSWORD, address=ELSEWHERE) == SignInPaused(30)
    assert come(door, address=OFFICE).who.identity == lin


def test_a_right_password_does_not_whitewash_the_address(
    door: psycopg.Connection, lin: UUID
) -> None:
    for number in range(49):
        fail(door, 1, login=f"guess{number}", address=ELSEWHERE)
    come(door, address=ELSEWHERE)
    fail(door, 1, login="guess50", address=ELSEWHERE)

    assert turned_away(door, login="guess51", address=ELSEWHERE) == SignInPaused(30)


def test_the_addresses_of_one_network_are_one(door: psycopg.Connection, lin: UUID) -> None:
    for host in range(5):
        fail(door, 1, address=f"2001:db8:1:2::{host:x}")

    assert turned_away(door, address="2001:db8:1:2:ffff::1") == SignInPaused(30)
    assert come(door, address="2001:db8:1:3::1").who.identity == lin
    fail(door, 5, address="192.0.2.1")
    assert turned_away(door, address="::ffff:192.0.2.1") == SignInPaused(30)


def test_guessing_at_the_same_moment_is_no_way_around(
    door: psycopg.Connection, lin: UUID, database_url: str
) -> None:
    def guess(_: int) -> Refusal:
        with psycopg.connect(database_url, autocommit=True) as own:
            return turned_away(own)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(24)))

    assert answers.count(SignInRefused()) == 5
    assert answers.count(SignInPaused(30)) == 19


def test_a_failure_stays_counted_on_a_connection_without_autocommit(
    door: psycopg.Connection, lin: UUID, database_url: str
) -> None:
    with psycopg.connect(database_url) as own:
        fail(own, 5)
        own.rollback()

    assert turned_away(door) == SignInPaused(30)


def test_signing_in_inside_a_transaction_is_a_bug(door: psycopg.Connection, lin: UUID) -> None:
    with door.transaction(), pytest.raises(AssertionError):
        come(door)


def test_a_token_works_until_it_is_revoked_or_expires(door: psycopg.Connection, lin: UUID) -> None:
    lasting = issue_token(door, lin, "north", "shop", NOON, scopes=["sales_order.read"])
    short = issue_token(door, lin, "north", "try", NOON, expires=NOON + timedelta(hours=1))

    shop = who_by_token(door, lasting.secret, NOON)
    assert shop is not None
    assert (shop.identity, shop.company, shop.person) == (lin, "north", LIN_AT_NORTH)
    assert (shop.token, shop.scopes) == (lasting.id, frozenset(["sales_order.read"]))
    assert who_by_token(door, short.secret, NOON) is not None
    assert who_by_token(door, short.secret, NOON + timedelta(hours=1)) is None

    assert revoke(door, lin, lasting.id, NOON)
    assert who_by_token(door, lasting.secret, NOON) is None
    assert not revoke(door, lin, lasting.id, NOON)


def test_tokens_are_listed_with_their_last_use(door: psycopg.Connection, lin: UUID) -> None:
    token = issue_token(door, lin, "north", "shop", NOON)
    who_by_token(door, token.secret, NOON + timedelta(minutes=5))
    revoke(door, lin, token.id, NOON + timedelta(minutes=6))

    (listed,) = tokens_of(door, lin)
    assert (listed.id, listed.name, listed.company) == (token.id, "shop", "north")
    assert (listed.scopes, listed.expires) == (None, None)
    assert listed.last_used == NOON + timedelta(minutes=5)
    assert listed.revoked == NOON + timedelta(minutes=6)


def test_nobody_revokes_the_tokens_of_others(door: psycopg.Connection, lin: UUID) -> None:
    token = issue_token(door, lin, "north", "shop", NOON)
    other = create_identity(door, login="zhang", name="张", password=None, now=NOON)

    assert not revoke(door, other, token.id, NOON)
    assert who_by_token(door, token.secret, NOON) is not None


def test_no_token_for_a_company_of_others(door: psycopg.Connection, lin: UUID) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(door, lin, "south", "shop", NOON)

    assert refused.value.by == NotYourCompany("south")
    assert tokens_of(door, lin) == []


def test_what_has_ended_is_swept_away(door: psycopg.Connection, lin: UUID) -> None:
    come(door)
    fail(door, 1)

    def left() -> tuple[object, ...] | None:
        return door.execute(
            "SELECT (SELECT count(*) FROM dougong.session),"
            " (SELECT count(*) FROM dougong.sign_in_attempt),"
            " (SELECT count(*) FROM dougong.known_address)"
        ).fetchone()

    sweep(door, NOON + timedelta(minutes=5))
    assert left() == (1, 3, 1)
    sweep(door, NOON + timedelta(hours=12))
    assert left() == (0, 0, 1)
    sweep(door, NOON + timedelta(days=90))
    assert left() == (0, 0, 0)


def test_signing_in_from_everywhere_at_the_same_moment_gets_everybody_in(
    door: psycopg.Connection, lin: UUID, database_url: str
) -> None:
    def arrive(number: int) -> UUID:
        with psycopg.connect(database_url, autocommit=True) as own:
            address = f"192.0.2.{number % 3}"
            return come(own, address=address, at=NOON + timedelta(hours=number)).who.identity

    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(arrive, range(40))) == {lin}
