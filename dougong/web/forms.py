"""A form with a file in it, as browsers and programs send it (RFC 7578)."""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dougong.kernel.refusals import InvalidField, Refused
from dougong.web.refusals import UnreadableBody

FORM = "multipart/form-data"
MOST_PARTS = 10
LONGEST_TEXT = 2**12


@dataclass
class Part:
    """One part: what it is called, what it holds, and its file's name if it is a file."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    @property
    def said(self) -> dict[bytes, bytes]:
        """What the part says about itself."""
        header = self.headers.get(b"content-disposition", b"")
        return parse_options_header(header.decode("latin-1"))[1]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.said.get(b"name", b"").decode("utf-8", "replace")

    @property
    def file_name(self) -> str:
        """What the file in it is called."""
        return self.said.get(b"filename", b"").decode("utf-8", "replace")

    def text(self, longest: int = LONGEST_TEXT) -> str:
        """Read it as text."""
        try:
            text = self.content.decode() if len(self.content) <= longest else None
        except UnicodeDecodeError:
            text = None
        if text is None:
            raise Refused(InvalidField(self.name[:100], "wrong_type", "text"))
        return text


@dataclass
class Form:
    """Takes a form apart as the parser reads it."""

    most: int = MOST_PARTS
    parts: list[Part] = field(default_factory=list)
    header: bytes = b""
    value: bytes = b""
    ended: bool = False

    def on_part_begin(self) -> None:
        if len(self.parts) == self.most:
            raise Refused(UnreadableBody("no_list", str(self.most)))
        self.parts.append(Part())

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self.header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def on_header_end(self) -> None:
        self.parts[-1].headers[self.header.lower()] = self.value
        self.header = self.value = b""

    def on_end(self) -> None:
        self.ended = True


def is_form(content_type: str) -> bool:
    """Tell whether a body says that it is a form."""
    return content_type.partition(";")[0].strip().lower() == FORM


def parts_of(body: bytes, content_type: str) -> dict[str, Part]:
    """Read a form in which each name comes once."""
    return {part.name: part for part in all_parts_of(body, content_type)}


def all_parts_of(body: bytes, content_type: str, most: int = MOST_PARTS) -> list[Part]:
    """Read a form; refused where it is none, or breaks off."""
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    form = Form(most)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": form.on_part_begin,
                "on_part_data": form.on_part_data,
                "on_header_field": form.on_header_field,
                "on_header_value": form.on_header_value,
                "on_header_end": form.on_header_end,
                "on_end": form.on_end,
            },
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError):
        raise Refused(UnreadableBody("not_a_form", FORM)) from None
    if not boundary or not form.ended:
        raise Refused(UnreadableBody("not_a_form", FORM))
    return form.parts
