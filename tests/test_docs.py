"""What the documentation says of the code is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from dougong.main import catalogue

DOCS = Path(__file__).parent.parent / "docs"


def test_the_lock_order_is_the_one_that_the_kernel_keeps() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `(\w+)` \|", (DOCS / "lock-order.md").read_text(), re.MULTILINE
    )
    said = {name: int(rank) for rank, name in rows}
    kept = {d.name: d.rank for d in catalogue().entities.values() if not d.is_line}
    assert said == kept
    assert [int(rank) for rank, _ in rows] == sorted(kept.values())


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    broken = []
    pages = [*DOCS.rglob("*.md"), *DOCS.parent.glob("README*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
