"""The gate: signing in and out, going into another company, and tokens for programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.doors import problems_with
from dougong.kernel.identity import (
    Who,
    enter_company,
    issue_token,
    memberships,
    revoke,
    sign_in,
    sign_out,
    tokens_of,
)
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.web.answers import Json, plain
from dougong.web.asking import Asking, as_id
from dougong.web.bodies import known_parameters
from dougong.web.desk import COOKIE
from dougong.web.refusals import NotSignedIn, SessionNeeded

KEPT_FOR = timedelta(days=30)
LONGEST_SIGN_IN = 1000
LONGEST_NAME = 200
MOST_SCOPES = 100


def show_welcome(asking: Asking) -> Response:
    """Answer what everybody may know before signing in: whom one may try the demo company as."""
    known_parameters(asking.request, ())
    return Json({"demo": [plain(one) for one in asking.desk.demo()]})


def sign_in_here(asking: Asking) -> Response:
    """Begin a session; its token goes into a cookie that no script can read."""
    known_parameters(asking.request, ())
    asking.desk.refuse_foreign(asking.request, by_cookie=False)
    values = texts(asking.values(), ("login", "password"), ("company",))
    request = asking.request
    with asking.house.database.outside() as connection:
        session = sign_in(
            connection,
            values["login"],
            values["password"],
            request.client.host if request.client else "",
            asking.now,
            company=values.get("company"),
            user_agent=request.headers.get("user-agent", ""),
            passwords=asking.desk.passwords,
        )
        companies = [one.company for one in memberships(connection, session.who.identity)]
    answer = Json(
        {
            "name": session.who.name,
            "login": session.who.login,
            "company": session.who.company,
            "companies": companies,
            "expires": as_json(session.expires),
        }
    )
    answer.set_cookie(
        COOKIE,
        session.token,
        max_age=int(KEPT_FOR.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def sign_out_here(asking: Asking) -> Response:
    """End the session, if there is one."""
    known_parameters(asking.request, ())
    session = asking.request.cookies.get(COOKIE)
    if session:
        with asking.house.database.outside() as connection:
            sign_out(connection, session)
    answer = Response(status_code=204)
    answer.delete_cookie(
        COOKIE,
        path="/",
        httponly=True,
        samesite="lax",
        secure=asking.request.url.scheme == "https",
    )
    return answer


def enter(asking: Asking) -> Response:
    """Go on in another company of one's own."""
    known_parameters(asking.request, ())
    by_session(asking)
    company = texts(asking.values(), ("company",))["company"]
    with asking.house.database.outside() as connection:
        entered = enter_company(connection, session_of(asking.request), company, asking.now)
    if entered is None:
        raise Refused(NotSignedIn())
    return Json({"company": entered.company})


def show_me(asking: Asking) -> Response:
    """Answer who is signed in, where, and as what."""
    known_parameters(asking.request, ())
    asker = asking.signed_in
    with asking.house.database.outside() as connection:
        companies = [one.company for one in memberships(connection, asker.identity)]
    written: dict[str, Any] = {
        "identity": str(asker.identity),
        "login": asker.login,
        "name": asker.name,
        "locale": asker.locale,
        "language": asking.locale,
        "companies": companies,
        "scopes": sorted(asker.scopes) if asker.scopes is not None else None,
        "company": None,
    }
    if asker.company is not None:
        with asking.reading() as reading:
            written |= in_company(reading.state, reading.actor)
    return Json(written)


def in_company(state: State, actor: Actor) -> dict[str, Any]:
    """Write who somebody is in the company."""
    assert actor.person is not None, "who is in a company is somebody there"
    roles = [role for role in state.cached("role").values() if plays(actor, role)]
    return {
        "company": {
            "slug": state.slug,
            "name": state.company.name,
            "currency": state.currency,
            "time_zone": state.company.time_zone,
            "locale": state.company.locale,
        },
        "person": {"id": str(actor.person), "name": actor.name, "locale": actor.locale},
        "roles": [
            {"code": plain(getattr(one, "code", "")), "name": plain(getattr(one, "name", ""))}
            for one in roles
        ],
    }


