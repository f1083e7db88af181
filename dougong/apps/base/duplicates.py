"""Duplicates: whether two customers, or two suppliers, are likely the same one entered twice."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dougong.apps.base.tax_numbers import normalised_tax_number

CHINESE_LEGAL_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "有限公司",
    "总公司",
    "公司",
    "控股集团",
    "集团",
    "集團",
)
"""Endings that tell the legal form and not the name, the longer before the shorter."""

WESTERN_LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "group",
        "holding",
        "holdings",
        "inc",
        "incorporated",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "sl",
        "spa",
        "srl",
    ]
)

PUBLIC_MAIL_DOMAINS = frozenset(
    [
        "126.com",
        "139.com",
        "163.com",
        "188.com",
        "189.cn",
        "21cn.com",
        "aliyun.com",
        "aol.com",
        "foxmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.cn",
        "live.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "sina.cn",
        "sina.com",
        "sina.com.cn",
        "sohu.com",
        "tom.com",
        "vip.163.com",
        "vip.qq.com",
        "vip.sina.com",
        "web.de",
        "wo.cn",
        "yahoo.cn",
        "yahoo.co.jp",
        "yahoo.com",
        "yahoo.com.cn",
        "yandex.ru",
        "yeah.net",
        "ymail.com",
    ]
)
"""Where anyone may have an address, so that sharing the domain says nothing."""

CERTAIN = 100
SIMILAR_ENOUGH = 0.7
LEAST_PHONE_DIGITS = 5
CHINA = "86"

_COUNTRY_REMARK = re.compile(r"\((中国|中國|china)\)", re.IGNORECASE)
_EXTENSION = re.compile(r"(转|轉|分机|ext\.?|extension|#|x|,|;).*$", re.IGNORECASE)
_LANDLINE_WITH_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?[- ]?\d{7,8})-\d{1,5}$")
_CHINESE_WITH_COUNTRY_CODE = re.compile(r"86(1\d{10}|[2-9]\d{9,10}|0\d{9,11})")


class Reason(StrEnum):
    """Why two records may be one."""

    SAME_TAX_NUMBER = "same_tax_number"
    OTHER_TAX_NUMBER = "other_tax_number"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    SAME_PHONE = "same_phone"
    SAME_EMAIL = "same_email"
    SAME_EMAIL_DOMAIN = "same_email_domain"


WEIGHTS: dict[Reason, int] = {
    Reason.SAME_TAX_NUMBER: CERTAIN,
    Reason.SAME_NAME: 85,
    Reason.SIMILAR_NAME: 50,
    Reason.SAME_PHONE: 60,
    Reason.SAME_EMAIL: 70,
    Reason.SAME_EMAIL_DOMAIN: 40,
}
"""How likely, in percent, each reason alone makes it."""

MOST_WITH_OTHER_TAX_NUMBER = 60
"""Two tax numbers are two legal bodies, however alike the rest is."""


@dataclass(frozen=True, slots=True)
class Party:
    """What is known of a customer or a supplier, as it was typed."""

    name: str
    tax_number: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How likely two records are one, from 0 to 100, and why."""

    points: int
    reasons: tuple[Reason, ...]


def match_score(candidate: Party, other: Party) -> Score:
    """Judge how likely two records are one: reasons that are independent add up, below certainty."""
    found = (
        *_tax_number_reasons(candidate, other),
        *_name_reasons(candidate, other),
        *_phone_reasons(candidate, other),
        *_email_reasons(candidate, other),
    )
    doubt = CERTAIN
    for reason in found:
        doubt = doubt * (CERTAIN - WEIGHTS.get(reason, 0)) // CERTAIN
    points = CERTAIN - doubt
    if Reason.OTHER_TAX_NUMBER in found:
        points = min(points, MOST_WITH_OTHER_TAX_NUMBER)
    return Score(points, found)


