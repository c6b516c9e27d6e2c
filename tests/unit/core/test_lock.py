# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One writer: the lock, its holder, and the directory it lies in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Busy, UnsafePath
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.lock import service_lock

_HOLD = """
import sys, time
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.lock import service_lock
with service_lock("things", directory=sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def directory(tmp_path: Path) -> str:
    """Return where the locks are."""
    return str(tmp_path / "run" / "lock")


@pytest.fixture
def holder(directory: str) -> Iterator[subprocess.Popen[str]]:
    """Run another process that holds the lock."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, directory], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_holder_is_named(holder: subprocess.Popen[str], directory: str) -> None:
    started = time.monotonic()
    expected = pytest.raises(Busy, match=f"things: another run is writing .process {holder.pid}.")
    with expected as caught, service_lock("things", directory=directory, wait=0.3):
        pytest.fail("two writers")
    assert 0.3 <= time.monotonic() - started < 2
    assert "end that process" in caught.value.remedy


def test_another_service_has_another_lock(holder: subprocess.Popen[str], directory: str) -> None:
    assert holder.poll() is None
    with service_lock("others", directory=directory, wait=0):
        pass


def test_a_dead_holder_holds_nothing(holder: subprocess.Popen[str], directory: str) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with service_lock("things", directory=directory, wait=0):
        assert (Path(directory) / "things.lock").read_text() == str(os.getpid())


def test_who_waits_gets_it(holder: subprocess.Popen[str], directory: str) -> None:
    holder.terminate()
    with service_lock("things", directory=directory, wait=10):
        assert holder.wait() != 0


def test_a_failed_run_frees_it(directory: str) -> None:
    with pytest.raises(RuntimeError), service_lock("things", directory=directory):
        raise RuntimeError
    with service_lock("things", directory=directory, wait=0):
        pass


def test_nobody_else_can_look_in_or_write(directory: str) -> None:
    with service_lock("things", directory=directory):
        assert Path(directory).stat().st_mode & 0o777 == 0o700
        assert (Path(directory) / "things.lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_directory_that_others_can_write_to_is_refused(directory: str, mode: int) -> None:
    Path(directory).mkdir(parents=True)
    Path(directory).chmod(mode)
    with pytest.raises(UnsafePath, match="writable by others"), service_lock("things", directory=directory):
        pytest.fail("a customer could have made this directory")


def test_somebody_elses_directory_is_refused(directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(directory).mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafePath, match="somebody else's"), service_lock("things", directory=directory):
        pytest.fail("a customer could have made this directory")


def test_a_planted_link_is_not_followed(directory: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    Path(directory).mkdir(parents=True)
    (Path(directory) / "things.lock").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic link"), service_lock("things", directory=directory):
        pytest.fail("it was followed")
    assert precious.read_text() == "precious"


def test_a_linked_directory_is_refused(directory: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    Path(directory).parent.mkdir()
    Path(directory).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePath), service_lock("things", directory=directory):
        pytest.fail("it was followed")


def test_without_the_right_to_make_it_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsafePath, match="become"), service_lock("things", directory=str(tmp_path / "file" / "lock")):
        pytest.fail("there is no directory")
