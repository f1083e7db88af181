"""Reading what customers write: "M8螺栓 40个, 垫片 200", a column from a sheet, a list in any order.

A text is taken apart into items: the words that name the goods, how many, and in what. Which goods
the words mean is another's to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

LONGEST_TEXT = 20_000
MOST_ITEMS = 500

UNIT_GROUPS = (
    ("个", "件", "只", "支", "根", "条", "颗", "粒", "片", "块", "枚", "把", "pcs", "pc", "piece",
     "pieces", "ea", "each", "nos"),
    ("箱", "box", "boxes", "carton", "cartons", "ctn", "ctns", "件箱"),
    ("盒", "pack", "packs", "pk"),
    ("包", "袋", "bag", "bags"),
    ("套", "set", "sets"),
    ("打", "dozen", "dz"),
    ("千克", "公斤", "kg", "kgs", "kilo", "kilos"),
    ("克", "g"),
    ("吨", "t", "ton", "tons"),
    ("米", "m", "meter", "metre", "meters", "metres"),
    ("卷", "roll", "rolls"),
    ("桶", "barrel", "drum", "drums"),
    ("瓶", "bottle", "bottles"),
    ("张", "sheet", "sheets"),
    ("托", "托盘", "pallet", "pallets"),
    ("小时", "hour", "hours", "h"),
    ("次", "time", "times"),
)  # fmt: skip
"""Words that people use for one unit."""
WORDS = sorted({word for group in UNIT_GROUPS for word in group}, key=len, reverse=True)

_CIRCLED = re.compile(r"^\s*[\u2460-\u2473\u2776-\u277f]\s*")
_BULLET = re.compile(r"^\s*(?:[-*•·–—]\s+|\(\d{1,2}\)\s*|\d{1,2}[.)、]\s*(?=\D))")
_POLITE = re.compile(
    r"^(?:(?:你好|您好|请|麻烦|帮我|帮忙|给我|我要|我们要|需要|想要|再来|还要|要|来|发|订|下单)[:：,\s]*)+"
    r"|^(?:(?:please|hello|hi|we|i|need|want|send|order|me|us)\b[:,\s]*)+",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[\n;。、]|,(?!\d{3}(?!\d))|(?:^|(?<=\s))(?:和|以及|and)(?=\s)")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_COUNTED = "[零一二两三四五六七八九十百千]+"
_UNIT = "|".join(re.escape(word) for word in WORDS)
_HAN = r"\u3400-\u9fff"
_STANDS_ALONE = rf"(?:(?<=[\s{_HAN})\]:=])|^)"
_END = r"\s*[.!]?\s*$"
_AT_END = (
    re.compile(rf"{_STANDS_ALONE}(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT}){_END}", re.IGNORECASE),
    re.compile(
        rf"{_STANDS_ALONE}[x×*]\s*(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT})?{_END}", re.IGNORECASE
    ),
    re.compile(rf"{_STANDS_ALONE}(?P<n>{_NUMBER})(?P<unit>(?!))?\s*[x×*]{_END}", re.IGNORECASE),
    re.compile(rf"(?P<n>{_COUNTED})\s*(?P<unit>{_UNIT}){_END}", re.IGNORECASE),
)
_AT_START = (
    re.compile(
        rf"^(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT})(?:\s*[x×*]|\s+of\b|的)?\s*(?=[{_HAN}]|(?<=\s)\S|(?<=[{_HAN}])\S)",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?P<n>{_NUMBER})\s*[x×*]\s+(?P<unit>(?!))?", re.IGNORECASE),
    re.compile(rf"^(?P<n>{_COUNTED})\s*(?P<unit>{_UNIT})\s*(?=\S)", re.IGNORECASE),
)
_BARE = (
    re.compile(rf"(?<=\s)(?P<n>{_NUMBER})(?P<unit>(?!))?{_END}"),
    re.compile(rf"^(?P<n>{_NUMBER})(?P<unit>(?!))?\s+(?=\S)"),
    re.compile(rf"(?<=[{_HAN}])(?P<n>{_NUMBER})(?P<unit>(?!))?{_END}"),
)
_WITH_REMARK = re.compile(
    rf"{_STANDS_ALONE}(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT})\s.*$", re.IGNORECASE
)
"""A quantity that something else is said behind: "垫片 200片 加急"."""
_HEADS = {
    "words": {"产品", "品名", "名称", "编码", "货号", "规格", "型号", "product", "item", "code", "sku", "name", "description"},
    "quantity": {"数量", "订货数量", "qty", "quantity", "count"},
    "unit": {"单位", "unit", "uom"},
    "nothing": {"单价", "价格", "金额", "总价", "price", "amount", "total", "序号", "no", "no.", "#", "备注", "note"},
}  # fmt: skip
_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that is asked for: as it was written, what names it, how many, in what."""

    text: str
    words: str
    quantity: Decimal | None
    unit: str
    """The word for the unit; empty where none was written."""


