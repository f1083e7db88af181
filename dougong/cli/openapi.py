"""dougong openapi: print how the API is described, for programs that are written against it."""

from __future__ import annotations

import argparse
import json

from dougong.cli.frame import Commands
from dougong.cli.house import House


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("openapi", help="print the API's description (OpenAPI 3.1)")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace, house: House) -> int:
    """Print what every company has; its own fields are in ``/api/openapi.json``."""
    print(json.dumps(house.describe(), ensure_ascii=False))
    return 0
