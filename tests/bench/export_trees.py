# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large files and a large mailbox, delivered into an archive and hashed, against tar, tee and sha256sum in a pipeline.

BENCH_TREE_MB     how many megabytes of large files (2048)
BENCH_MESSAGES    how many messages (100000)
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Mailbox, Site
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.tar import TarSink
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_messages import MailMessages
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.site_files import SiteFiles
from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure

GOAL = 1.5
ROUNDS = 3
PLACE = ROOT / "build" / "bench" / "trees"
OTHER = "tar cf - DIR | tee OUT | sha256sum"
CUSTOMER, DOMAIN, ADDRESS = "customer", "customer.example", "office@customer.example"
_MEGABYTE = 1 << 20
_FILE_MEGABYTES = 128


def measure() -> list[Figure]:
    """Return the figures of both trees; what they are made of is removed again."""
    megabytes = int(os.environ.get("BENCH_TREE_MB", "2048"))
    messages = int(os.environ.get("BENCH_MESSAGES", "100000"))
    shutil.rmtree(PLACE, ignore_errors=True)
    site, maildir = PLACE / "www", PLACE / "mail" / "customer.example" / "office" / "Maildir"
    try:
        _write_files(site / CUSTOMER / DOMAIN / "htdocs", megabytes)
        _write_maildir(maildir, messages)
        _open_up()
        return [
            _figure(
                "export-files", "export of large files, MB", megabytes, site, lambda: SiteFiles({"root": str(site)})
            ),
            _figure(
                "export-maildir",
                "export of a mailbox, messages",
                messages,
                maildir,
                lambda: MailMessages({"path": str(PLACE / "mail/{domain}/{local}/Maildir")}),
            ),
        ]
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


def _figure(name: str, what: str, size: int, tree: Path, store: Callable[[], Store]) -> Figure:
    # by turns, so that whatever else the machine does meets both
    times = [(_ours(store()), _theirs(tree)) for _round in range(ROUNDS)]
    ours, theirs = (min(column) for column in zip(*times, strict=True))
    return Figure(name, what, size, ours, theirs, OTHER, GOAL)


def _ours(store: Store) -> float:
    site = Site(name=DOMAIN, customer=CUSTOMER, unix_user="nobody")
    mailbox = Mailbox(name=ADDRESS, customer=CUSTOMER)
    selection = Selection(CUSTOMER, (site,), (), (mailbox,), (), frozenset({ADDRESS}))
    out = PLACE / "out"
    os.sync()
    started = time.perf_counter()
    descriptor = os.open(out, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    sink = TarSink(descriptor)
    part = Part(sink)
    store.export([selection], {CUSTOMER: part})
    sink.close()
    os.close(descriptor)
    seconds = time.perf_counter() - started
    (delivery,) = part.exports
    if delivery.error is not None or not delivery.files:
        raise SystemExit(f"nothing was delivered: {delivery.error}")
    out.unlink()
    return seconds


def _theirs(tree: Path) -> float:
    out = PLACE / "out"
    os.sync()
    started = time.perf_counter()
    subprocess.run(
        ["bash", "-c", 'set -o pipefail; tar cf - "$1" | tee "$2" | sha256sum', "bash", str(tree), str(out)],
        check=True,
        capture_output=True,
    )
    # ours is on the disk when it is done
    subprocess.run(["sync", str(out)], check=True)
    seconds = time.perf_counter() - started
    out.unlink()
    return seconds


def _write_files(directory: Path, megabytes: int) -> None:
    directory.mkdir(parents=True)
    block = os.urandom(_MEGABYTE)
    for start in range(0, megabytes, _FILE_MEGABYTES):
        with (directory / f"video{start}.mp4").open("wb") as file:
            for _each in range(min(_FILE_MEGABYTES, megabytes - start)):
                file.write(block)


def _write_maildir(maildir: Path, messages: int) -> None:
    chance = random.Random(4)
    folders = [maildir, maildir / ".Sent", maildir / ".Archive"]
    for folder in folders:
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
    text = (b"Subject: a message\n\n" + b"x" * 75 + b"\n") * 1000
    for number in range(messages):
        size = min(int(chance.lognormvariate(8, 1)), len(text))
        path = folders[number % len(folders)] / "cur" / f"{1700000000 + number}.M{number}P1.host,S={size},W={size}:2,S"
        path.write_bytes(text[:size])


def _open_up() -> None:
    """Let everybody read the trees: they are read without the rights of whoever runs this."""
    subprocess.run(["chmod", "-R", "a+rX", str(PLACE)], check=True)


def main() -> None:
    """Print the figures."""
    for figure in measure():
        print(figure.what, figure.size, f"{figure.ours:.2f} s, {figure.peer:.2f} s, {figure.ratio:.2f}")


if __name__ == "__main__":
    main()
