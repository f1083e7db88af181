"""The embedded database survives what happens to it on a newcomer's machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dougong.kernel.postgres import AlreadyRunning, Embedded, GroundError, open_ground, refuse_old
from dougong.kernel.postgres import embedded as embedded_module
from dougong.kernel.postgres.embedded import fingerprint
from dougong.kernel.postgres.processes import serves, serving
from dougong.kernel.postgres.trouble import plainly, trouble_in

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0

OTHER_PROCESS = """
import sys, time
from pathlib import Path
from dougong.kernel.postgres import Embedded
embedded = Embedded(Path(sys.argv[1]), durable=False)
embedded.start(alone=sys.argv[2] == "alone")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A database folder that was made once and is at rest, to copy from."""
    place = Path(tempfile.mkdtemp(prefix="dougong-ground-"))
    place.chmod(0o755)
    with Embedded(place / "made", durable=False) as ground:
        remember(ground, "bolts")
    yield place / "made"
    shutil.rmtree(place)


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """A copy of the made folder, whose server is stopped and which is removed afterwards."""
    copy = Path(tempfile.mkdtemp(prefix="dougong-ground-")) / "ground"
    copy.parent.chmod(0o755)
    subprocess.run(["cp", "-a", made, copy], check=True)
    yield copy
    for pid in serving(copy / "data"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(sockets_of(copy), ignore_errors=True)
    shutil.rmtree(copy.parent)


def remember(ground: Embedded, what: str) -> None:
    with psycopg.connect(ground.dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (what text)")
        connection.execute("INSERT INTO note VALUES (%s)", [what])


def remembered(ground: Embedded) -> list[str]:
    with psycopg.connect(ground.dsn) as connection:
        return [row[0] for row in connection.execute("SELECT what FROM note ORDER BY what")]


def sockets_of(folder: Path) -> Path:
    owner = (folder / "data").stat().st_uid if (folder / "data").exists() else os.geteuid()
    return Path("/tmp") / f"dougong-{owner}-{fingerprint(folder)}"


def server_of(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def other_process(folder: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(folder), how],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_fresh_folder_becomes_a_database_that_knows_chinese_letters(tmp_path: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix="dougong-ground-"))
    fresh.chmod(0o755)
    ground = Embedded(fresh / "with a space" / "deep", durable=True)
    with psycopg.connect(ground.start()) as connection:
        durable = connection.execute("SHOW fsync").fetchone()
        letters = connection.execute("SELECT '斗拱' ~ '^[[:alpha:]]+$'").fetchone()
        connection.execute("CREATE EXTENSION pg_trgm")
        trigrams = connection.execute("SELECT cardinality(show_trgm('斗拱')) > 0").fetchone()
        who = connection.execute("SELECT current_user, current_database()").fetchone()
    secret = fresh / "with a space" / "deep" / "data" / "password"

    assert (durable, letters, trigrams) == (("on",), (True,), (True,))
    assert who == ("dougong", "dougong")
    assert secret.stat().st_mode & 0o777 == 0o600
    server = server_of(ground.folder)
    assert ground.discard()
    assert not ground.folder.exists()
    assert not ground.sockets.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
    shutil.rmtree(fresh)


def test_a_stopped_database_leaves_no_process_and_no_socket(folder: Path) -> None:
    ground = Embedded(folder, durable=False)
    ground.start()
    server = server_of(folder)

    assert ground.stop()

    assert serving(folder / "data") == []
    assert not serves(server, folder / "data")
    assert not ground.sockets.exists()


def test_a_terminal_s_ctrl_c_does_not_reach_the_server(folder: Path) -> None:
    with Embedded(folder, durable=False):
        assert os.getsid(server_of(folder)) != os.getsid(0)


def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    with Embedded(folder, durable=False) as ground:
        wrong = ground.dsn.replace("dougong:", "dougong:x", 1)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_a_server_killed_by_force_starts_again_with_every_row(folder: Path) -> None:
    ground = Embedded(folder, durable=True)
    ground.start()
    remember(ground, "nuts")
    os.kill(server_of(folder), signal.SIGKILL)

    ground.start()

    assert remembered(ground) == ["bolts", "nuts"]
    assert ground.stop()


def test_a_killed_owner_s_server_is_taken_over_and_then_stopped(folder: Path) -> None:
    owner = other_process(folder, "alone")
    server = server_of(folder)
    end(owner)

    ground = Embedded(folder, durable=False)
    ground.start(alone=True)

    assert ground.adopted
    assert server_of(folder) == server
    assert remembered(ground) == ["bolts"]
    assert ground.stop()
    assert serving(folder / "data") == []


def test_an_unrelated_process_with_the_old_number_is_left_alive(folder: Path) -> None:
    with Embedded(folder, durable=False):
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    bystander = subprocess.Popen(["sleep", "60"])
    stale = "\n".join([str(bystander.pid), *lines[1:], ""])
    (folder / "data" / "postmaster.pid").write_text(stale)

    with Embedded(folder, durable=False) as ground:
        assert remembered(ground) == ["bolts"]
        assert server_of(folder) != bystander.pid

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_another_database_s_server_with_the_old_number_is_left_alive(
    folder: Path, made: Path
) -> None:
    with Embedded(made, durable=False) as other:
        shutil.copy(made / "data" / "postmaster.pid", folder / "data" / "postmaster.pid")
        with Embedded(folder, durable=False) as ground:
            assert server_of(folder) != server_of(made)
            remember(ground, "only here")
        assert remembered(other) == ["bolts"]


def test_a_zombie_is_no_server(folder: Path) -> None:
    ground = Embedded(folder, durable=False)
    ground.start()
    server = server_of(folder)
    os.kill(server, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while "Z" not in Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert not serves(server, folder / "data")

    ground.start()
    assert remembered(ground) == ["bolts"]
    assert ground.stop()


def test_a_half_made_folder_is_made_anew(made: Path) -> None:
    folder = made.parent / "half"
    (folder / "data.making" / "base").mkdir(parents=True)
    (folder / "data.making" / "PG_VERSION").write_text("18\n")
    (folder / "data").mkdir()

    ground = Embedded(folder, durable=False)
    ground.start()
    remember(ground, "whole")

    assert remembered(ground) == ["whole"]
    assert not (folder / "data.making").exists()
    assert ground.discard()


def test_two_processes_share_a_server_and_the_last_one_stops_it(folder: Path) -> None:
    serving_process = other_process(folder, "alone")
    visitor = Embedded(folder, durable=False)
    visitor.start()

    assert visitor.adopted
    assert remembered(visitor) == ["bolts"]
    assert not visitor.stop()
    assert serving(folder / "data") != []
    visitor.start()
    end(serving_process)
    assert visitor.stop()
    assert serving(folder / "data") == []


def test_a_second_serve_is_refused_with_the_number_of_the_first(folder: Path) -> None:
    first = other_process(folder, "alone")

    with pytest.raises(AlreadyRunning) as refused:
        Embedded(folder, durable=False).start(alone=True)

    assert refused.value.owner == str(first.pid)
    assert f"already running on {folder} (process {first.pid})" in refused.value.sentence
    with Embedded(folder, durable=False) as ground:
        assert remembered(ground) == ["bolts"]
    end(first)


def test_serve_may_start_while_a_short_command_is_still_at_work(folder: Path) -> None:
    visitor = Embedded(folder, durable=False)
    visitor.start()
    serve = Embedded(folder, durable=False)

    serve.start(alone=True)

    assert not visitor.stop()
    assert remembered(serve) == ["bolts"]
    assert serve.stop()


def test_a_folder_of_another_major_version_is_named_and_left_as_it_is(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("14\n")

    with pytest.raises(GroundError, match="was made by PostgreSQL 14, and this is PostgreSQL 18"):
        Embedded(folder, durable=False).start()

    (folder / "data" / "PG_VERSION").write_text("18\n")
    with Embedded(folder, durable=False) as ground:
        assert remembered(ground) == ["bolts"]


def test_somebody_else_s_files_are_never_overwritten(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    (folder / "data").mkdir()
    (folder / "data" / "holiday.jpg").write_text("sea")

    with pytest.raises(GroundError, match="is not a database that Dougong made"):
        Embedded(folder, durable=False).start()

    assert (folder / "data" / "holiday.jpg").read_text() == "sea"


def test_an_unwritable_folder_is_named() -> None:
    forbidden = Path("/proc/dougong") if AS_ROOT else Path("/dougong-ground")

    with pytest.raises(GroundError) as refused:
        Embedded(forbidden, durable=False).start()

    assert str(forbidden) in refused.value.sentence
    assert "--folder" in refused.value.way_out


def test_a_folder_that_is_a_file_is_named(folder: Path) -> None:
    (folder / "plain").write_text("")

    with pytest.raises(GroundError, match="plain can't be used: File exists"):
        Embedded(folder / "plain", durable=False).start()


def test_a_full_disk_is_said_before_anything_is_begun(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_module, "ROOM_TO_START", 2**62)

    with pytest.raises(GroundError, match=r"The disk that holds .* is full"):
        Embedded(folder, durable=False).start()

    assert serving(folder / "data") == []


def test_a_disk_that_fills_up_while_starting_is_said_in_the_same_words(folder: Path) -> None:
    report = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'

    assert trouble_in(report, folder, folder / "server.log").sentence == (
        f"The disk that holds {folder} is full."
    )
    with (
        pytest.raises(GroundError, match="is full"),
        plainly(folder),
        Path("/dev/full").open("w") as full,
    ):
        full.write("x" * 2**20)


def test_a_setting_that_postgresql_refuses_is_said_with_its_own_words(folder: Path) -> None:
    with pytest.raises(GroundError) as refused:
        Embedded(folder, durable=False, settings={"max_connections": "many"}).start()

    assert refused.value.sentence == (
        'PostgreSQL did not start: invalid value for parameter "max_connections": "many".'
    )
    assert serving(folder / "data") == []
    assert not sockets_of(folder).exists()


def test_any_other_postgresql_can_be_named_by_its_url(folder: Path) -> None:
    with Embedded(folder, durable=False) as other:
        url = other.dsn.replace("postgresql://", "postgresql+psycopg://")
        with open_ground(folder / "unused", url) as ground:
            assert ground.dsn == other.dsn
            assert ground.embedded is None
    assert not (folder / "unused").exists()


def test_a_url_where_nobody_answers_is_refused_without_its_password(folder: Path) -> None:
    with pytest.raises(GroundError) as refused:
        open_ground(folder, "postgresql://erp:s3cret@127.0.0.1:1/shop")

    assert "No PostgreSQL lets us in at 127.0.0.1:1/shop" in refused.value.sentence
    assert "s3cret" not in str(refused.value)


def test_an_address_that_is_none_is_refused(folder: Path) -> None:
    with pytest.raises(GroundError, match="DATABASE_URL is no PostgreSQL address"):
        open_ground(folder, "mysql://localhost/shop")


def test_a_postgresql_that_is_too_old_is_refused() -> None:
    with pytest.raises(GroundError, match="at db:5432/shop is version 16; Dougong needs 17"):
        refuse_old(160004, "db:5432/shop")

    refuse_old(170000, "db:5432/shop")


@pytest.mark.skipif(not AS_ROOT, reason="only root hands the server to another user")
def test_root_runs_the_server_as_a_system_user(folder: Path) -> None:
    with Embedded(folder, durable=False):
        assert Path(f"/proc/{server_of(folder)}").stat().st_uid != 0


@pytest.mark.skipif(not AS_ROOT, reason="only root hands the server to another user")
def test_a_checkout_closed_to_the_server_s_user_keeps_its_data_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    ground = Embedded(closed / "ground", durable=False, say=said.append)

    ground.start()

    assert ground.folder.parent == Path("/var/lib/dougong")
    assert said == [
        f"The database lives in {ground.folder}, because its user can't reach {closed / 'ground'}."
    ]
    assert ground.discard()
