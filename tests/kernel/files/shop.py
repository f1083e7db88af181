"""A small trade whose clients have a picture and whose people bring files."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import UUID

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.catalogue import discover
from dougong.kernel.changes.overlay import complete, number_patterns
from dougong.kernel.entities import Entity
from dougong.kernel.fields import file, reference, text
from dougong.kernel.files.content import content_of
from dougong.kernel.files.operations.upload import UploadFile
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.store.database import Database
from dougong.kernel.values import Id
from dougong.kernel.verbs import VERBS
from tests.kernel.house import MONDAY, PACKAGES

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj"


class Machine(Entity, name="machine", rank=21):
    """What a client has, with a picture of it."""

    name: str = text()
    client: Id[Entity] | None = reference("client", default=None)
    picture: UUID | None = file()


CATALOGUE = discover((*PACKAGES, "dougong.kernel.files", "tests.kernel.files.shop"), VERBS)
REP = Role(
    code="rep",
    name="销售",
    permissions=[
        RolePermission(entity="client", operation="read", rows="owner in my_people"),
        RolePermission(entity="client", operation="edit", rows="owner == me"),
        RolePermission(entity="machine", operation="*", rows="client.owner == me"),
    ],
)
READER = Role(
    code="reader", name="读者", permissions=[RolePermission(entity="client", operation="read")]
)


def file_house(dsn: str, *companies: str) -> House:
    """Open a house with files and some empty companies."""
    house = House(Database(dsn, size=8), CATALOGUE, clock=lambda: MONDAY)
    house.complete = complete
    house.overlays.append(number_patterns)
    for company in companies:
        house.create_company(company, name="小店")
    return house


def uploaded(
    house: House,
    company: str,
    name: str = "照片.png",
    content: bytes = PNG,
    *,
    to: str | None = None,
    by: Actor = HOUSE,
) -> Any:
    """Bring a file in and give its record."""
    done = house.perform(company, UploadFile(name=name, content=content, record=to), by=by)
    assert isinstance(done, Done)
    return done.record


def kept(house: House, company: str, sha256: str) -> bytes | None:
    """Give a content that the company keeps."""
    with house.database.transaction(company) as transaction:
        if not transaction.rows("SELECT FROM file_content WHERE sha256 = %s", [sha256]):
            return None
        return content_of(transaction, sha256)


def packed(*parts: str) -> bytes:
    """Make a ZIP file of some parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for part in parts:
            pack.writestr(part, "<x/>")
    return target.getvalue()
