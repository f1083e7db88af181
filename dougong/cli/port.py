"""The door's number: take it, or say who has it."""

from __future__ import annotations

import errno
import socket

from dougong.kernel.postgres import GroundError


def listening(host: str, port: int) -> socket.socket:
    """Take a port and give its socket; a taken one is named, with the next free one."""
    # named as TCP, so that answers go out at once instead of waiting for the other side's word
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(1024)
    except OSError as error:
        door.close()
        raise trouble_at(error, host, port) from error
    except OverflowError as error:
        door.close()
        raise GroundError(f"There is no port {port}.", "Ports go from 1 to 65535.") from error
    return door


def trouble_at(error: OSError, host: str, port: int) -> GroundError:
    """Say why nobody can listen there."""
    if error.errno == errno.EADDRINUSE:
        return GroundError(
            f"Port {port} is taken by another program.",
            f"End that program, or take another port: --port {free_port(host)}.",
        )
    if error.errno == errno.EACCES:
        return GroundError(
            f"This user may not listen on port {port}.", "Take one above 1023: --port 8000."
        )
    return GroundError(
        f"Nobody can listen on {host}:{port}: {error.strerror or error}.",
        "Name another --host or --port.",
    )


def free_port(host: str) -> int:
    """Find a port that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        number: int = probe.getsockname()[1]
        return number
