"""An import whose files the house keeps: it is taken up wherever the house runs, and needs no folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from dougong.kernel.access.actor import HOUSE, Actor, in_trust
from dougong.kernel.access.together import named
from dougong.kernel.files.content import content_of
from dougong.kernel.house import House
from dougong.kernel.imports.bad_rows import REASON
from dougong.kernel.imports.cells import Labels
from dougong.kernel.imports.operations.begin import Upload
from dougong.kernel.imports.operations.note import NoteImport
from dougong.kernel.imports.proposing import remember
from dougong.kernel.imports.refusals import NothingKept
from dougong.kernel.imports.running import Progress, Result, Say, batch_of, resume_import
from dougong.kernel.refusals import Refused

SEVERAL = "bad-rows.zip"


@contextmanager
def laid_out(uploads: Iterable[Upload]) -> Iterator[Path]:
    """Put files where an import reads them: a folder, or the file where there is only one."""
    with TemporaryDirectory(prefix="dougong-import-") as folder:
        paths = []
        for one in uploads:
            path = Path(folder) / one.name
            path.write_bytes(one.content)
            paths.append(path)
        yield paths[0] if len(paths) == 1 else Path(folder)


def kept_files(house: House, company: str, batch: UUID) -> list[Upload]:
    """Give the files that were brought for an import; refused where there are none."""
    handed_back = batch_of(house, company, batch).handed_back
    apart = named(handed_back)[1] if handed_back else None
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(
            "SELECT name, sha256 FROM file WHERE record = %s AND id IS DISTINCT FROM %s ORDER BY id",
            [f"import_batch:{batch}", apart],
        )
        files = [Upload(name=name, content=content_of(transaction, sha)) for name, sha in rows]
    if not files:
        raise Refused(NothingKept(batch))
    return files


def run_kept(
    house: House,
    company: str,
    batch: UUID,
    *,
    by: Actor = HOUSE,
    progress: Progress,
    say: Say,
    labels: Labels,
    reason: str = REASON,
) -> Result:
    """Take an import from where it is to its end; its bad rows and its mapping are kept."""
    with laid_out(kept_files(house, company, batch)) as place:
        folder = place if place.is_dir() else place.parent
        result = resume_import(
            house,
            company,
            batch,
            place=place,
            by=by,
            bad_folder=folder / "bad-rows",
            progress=progress,
            say=say,
            labels=labels,
            reason=reason,
        )
        noted = NoteImport(
            id=batch,
            remarks="\n".join(result.loose),
            hands_back=True,
            rows=in_one(result.bad_files),
        )
        house.perform(company, noted, by=in_trust(by))
        remember(house, company, batch_of(house, company, batch).mapping, place, by=by)
    return result


def in_one(files: Sequence[Path]) -> Upload | None:
    """Put files with bad rows into one: as it is where there is one, else packed together."""
    if len(files) <= 1:
        return next((Upload(name=one.name, content=one.read_bytes()) for one in files), None)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for one in files:
            pack.write(one, one.name)
    return Upload(name=SEVERAL, content=packed.getvalue())
