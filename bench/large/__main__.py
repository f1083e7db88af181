"""`make bench-large`: what a company of a million orders feels like.

It is made once and kept in `.dougong/bench`; `--forget` removes it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from psycopg.conninfo import make_conninfo

from bench.ground import FOLDER, describe_room, execute, sql
from bench.large.making import HURRIED, make
from bench.large.progress import said
from dougong.kernel.postgres import open_ground
from dougong.main import open_house


def main() -> int:
    return 0


if __name__ == "__main__":
    sys.exit(main())
