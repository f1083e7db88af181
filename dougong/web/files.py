"""Files through the door: brought in as they are, handed out only to be saved."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from starlette.responses import Response

from dougong.kernel.files.content import content_of
from dougong.kernel.files.operations.upload import UploadFile, upload_file
from dougong.kernel.files.sniffing import LARGEST_FILE
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.web.asking import Asking, as_id
from dougong.web.bodies import known_parameters
from dougong.web.deeds import Deed, carry_out
from dougong.web.forms import Part, is_form, parts_of
from dougong.web.sight import see

LARGEST_UPLOAD = LARGEST_FILE + 2**16
"""A form says a little more than the file."""
GIVEN = ("name", "record", "preview")
LONGEST_PATH = 2000
PARTS = ("name", "record", "file")
CARE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
"""Nothing in a file runs, and whoever has it kept asks again whether they still may see it."""


def upload(asking: Asking) -> Response:
    """Take a file in: the bytes as the body with ``?name=``, or a form with a part ``file``."""
    given = dict(known_parameters(asking.request, GIVEN))
    content = asking.body
    content_type = asking.request.headers.get("content-type", "")
    if is_form(content_type):
        content, said = from_form(parts_of(content, content_type))
        given = said | given
    if not given.get("name"):
        raise Refused(InvalidField("name", "required"))
    command = UploadFile(
        name=given["name"][:LONGEST_PATH], content=content, record=given.get("record") or None
    )
    with asking.reading() as reading:
        deed = Deed(upload_file, command, reading.actor)
    return carry_out(asking, deed, known=GIVEN)


def from_form(parts: Mapping[str, Part]) -> tuple[bytes, dict[str, str]]:
    """Take the file out of a form, and what the form says about it."""
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise Refused(InvalidField(name[:100], "unknown_field") for name in unknown)
    file = parts.get("file")
    if file is None:
        raise Refused(InvalidField("file", "required"))
    said = {name: part.text() for name, part in parts.items() if part is not file}
    return bytes(file.content), {"name": file.file_name} | said


def show_content(asking: Asking) -> Response:
    """Hand out a file's bytes, as something to save, to whoever may see the file."""
    known_parameters(asking.request, ())
    key = asking.path("id")
    identity = as_id(key)
    if identity is None:
        raise Refused(NotFound("file", key[:100]))
    with asking.reading() as reading:
        see(reading, "file", identity, key)
        rows = reading.transaction.rows(
            "SELECT name, media_type, sha256 FROM file WHERE id = %s", [identity]
        )
        if not rows:
            raise Refused(NotFound("file", key[:100]))
        name, media_type, sha256 = rows[0]
        tag = f'"{sha256}"'
        if tag in asking.request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": tag, **CARE})
        content = content_of(reading.transaction, sha256)
    return handed_out(name, content, media_type, {"ETag": tag})


def handed_out(
    name: str, content: bytes, media_type: str, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """Hand out bytes as something to save."""
    said = {**headers, "Content-Disposition": to_save(name), **CARE}
    return Response(content, media_type=media_type, headers=said)


def to_save(name: str) -> str:
    """Write Content-Disposition with a name of any letters (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