def normalised_company_name(name: str) -> str:
    """Reduce a company's name to what tells it from others; where it lies is part of that.

    华为技术有限公司 and 华为技术（中国）有限责任公司 become one, and so do "Acme Co., Ltd." and "ACME";
    深圳华为 and 上海华为 stay two.
    """
    plain = _plain(_plain(name).casefold())
    plain = _COUNTRY_REMARK.sub(" ", plain)
    words = "".join(each if each.isalnum() else _gap(each) for each in plain).split()
    while len(words) > 1 and words[-1] in WESTERN_LEGAL_FORMS:
        words.pop()
    return _without_legal_form("".join(words))


def normalised_phone(phone: str, country_code: str = CHINA) -> str:
    """Write a phone number with its country's code and without extension: +8675512345678.

    What has too few digits to tell anyone becomes the empty text.
    """
    plain = _plain(phone).strip().replace("(0)", "")
    plain = _LANDLINE_WITH_EXTENSION.sub(r"\1", _EXTENSION.sub("", plain))
    digits = re.sub(r"[^0-9]", "", plain)
    if plain.startswith(("+", "(+")):
        pass
    elif digits.startswith("00"):
        digits = digits.removeprefix("00")
    elif not (country_code == CHINA and _CHINESE_WITH_COUNTRY_CODE.fullmatch(digits)):
        digits = country_code + digits.removeprefix("0")
    if digits.startswith(CHINA + "0"):
        digits = CHINA + digits.removeprefix(CHINA + "0")
    return f"+{digits}" if len(digits) >= LEAST_PHONE_DIGITS + len(country_code) else ""


def normalised_email(email: str) -> str:
    """Write a mail address in one way."""
    return _plain(email).strip().casefold()


def company_email_domain(email: str) -> str:
    """Give the domain of an address, or the empty text where anyone may have one."""
    _, at, domain = normalised_email(email).rpartition("@")
    return domain if at and domain not in PUBLIC_MAIL_DOMAINS else ""


def similarity(one: str, other: str) -> float:
    """Tell how much two normalised names share, from 0 to 1, by their pairs of neighbours."""
    pairs_of_one, pairs_of_other = _pairs(one), _pairs(other)
    total = pairs_of_one.total() + pairs_of_other.total()
    return 2 * (pairs_of_one & pairs_of_other).total() / total if total else 0.0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _gap(character: str) -> str:
    # An apostrophe or a point inside a word is no gap: "O'Neill", "S.A.".
    return "" if character in "'’." else " "


def _without_legal_form(name: str) -> str:
    if name in CHINESE_LEGAL_FORMS:
        return name
    for form in CHINESE_LEGAL_FORMS:
        if name.endswith(form):
            return _without_legal_form(name.removesuffix(form))
    return name


def _pairs(name: str) -> Counter[str]:
    return Counter(name[at : at + 2] for at in range(len(name) - 1))


def _tax_number_reasons(candidate: Party, other: Party) -> Iterable[Reason]:
    ours, theirs = (normalised_tax_number(party.tax_number) for party in (candidate, other))
    if ours and theirs:
        yield Reason.SAME_TAX_NUMBER if ours == theirs else Reason.OTHER_TAX_NUMBER


def _name_reasons(candidate: Party, other: Party) -> Iterable[Reason]:
    ours, theirs = (normalised_company_name(party.name) for party in (candidate, other))
    if ours and ours == theirs:
        yield Reason.SAME_NAME
    elif similarity(ours, theirs) >= SIMILAR_ENOUGH:
        yield Reason.SIMILAR_NAME


def _phone_reasons(candidate: Party, other: Party) -> Iterable[Reason]:
    ours, theirs = ({normalised_phone(p) for p in party.phones} for party in (candidate, other))
    if (ours & theirs) - {""}:
        yield Reason.SAME_PHONE


def _email_reasons(candidate: Party, other: Party) -> Iterable[Reason]:
    ours, theirs = ({normalised_email(e) for e in party.emails} for party in (candidate, other))
    if (ours & theirs) - {""}:
        yield Reason.SAME_EMAIL
        return
    our_domains, their_domains = (
        {company_email_domain(e) for e in each} for each in (ours, theirs)
    )
    if (our_domains & their_domains) - {""}:
        yield Reason.SAME_EMAIL_DOMAIN
