"""Kinds that are text: plain, long, phone, email, URL, choices and tags."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from dougong.kernel.fields.kind import FieldProblem, Kind

if TYPE_CHECKING:
    from dougong.kernel.fields.field import Field

LONGEST_LONG_TEXT = 100_000
LONGEST_EMAIL = 254
MOST_TAGS = 50
EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s\"(),:;<>\[\\\]]+\.[^@\s.]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{2,30}(?:\s*(?:ext|x|转)\.?\s*[0-9]{1,8})?", re.IGNORECASE)


def clean(raw: object, longest: int, *, one_line: bool) -> str:
    """Take text as typed, without what no database or screen can hold."""
    if not isinstance(raw, str):
        raise FieldProblem("wrong_type", "text")
    text = unicodedata.normalize("NFC", raw).strip() if one_line else raw
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r" for c in text):
        raise FieldProblem("control_characters")
    if one_line:
        text = re.sub(r"[\n\t\r]+", " ", text)
    if len(text) > longest:
        raise FieldProblem("too_long", str(longest))
    return text


class Text(Kind):
    name = "text"
    column = "text"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {"type": "string"}

    def parse(self, raw: object, field: Field) -> object:
        text = clean(raw, field.longest, one_line=True)
        if field.required and not text:
            raise FieldProblem("required")
        return text

    def schema(self, field: Field) -> dict[str, object]:
        return {"type": "string", "maxLength": field.longest}


class LongText(Kind):
    name = "long_text"
    column = "text"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {"type": "string", "maxLength": LONGEST_LONG_TEXT}

    def parse(self, raw: object, field: Field) -> object:
        text = clean(raw, LONGEST_LONG_TEXT, one_line=False)
        if field.required and not text.strip():
            raise FieldProblem("required")
        return text


class Phone(Text):
    name = "phone"

    def parse(self, raw: object, field: Field) -> object:
        text = str(super().parse(raw, field))
        if text and not PHONE.fullmatch(text):
            raise FieldProblem("not_a_phone_number")
        return text


class Email(Text):
    name = "email"

    def parse(self, raw: object, field: Field) -> object:
        text = str(super().parse(raw, field))
        if text and (len(text) > LONGEST_EMAIL or not EMAIL.fullmatch(text)):
            raise FieldProblem("not_an_email_address")
        return text

    def schema(self, field: Field) -> dict[str, object]:
        return {**super().schema(field), "format": "email"}


class Url(Text):
    name = "url"

    def parse(self, raw: object, field: Field) -> object:
        text = str(super().parse(raw, field))
        if not text:
            return text
        try:
            parts = urlsplit(text)
        except ValueError:
            raise FieldProblem("not_a_web_address") from None
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise FieldProblem("not_a_web_address", "https://…")
        return text


class Choice(Kind):
    name = "choice"
    column = "text"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {"type": "string"}

    def parse(self, raw: object, field: Field) -> object:
        if raw == "" and not field.required:
            return field.default_value()
        if not isinstance(raw, str) or raw not in field.options:
            raise FieldProblem("not_a_choice", ", ".join(field.options))
        return field.enum(raw) if field.enum else str(raw)

    def load(self, stored: object, field: Field) -> object:
        return field.enum(str(stored)) if field.enum and stored is not None else stored

    def schema(self, field: Field) -> dict[str, object]:
        return {"type": "string", "enum": list(field.options)}


class Choices(Kind):
    name = "choices"
    column = "text[]"
    compares_as = "list"
    json_schema: ClassVar[dict[str, object]] = {"type": "array", "items": {"type": "string"}}

    def parse(self, raw: object, field: Field) -> object:
        if not isinstance(raw, list | tuple):
            raise FieldProblem("wrong_type", "list")
        if any(not isinstance(one, str) or one not in field.options for one in raw):
            raise FieldProblem("not_a_choice", ", ".join(field.options))
        return list(dict.fromkeys(raw))

    def schema(self, field: Field) -> dict[str, object]:
        return {"type": "array", "items": {"type": "string", "enum": list(field.options)}}


class Tags(Kind):
    name = "tags"
    column = "text[]"
    compares_as = "list"
    json_schema: ClassVar[dict[str, object]] = {
        "type": "array",
        "items": {"type": "string"},
        "maxItems": MOST_TAGS,
    }

    def parse(self, raw: object, field: Field) -> object:
        if not isinstance(raw, list | tuple):
            raise FieldProblem("wrong_type", "list")
        if len(raw) > MOST_TAGS:
            raise FieldProblem("too_many", str(MOST_TAGS))
        tags = [clean(one, field.longest, one_line=True) for one in raw]
        return [tag for tag in dict.fromkeys(tags) if tag]
