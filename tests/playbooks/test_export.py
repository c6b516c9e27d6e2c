# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks export and report as operators run them: a whole bag, killed runs, two at once, nothing secret.

HOSTING_KILLS says how many kills of each kind (1), HOSTING_SEED repeats a run; the seed is printed.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bagit
import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import ROOT
from ansible_collections.magmasoft.hosting.tests.playbooks.exports import BAGS, CANARY, FILES, Exports, contents
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, kill_group, recap

KILLS = int(os.environ.get("HOSTING_KILLS", "1"))
SEED = int(os.environ.get("HOSTING_SEED", str(random.randrange(2**32))))


@pytest.fixture
def exports(provider: Provider, tmp_path: Path) -> Exports:
    """Return customers to export."""
    return Exports(provider, tmp_path)


def test_a_bag_is_whole_of_one_customer_and_without_secrets(exports: Exports, tmp_path: Path) -> None:
    names = [exports.customer(f"export-{number}") for number in ("one", "two", "three")]
    exports.fill()
    code, output = exports.run("export", "-vvv", customer=names[0], bag="whole")
    assert code == 0, output
    bag = exports.bag(names[0], "whole", tmp_path)
    bagit.Bag(str(bag)).validate()
    found = dict(contents(bag))
    with_canary = {path for path, content in found.items() if CANARY.format(names[0]).encode() in content}
    assert {path.split("/")[1] for path in with_canary} >= {"sites", "databases", "mail"}
    for other in names[1:]:
        assert [path for path, content in found.items() if CANARY.format(other).encode() in content] == []
        assert [path for path, content in found.items() if f"{other}.example".encode() in content] == []
    secrets = [*exports.provider.passwords(), *(value for name in names for value in exports.provider.hashes(name))]
    assert len(secrets) > len(names)
    assert [value for value in secrets if value in output] == []
    assert [path for path, content in found.items() if any(value.encode() in content for value in secrets)] == []


ODD = """
set -e
cd /srv/www/$0/$0.example/htdocs
echo quarantined >shell.php
chown hc-$0:hc-$0 shell.php
chmod 000 shell.php
echo of-the-operator >key.txt
chmod 600 key.txt
ln -s /mnt/big/uploads uploads
cd /srv/mail/$0/$0.example
mkdir -p info/Maildir/cur
printf 'Subject: of-the-former-mailbox\\n\\ntext\\n' >'info/Maildir/cur/1.M1.lab:2,S'
printf 'Subject: compressed\\n\\ntext\\n' | gzip >'office/Maildir/cur/2.M2.lab:2,S'
chown -R --reference=office info office
"""


