"""What happens to files."""

from dataclasses import dataclass
from decimal import Decimal

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class FileUploaded(Event, of="file", verb="uploaded"):
    """Somebody brought a file in."""

    file_name: str
    media_type: str
    size: Decimal
    sha256: str
