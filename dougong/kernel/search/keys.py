"""What a record is found by, and what the words in a search box ask for.

A record's texts (number, name, code) become keys; what somebody types becomes wanted keys, of the
same shape. Both are folded alike: width, case, accents and traditional characters make no
difference. Kinds of keys:

- words as written, found from three letters on by how they begin: ``northwind``;
- every tail of a word with digits, so that ``00042`` or ``42`` finds ``SO-2026-00042``;
- Chinese characters one by one and in pairs: ``上海`` finds ``上海哲达``;
- pinyin and initials from every character on: ``shanghai``, ``zheda``, ``shzd``, ``zd``;
- the first two letters of each of these, since two letters begin too many words to look through;
- ``^`` with a whole text, for what was typed in full;
- ``@`` with the entity's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from dougong.kernel.search.variants import SIMPLIFIED

LONGEST_KEY = 24
"""Longer words are known by their first letters."""
LONGEST_START = 48
"""How much of a text, its separators left out, is compared when it was typed from its start."""
LONGEST_TEXT = 400
"""Notes are not names: what comes later in a text is not indexed."""
LONGEST_QUESTION = 100
SHORT = 2
"""Keys up to this length are looked up whole, longer ones by how they begin."""
PERSON_NAME = 4

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PART = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_MARK = "Mn"
_LEGAL_FORM = re.compile("(股份|集团)?(有限)?(责任)?公司$")
"""Nobody looks for a firm by the sound of what half of all firms end in."""

_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "盖": "ge", "朴": "piao", "秘": "bi", "冼": "xian", "覃": "qin", "尉": "yu", "缪": "miao",
    "翟": "zhai", "种": "chong", "乐": "yue", "华": "hua", "万": "wan", "折": "she", "黑": "he",
}  # fmt: skip
"""Surnames that are read otherwise than the character usually is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a record must have: a key that is or, where it may go on, begins like this."""

    key: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: the text without its separators, and ways to read it.

    A record answers when it has every wanted key of at least one of the readings.
    """

    start: str
    readings: tuple[tuple[Wanted, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.readings)


def search_keys(texts: Iterable[str]) -> list[str]:
    """Give the keys under which a record with these searchable texts is found, sorted."""
    keys: set[str] = set()
    for text in texts:
        keys.update(_keys_of(fold(text[:LONGEST_TEXT])))
    return sorted(keys)


def query_keys(text: str) -> Asked:
    """Read what was typed into a search box; empty where it holds no letter, digit or character."""
    folded = fold(text[:LONGEST_QUESTION])
    plain: list[Wanted] = []
    by_sound: list[Wanted] = []
    for part in _PART.findall(folded):
        if _IS_HAN.match(part):
            wanted = [Wanted(pair) for pair in _pairs(part)] if len(part) > 1 else [Wanted(part)]
            plain += wanted
            by_sound += wanted
        else:
            plain.append(_wanted(part))
            by_sound += _full_and_initials(part) or [_wanted(part)]
    readings = dict.fromkeys(tuple(dict.fromkeys(reading)) for reading in (plain, by_sound))
    return Asked(start_of(folded), tuple(reading for reading in readings if reading))


def fold(text: str) -> str:
    """Take away what makes no difference to a searcher: width, case, accents, the script."""
    wide = unicodedata.normalize("NFKC", text)
    if wide.isascii():
        return wide.lower()
    apart = unicodedata.normalize("NFKD", wide.lower())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != _MARK)
    return unicodedata.normalize("NFC", bare).translate(SIMPLIFIED)


def start_of(text: str) -> str:
    """Give a text without its separators: ``SO-2026-00042`` begins like ``so2026``."""
    return "".join(_PART.findall(fold(text)))[:LONGEST_START]


def _keys_of(folded: str) -> Iterator[str]:
    parts = _PART.findall(folded)
    if not parts:
        return
    yield "^" + "".join(parts)[:LONGEST_START]
    yield parts[0][0]
    for part in parts:
        if _IS_HAN.match(part):
            yield from part
            yield from _pairs(part)
            yield from _sounds(part, as_name=len(parts) == 1)
        elif any(letter.isdigit() for letter in part):
            yield from _tails(part)
        else:
            yield from _beginning(part)


def _pairs(run: str) -> Iterator[str]:
    """Give each two neighbouring characters."""
    return (run[at : at + 2] for at in range(len(run) - 1))


def _tails(word: str) -> Iterator[str]:
    """Give a word with digits from each of its letters on: a number is known by its end."""
    for at in range(len(word)):
        yield from _beginning(word[at:])


def _beginning(word: str) -> Iterator[str]:
    """Give a word, and its first two letters."""
    yield word[:LONGEST_KEY]
    yield word[:SHORT]


def _sounds(run: str, *, as_name: bool) -> Iterator[str]:
    """Give pinyin and initials of a Chinese run, from each character of its proper name on."""
    legal_form = _LEGAL_FORM.search(run)
    proper = legal_form.start() if legal_form and legal_form.start() else len(run)
    for syllables in _spoken(run, as_name=as_name):
        initials = "".join(syllable[0] for syllable in syllables)
        yield initials[0]
        for at in range(min(proper, len(syllables))):
            yield from _beginning("".join(syllables[at : at + LONGEST_KEY]))
            yield from _beginning(initials[at:])


def _spoken(run: str, *, as_name: bool) -> Iterator[list[str]]:
    """Give the ways to say a run: as words, as a person's name, and with ``u`` for ``ü``."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  reads its dictionaries, not at each start

    syllables = [sound for sound in lazy_pinyin(run, style=Style.NORMAL) if sound.isascii()]
    if not syllables:
        return
    yield syllables
    if any("v" in sound for sound in syllables):
        yield [sound.replace("v", "u") for sound in syllables]
    surname = _SURNAMES.get(run[0])
    if as_name and surname not in (None, syllables[0]) and len(run) <= PERSON_NAME:
        yield [surname, *syllables[1:]]


def _wanted(word: str) -> Wanted:
    return Wanted(word[:LONGEST_KEY], goes_on=len(word) > SHORT)


def _full_and_initials(word: str) -> list[Wanted]:
    """Read ``shanghaizd`` as the whole syllables ``shanghai`` and the initials ``shzd``.

    Empty where a word isn't such a mixture.
    """
    if not (word.isascii() and word.isalpha()):
        return []
    initials = ""
    runs = [""]
    at = 0
    while at < len(word):
        syllable = _syllable_at(word, at)
        initials += word[at]
        runs[-1] += syllable
        if len(syllable) == 1 and runs[-1]:
            runs[-1] = runs[-1].removesuffix(syllable)
            runs.append("")
        at += len(syllable)
    whole = [run for run in runs if run]
    if not whole or len(initials) < SHORT or "".join(whole) == word:
        return []
    return [_wanted(initials), *(_wanted(run) for run in whole)]


def _syllable_at(word: str, at: int) -> str:
    """Give the longest syllable that begins here, or the one letter."""
    longest, syllables = _syllables()
    lengths = range(min(longest, len(word) - at), 1, -1)
    return next((s for n in lengths if (s := word[at : at + n]) in syllables), word[at])


@cache
def _syllables() -> tuple[int, frozenset[str]]:
    """Every syllable of Mandarin without its tone, and the length of the longest."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415  as above
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415  as above

    spoken = {to_normal(sound) for sounds in PINYIN_DICT.values() for sound in sounds.split(",")}
    known = frozenset(sound for sound in spoken if sound.isascii() and len(sound) > 1)
    return max(map(len, known)), known
