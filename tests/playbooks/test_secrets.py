# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing secret in what a run prints, in the list of processes, or in any file that is not meant for it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider


def test_no_secret_leaves_its_place(provider: Provider, tmp_path: Path) -> None:
    name = provider.customer("secret")
    output = tmp_path / "verbose.log"
    started = time.time()
    process = provider.start("onboard", "-vvv", "--diff", output=output, customer=name)
    arguments: set[str] = set()
    while process.poll() is None:
        arguments.update(_command_lines())
        time.sleep(0.02)
    assert process.returncode == 0, output.read_text("utf-8")[-3000:]
    passwords, hashes = provider.passwords(), provider.hashes(name)
    assert len(passwords) >= 3
    assert len(hashes) >= 3
    assert len(arguments) > 50
    printed = output.read_text("utf-8")
    seen = "\n".join(arguments)
    for secret in (*passwords, *hashes):
        assert secret not in printed
        assert secret not in seen
    assert _files_with(provider, passwords) == {
        f"/srv/www/{name}/{name}.example/private/databases.json",
        f"/srv/www/{name}/{name}.example/private/databases.php",
    }
    letters = {path for path in provider.letters.rglob("*") if path.is_file()}
    assert {path.suffix for path in letters} >= {".json", ".txt", ".html"}
    found = set(_files_here_with(passwords, started))
    assert found
    assert found <= letters


def _command_lines() -> Iterator[str]:
    """Yield the command lines and environments of all processes; those of the host are seen from here as well."""
    for path in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
        # Processes come and go, and some are nobody's business.
        with suppress(OSError):
            yield path.read_bytes().decode("utf-8", "replace")


def _files_here_with(secrets: list[str], since: float) -> Iterator[Path]:
    """Yield the files on the controller that have come or changed since then and hold a secret."""
    wanted = [secret.encode() for secret in secrets]
    ansible = Path(os.environ.get("ANSIBLE_HOME", "~/.ansible")).expanduser()
    build = Path(os.environ["HOSTING_ROOT"]) / "build"
    memory = Path("/dev/shm")  # noqa: S108 - it is looked at, not used
    for place in (Path(tempfile.gettempdir()), memory, build, ansible, Path.home() / ".ansible"):
        # directories and files of others come and go: os.walk passes over those that have gone, Path.rglob does not
        for directory, _directories, names in os.walk(place):
            for path in (Path(directory, name) for name in names):
                with suppress(OSError):
                    if path.is_file() and path.stat().st_mtime >= since:
                        content = path.read_bytes()
                        if any(secret in content for secret in wanted):
                            yield path


def _files_with(provider: Provider, secrets: list[str]) -> set[str]:
    patterns = "\n".join(secrets) + "\n"
    text = provider.host.run(
        "grep",
        "-rlaFs",
        "-f",
        "-",
        "--exclude-dir=proc",
        "--exclude-dir=sys",
        "--exclude-dir=dev",
        # the trees of the sites once more, as Apache sees them
        "--exclude-dir=hosting-web",
        "/",
        stdin=patterns,
        check=False,
    )
    return set(text.split())