def test_check_mode_a_second_run_and_the_evidence(exports: Exports, tmp_path: Path) -> None:
    name = exports.customer("export-again")
    exports.fill()
    exports.provider.host.run("sh", "-c", ODD, name)
    given = {"customer": name, "bag": "x", "hosting_evidence_dir": str(exports.evidence)}
    planned = exports.provider.results("export", "--check", **given)
    assert exports.left(name) == []
    assert planned == [
        ("export", f"{name}-x", "create", ("request",)),
        ("bag", f"{name}-x", "create", ("form", "request")),
    ]
    assert exports.provider.results("export", **given) == planned
    code, output = exports.run("export", customer=name, bag="x")
    assert code == 0
    assert "changed=0" in recap(output, exports.provider.host.name), output
    assert exports.left(name) == [f"{name}-x"]
    code, output = exports.run("report", customer=name, hosting_reports_dir=str(exports.evidence.parent / "reports"))
    assert code == 0, output
    report = json.loads((exports.evidence.parent / "reports" / f"{name}.json").read_text("utf-8"))
    held = {kind["kind"]: kind["count"] for kind in report["kinds"]}
    assert held["site_files"] > FILES
    assert held["mail_messages"] == 3
    lines = [json.loads(line) for line in (exports.evidence / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["export", "report"]
    _oddities_block_nothing_and_are_told(report, exports.bag(name, "x", tmp_path))


def _oddities_block_nothing_and_are_told(report: Mapping[str, Any], bag: Path) -> None:
    """What a scanner has closed is there, and an alias that was a mailbox; all else is named in report and bag."""
    bagit.Bag(str(bag)).validate()
    content = b"".join(content for _path, content in contents(bag))
    assert [text for text in ("quarantined", "of-the-former-mailbox") if text.encode() not in content] == []
    assert b"of-the-operator" not in content
    data = json.loads((bag / "data" / "data.json").read_text("utf-8"))
    assert (data["completeness"], report["complete"]) == ("complete-with-exclusions", False)
    in_bag, in_report = _left_out(data), _left_out(report)
    odd = {("site_files", "htdocs/key.txt", "unreadable"), ("site_files", "htdocs/uploads", "elsewhere")}
    assert in_bag >= {*odd, ("mail_messages", "gzip (1)", "compressed")}
    assert {one for one in in_report if one[0] == "site_files"} == odd
    assert not [one for one in in_bag if "shell.php" in one[1]]


def _left_out(data: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (kind["kind"], each["what"], each["reason"])
        for kind in data["kinds"]
        for item in kind["items"]
        for each in item["left_out"]
    }


def test_one_site_or_one_mailbox(exports: Exports, tmp_path: Path) -> None:
    name = exports.customer("export-only")
    exports.fill()
    held = {}
    for bag, asked in (("of-site", {"site": f"{name}.example"}), ("of-box", {"mailbox": f"office@{name}.example"})):
        code, output = exports.run("export", customer=name, bag=bag, **asked)
        assert code == 0, output
        data = json.loads((exports.bag(name, bag, tmp_path) / "data/data.json").read_bytes())
        held[bag] = {(kind["kind"], item["item"]) for kind in data["kinds"] for item in kind["items"]}
    assert held["of-site"] >= {("site_files", f"{name}.example"), ("web_access_log", f"{name}.example")}
    assert held["of-box"] >= {("mail_messages", f"office@{name}.example"), ("cloud_files", f"office@{name}.example")}
    # what is noted of a customer, and logs without items, are of no site or address
    assert {item for _kind, item in held["of-site"] if item} == {f"{name}.example"}
    assert {item for _kind, item in held["of-box"] if item} == {f"office@{name}.example"}


def test_a_bag_that_only_its_customer_can_open(exports: Exports, tmp_path: Path) -> None:
    name = exports.customer("export-locked")
    exports.fill()
    identity, recipient = tmp_path / "identity", tmp_path / "recipient"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    with recipient.open("wb") as out:
        subprocess.run(["age-keygen", "-y", identity], check=True, stdout=out)
    for changed in (True, False):
        code, output = exports.run("export", customer=name, bag="x", compress="true", recipient=str(recipient))
        assert code == 0, output
        assert ("changed=0" not in recap(output, exports.provider.host.name)) == changed, output
    bagit.Bag(str(exports.bag(name, "x", tmp_path, ["age", "-i", str(identity)], ["zstd", "-q"]))).validate()


def test_a_database_that_is_down_is_named_and_the_next_run_heals(exports: Exports, tmp_path: Path) -> None:
    name = exports.customer("export-down")
    exports.fill()
    exports.provider.host.run("systemctl", "stop", "mariadb")
    try:
        code, output = exports.run("export", customer=name, bag="x")
    finally:
        exports.provider.host.run("systemctl", "start", "mariadb")
    assert code != 0
    assert f"databases {name}-web" in output or "databases: " in output
    assert exports.left(name) == []
    assert not (exports.evidence / f"{name}.jsonl").exists()
    code, output = exports.run("export", customer=name, bag="x")
    assert code == 0, output
    bagit.Bag(str(exports.bag(name, "x", tmp_path))).validate()


def test_the_second_of_two_exports_says_who_is_at_it(exports: Exports, tmp_path: Path) -> None:
    name = exports.customer("export-twice")
    exports.fill()
    lock = f"/run/hosting/lock/export-{name}.lock"
    holder = subprocess.Popen(
        ["podman", "exec", exports.provider.host.container, "flock", lock, "sleep", "60"], stdin=subprocess.DEVNULL
    )
    try:
        exports.provider.host.run("sh", "-c", f"until ! flock -n {lock} true; do sleep 0.1; done; echo 4711 > {lock}")
        code, output = exports.run("export", customer=name, bag="x")
    finally:
        exports.provider.host.run("pkill", "-f", lock)
        holder.wait()
    assert code != 0
    assert "another run is writing (process 4711)" in " ".join(output.split())
    assert exports.left(name) == []


def _controller(exports: Exports, process: subprocess.Popen[bytes]) -> None:
    kill_group(process)


def _module(exports: Exports, process: subprocess.Popen[bytes]) -> None:
    # a module that comes by pipelining is an interpreter without arguments
    exports.provider.host.run("pkill", "-KILL", "-x", "-f", "/usr/bin/python3", check=False)
    process.wait()


def _container(exports: Exports, process: subprocess.Popen[bytes]) -> None:
    host = exports.provider.host
    subprocess.run(["podman", "kill", "--signal", "KILL", host.container], check=True, capture_output=True)
    process.wait()
    subprocess.run([ROOT / "lab" / "host", "up", host.name], check=True, capture_output=True)


KINDS: dict[str, Callable[[Exports, subprocess.Popen[bytes]], None]] = {
    "controller": _controller,
    "module": _module,
    "container": _container,
}


@pytest.fixture(scope="module")
def usual(new_provider: Callable[[], Provider], tmp_path_factory: pytest.TempPathFactory) -> float:
    """Return how many seconds an export takes on this machine that nobody interrupts."""
    exports = Exports(new_provider(), tmp_path_factory.mktemp("usual"))
    name = exports.customer("export-usual")
    exports.fill()
    started = time.monotonic()
    code, output = exports.run("export", customer=name, bag="usual")
    assert code == 0, output
    return time.monotonic() - started


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_export_is_finished_by_the_next(exports: Exports, usual: float, tmp_path: Path, kind: str) -> None:
    name = exports.customer(f"export-{kind}")
    exports.fill()
    for number in range(KILLS):
        chance = random.Random(f"{SEED}-{kind}-{number}")
        print(f"HOSTING_SEED={SEED} kind={kind} number={number}")
        bag = f"killed-{number}"
        process = exports.provider.start(
            "export", output=tmp_path / "killed.log", customer=name, bag=bag, hosting_evidence_dir=str(exports.evidence)
        )
        time.sleep(chance.uniform(0.2, 1.0) * usual)
        KINDS[kind](exports, process)
        code, output = exports.run("export", customer=name, bag=bag)
        assert code == 0, output
        place = tmp_path / bag
        place.mkdir()
        bagit.Bag(str(exports.bag(name, bag, place))).validate()
        assert [left for left in exports.left(name) if left.startswith(".")] == []
        exports.provider.host.run("rm", "-rf", f"{BAGS}/{name}/{name}-{bag}")
