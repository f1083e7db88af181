"""dougong serve: it says where it is, answers, and stops in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from dougong.cli.port import free_port, listening


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_it_answers_until_it_is_ended(
    fresh_database: str, tmp_path: Path, number: int, code: int
) -> None:
    port = free_port("127.0.0.1")
    served = subprocess.Popen(
        [sys.executable, "-m", "dougong", "--folder", str(tmp_path), "serve", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": fresh_database},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "Dougong" in until_it_serves(port)
        with httpx.stream("GET", f"http://127.0.0.1:{port}/api/v1/live") as listener:
            assert listener.status_code == 401
        served.send_signal(number)
        _, said = served.communicate(timeout=20)
    finally:
        served.kill()
    assert served.returncode == code, said
    assert f"http://localhost:{port}" in said
    assert "Traceback" not in said


def until_it_serves(port: int) -> str:
    """Wait for the plain page."""
    for _ in range(200):
        try:
            page = httpx.get(f"http://127.0.0.1:{port}/?lang=en")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            assert page.status_code == 200
            return page.text
    raise AssertionError("it does not answer")


def test_a_taken_port_is_named_before_anything_is_opened(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [
                sys.executable,
                "-m",
                "dougong",
                "--folder",
                str(tmp_path),
                "serve",
                "--port",
                str(port),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert list(tmp_path.iterdir()) == []