def plays(actor: Actor, role: Any) -> bool:
    """Tell whether somebody plays a role."""
    return actor.rights.plays(role.code)


# Tokens


def list_tokens(asking: Asking) -> Response:
    """Answer one's API tokens; their secrets are kept nowhere."""
    known_parameters(asking.request, ())
    asker = by_session(asking)
    with asking.house.database.outside() as connection:
        tokens = tokens_of(connection, asker.identity)
    return Json({"tokens": [plain(one) for one in tokens]})


def make_token(asking: Asking) -> Response:
    """Make an API token for the company that one is in; its secret is shown once."""
    known_parameters(asking.request, ())
    asker, company = by_session(asking), asking.company
    values = asking.values()
    if problems := list(problems_with(values)):
        raise Refused(problems)
    name = texts(values, ("name",), ("expires", "scopes"))["name"][:LONGEST_NAME]
    expires = read_instant(values.get("expires"))
    scopes = read_scopes(values.get("scopes"))
    with asking.house.database.outside() as connection, connection.transaction():
        issued = issue_token(
            connection, asker.identity, company, name, asking.now, expires=expires, scopes=scopes
        )
    return Json({"id": str(issued.id), "token": issued.secret, "company": company}, status_code=201)


def revoke_token(asking: Asking) -> Response:
    """Make one of one's tokens worthless."""
    known_parameters(asking.request, ())
    asker = by_session(asking)
    token = as_id(asking.path("id"))
    with asking.house.database.outside() as connection:
        revoked = isinstance(token, UUID) and revoke(connection, asker.identity, token, asking.now)
    if not revoked:
        raise Refused(NotFound("token", asking.path("id")[:100]))
    return Response(status_code=204)


def by_session(asking: Asking) -> Who:
    """Give who has signed in; refused for a program with a token."""
    asker = asking.signed_in
    if asker.token is not None:
        raise Refused(SessionNeeded())
    return asker


def session_of(request: Request) -> str:
    """Give the session's token."""
    token: str = request.cookies[COOKIE]
    return token


def texts(
    values: dict[str, Any], needed: tuple[str, ...], more: tuple[str, ...] = ()
) -> dict[str, str]:
    """Read texts by name; refuses naming each that is missing, unknown or no text."""
    problems = [
        InvalidField(name[:100], "unknown_field") for name in values if name not in (*needed, *more)
    ]
    problems += [
        InvalidField(name, "required") for name in needed if values.get(name) in (None, "")
    ]
    problems += [
        InvalidField(name, "wrong_type", "text")
        for name, value in values.items()
        if (name in needed or name == "company")
        and value is not None
        and not isinstance(value, str)
    ]
    problems += [
        InvalidField(name, "too_long", str(LONGEST_SIGN_IN))
        for name, value in values.items()
        if isinstance(value, str) and len(value) > LONGEST_SIGN_IN
    ]
    if problems:
        raise Refused(problems)
    return {name: value for name, value in values.items() if isinstance(value, str)}


def read_instant(value: object) -> datetime | None:
    """Read when a token shall end."""
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refused(InvalidField("expires", "not_an_instant", "YYYY-MM-DDTHH:MM:SSZ")) from None
    if instant.tzinfo is None:
        raise Refused(InvalidField("expires", "no_time_zone", "YYYY-MM-DDTHH:MM:SSZ"))
    return instant


def read_scopes(value: object) -> list[str] | None:
    """Read what a token is restricted to."""
    if value is None:
        return None
    known = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
    if not known or len(value) > MOST_SCOPES:  # type: ignore[arg-type]  # it is a list
        raise Refused(InvalidField("scopes", "wrong_type", "entity.operation"))
    assert isinstance(value, list)
    return value