def items_in(text: str) -> list[Item]:
    """Take a text apart into what it asks for."""
    plain = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    rows = [row for row in plain.split("\n") if row.strip()]
    cells = [[wide(cell).strip() for cell in row.split("\t")] for row in rows]
    if rows and sum(len(row) > 1 for row in cells) * 2 >= len(rows):
        return list(items_in_table(cells))[:MOST_ITEMS]
    return list(items_in_prose(rows))[:MOST_ITEMS]


def wide(text: str) -> str:
    """Write full-width digits and signs as usual ones."""
    return unicodedata.normalize("NFKC", text)


def items_in_prose(rows: Sequence[str]) -> Iterator[Item]:
    """Read what somebody wrote into a message; a number by itself counts what came before it."""
    before: Item | None = None
    for rest in parts_of(rows):
        amount = item_in(f"_ {rest}")
        if before is not None and before.quantity is None and amount.words == "_":
            yield replace(before, quantity=amount.quantity, unit=amount.unit)
            before = None
            continue
        if before is not None:
            yield before
        before = item_in(rest)
    if before is not None:
        yield before


def parts_of(rows: Sequence[str]) -> Iterator[str]:
    """Take messages apart where one thing ends, without bullets and politeness."""
    for row in rows:
        plain = _BULLET.sub("", wide(_CIRCLED.sub("", row)))
        for part in _BREAK.split(plain):
            rest = _POLITE.sub("", _BULLET.sub("", part).strip()).strip()
            if trimmed(rest):
                yield rest


def item_in(text: str) -> Item:
    """Read one item: its quantity stands at the end, at the start, or nowhere."""
    for pattern in (*_AT_END, *_AT_START, *_BARE, _WITH_REMARK):
        found = pattern.search(text)
        if found is None:
            continue
        words = trimmed(f"{text[: found.start()]} {text[found.end() :]}")
        quantity = counted(found["n"])
        if words and quantity is not None:
            return Item(
                text=text, words=words, quantity=quantity, unit=(found["unit"] or "").lower()
            )
    return Item(text=text, words=trimmed(text), quantity=None, unit="")


def items_in_table(rows: Sequence[Sequence[str]]) -> Iterator[Item]:
    """Read rows of a sheet: by their heads if they have some, else by what the cells look like."""
    heads = heads_of(rows[0])
    for row in rows[1:] if heads else rows:
        item = item_by_heads(row, heads) if heads else item_by_looks(row)
        if item.words:
            yield item


def heads_of(row: Sequence[str]) -> dict[int, str]:
    """Tell what each column holds, if the row says so."""
    found = {
        at: what
        for at, cell in enumerate(row)
        for what, names in _HEADS.items()
        if cell.strip().lower() in names
    }
    return found if {"words", "quantity"} <= set(found.values()) else {}


def item_by_heads(row: Sequence[str], heads: dict[int, str]) -> Item:
    """Read a row whose columns are known."""
    cells = {
        what: [row[at] for at, one in heads.items() if one == what and at < len(row) and row[at]]
        for what in _HEADS
    }
    words = trimmed(next(iter(cells["words"]), ""))
    amount = item_in(f"_ {next(iter(cells['quantity']), '')}")
    unit = next(iter(cells["unit"]), amount.unit).lower()
    return Item(text="  ".join(filter(None, row)), words=words, quantity=amount.quantity, unit=unit)


def item_by_looks(row: Sequence[str]) -> Item:
    """Read a row by what its cells look like: the first number counts, the longest text names."""
    quantity, unit = None, ""
    texts = []
    for cell in filter(None, row):
        amount = item_in(f"_ {cell}")
        if cell.lower() in WORDS:
            unit = unit or cell.lower()
        elif amount.words == "_" and amount.quantity is not None:
            if quantity is None:
                quantity, unit = amount.quantity, amount.unit or unit
        else:
            texts.append(cell)
    words = trimmed(max(texts, key=len, default=""))
    if quantity is None and words:
        return item_in(words)
    return Item(text="  ".join(filter(None, row)), words=words, quantity=quantity, unit=unit)


def trimmed(text: str) -> str:
    """Take away what only held an item together."""
    return re.sub(r"\s+", " ", text).strip(" ,:;*×=-·\"'")


def counted(text: str) -> Decimal | None:
    """Read how many: digits with or without commas, or Chinese numerals up to the thousands."""
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return chinese_number(text)


def chinese_number(text: str) -> Decimal | None:
    """Read 十二, 两百, 三千五百."""
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * _TENS[sign]
            digit = 0
    return Decimal(total + digit) if total + digit else None


def same_unit(word: str, name: str, code: str) -> bool:
    """Tell whether a word that people write means a unit of the company's."""
    meant = word.lower()
    known = {name.lower(), code.lower()}
    if meant in known:
        return True
    return any(meant in group and not known.isdisjoint(group) for group in UNIT_GROUPS)
