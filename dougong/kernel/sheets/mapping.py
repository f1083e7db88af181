"""Propose which column of a sheet goes into which field."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

GOOD_ENOUGH = 0.75
"""A worse match is no proposal: a wrong column costs more than one chosen by hand."""


@dataclass(frozen=True, slots=True)
class FieldNames:
    """A field as people may call it: its name, its labels in all languages, its other names."""

    name: str
    labels: Sequence[str] = ()


_SAME, _WITHOUT_REMARK, _SAME_WORDS = 1.0, 0.95, 0.9
_MORE_WORDS, _WITHIN, _FIRST_WITHIN = 0.8, 0.85, 0.87
_LEAST_WITHIN = 2

_REMARK = re.compile(r"[(\[{<【「].*?[)\]}>】」]|[*:]+$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")

_ENGLISH = {
    "qty": "quantity", "quant": "quantity", "pcs": "quantity", "no": "number", "num": "number",
    "nr": "number", "id": "number", "code": "number", "amt": "amount", "desc": "description",
    "addr": "address", "tel": "phone", "telephone": "phone", "mobile": "phone", "cell": "phone",
    "cust": "customer", "client": "customer", "vendor": "supplier", "item": "product",
    "sku": "product", "mail": "email", "zip": "postcode", "postal": "postcode", "po": "order",
    "ref": "reference", "curr": "currency", "ccy": "currency", "disc": "discount",
    "rebate": "discount", "unitprice": "price", "cat": "category", "uom": "unit",
    "remark": "note", "memo": "note", "comment": "note", "dt": "date", "day": "date",
}  # fmt: skip
_ENGLISH_NOISE = frozenset(("the", "of", "a", "an"))
_CHINESE = (
    ("编码", "编号"), ("代码", "编号"), ("号码", "编号"), ("单号", "编号"), ("手机", "电话"),
    ("联系电话", "电话"), ("电话编号", "电话"), ("日期时间", "日期"), ("时间", "日期"), ("件数", "数量"),
    ("个数", "数量"), ("折扣率", "折扣"), ("折让", "折扣"), ("备注", "说明"), ("描述", "说明"),
    ("顾客", "客户"), ("客商", "客户"), ("供货商", "供应商"), ("厂商", "供应商"), ("商品", "产品"),
    ("货品", "产品"), ("物料", "产品"), ("存货", "产品"), ("邮箱", "邮件"), ("电子邮件", "邮件"),
    ("邮政编号", "邮编"), ("售价", "价格"), ("单价", "价格"), ("类别", "分类"), ("类型", "分类"),
    ("计量单位", "单位"), ("业务员", "销售员"), ("币别", "币种"), ("货币", "币种"),
)  # fmt: skip
"""What is called so, means the same; each is replaced in this order."""


def propose_mapping(headers: Sequence[str], fields: Iterable[FieldNames]) -> dict[str, str]:
    """Give the field for each header that names one, best matches first, each field once."""
    known = list(fields)
    pairs = sorted(
        (
            (-likeness, column, order)
            for column, header in enumerate(headers)
            for order, field in enumerate(known)
            if (likeness := _likeness(header, field)) >= GOOD_ENOUGH
        ),
    )
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, column, order in pairs:
        if column not in chosen and order not in taken:
            chosen[column] = order
            taken.add(order)
    return {headers[column]: known[chosen[column]].name for column in sorted(chosen)}


def _likeness(header: str, field: FieldNames) -> float:
    return max(_alike(header, name) for name in (field.name, *field.labels))


def _alike(header: str, name: str) -> float:
    """Tell how surely a header means a name: 1 the same, less than 0.75 something else."""
    written, meant = _plain(header), _plain(name)
    if not written or not meant:
        return 0.0
    if written == meant:
        return _SAME
    bare = _plain(_REMARK.sub("", unicodedata.normalize("NFKC", header)))
    if bare == meant:
        return _WITHOUT_REMARK
    words, wanted = _words(bare or written), _words(meant)
    if words and words == wanted:
        return _SAME_WORDS
    ours, theirs = "".join(sorted(words)), "".join(sorted(wanted))
    ratio = SequenceMatcher(None, ours, theirs).ratio() * _SAME_WORDS
    share = min(len(ours), len(theirs)) / max(len(ours), len(theirs), 1)
    return max(ratio, _part_of(words, wanted) * math.pow(share, 0.1))


def _part_of(words: frozenset[str], wanted: frozenset[str]) -> float:
    """Tell how surely one name is the other with something added: ``客户`` in ``客户名称``."""
    if words < wanted or wanted < words:
        return _MORE_WORDS
    short, long = sorted(("".join(sorted(words)), "".join(sorted(wanted))), key=len)
    if short.isascii() or len(short) < _LEAST_WITHIN or short not in long:
        return 0.0
    return _FIRST_WITHIN if long.startswith(short) else _WITHIN


def _plain(text: str) -> str:
    """Fold a name: humps apart, width and case gone, words by single spaces."""
    wide = unicodedata.normalize("NFKC", text)
    return " ".join(_WORD.findall(_HUMP.sub(" ", wide).lower()))


def _words(plain: str) -> frozenset[str]:
    """Give the words of a folded name, each in the one form that stands for all that mean it."""
    words: set[str] = set()
    for word in plain.split():
        if word.isascii():
            single = word[:-1] if len(word) > len("gas") and word.endswith("s") else word
            words.add(_ENGLISH.get(word) or _ENGLISH.get(single) or single)
        else:
            for called, means in _CHINESE:
                word = word.replace(called, means)
            words.add(word)
    return frozenset(words - _ENGLISH_NOISE)
