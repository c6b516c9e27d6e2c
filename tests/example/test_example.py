# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two servers of inventories/example, and the first customer of docs/first-servers.md on them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ansible_collections.magmasoft.hosting.tests.integration.host import PLACE, ROOT
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook

INVENTORIES = [ROOT / "inventories" / "example", ROOT / "molecule" / "example" / "inventory"]
DOCUMENT = (ROOT / "docs" / "first-servers.md").read_text("utf-8")
CUSTOMER = "musikverein"


def _run(playbook: str, *options: str) -> str:
    """Run a playbook, which has to end well; return what it printed."""
    inventories = [part for path in INVENTORIES for part in ("-i", str(path))]
    done = ansible_playbook(*inventories, f"magmasoft.hosting.{playbook}", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _first_customer() -> str:
    block = re.search(rf"```yaml\n(customer: {CUSTOMER}\n.*?)```", DOCUMENT, re.DOTALL)
    assert block
    return block[1]


def test_the_first_customer_gets_everything(tmp_path: Path) -> None:
    register = PLACE / "register"
    register.mkdir(exist_ok=True)
    (register / f"{CUSTOMER}.yml").write_text(_first_customer(), "utf-8")
    logins = tmp_path / "logins.json"
    said = _run("onboard", "-e", f"customer={CUSTOMER}", "-e", f"hosting_logins_file={logins}")
    tried = json.loads(logins.read_text("utf-8"))
    assert {row["service"] for row in tried} == {
        *("imap", "submission", "webmail", "ftp", "sftp", "statistics", "database"),
        *("cloud", "webdav", "caldav", "carddav", "xmpp", "site"),
    }
    assert all(row["works"] for row in tried), tried
    assert f"the letter: {PLACE / 'letters' / CUSTOMER}.html" in said


def test_a_second_run_changes_nothing() -> None:
    changed = re.findall(r"^(\S+) .*changed=(\d+)", _run("servers"), re.MULTILINE)
    assert dict(changed) == {"mail1.example.net": "0", "web1.example.net": "0"}


def test_a_bag_is_made_of_both(tmp_path: Path) -> None:
    """By the port between the two."""
    said = _run("export", "-e", f"customer={CUSTOMER}", "-e", f"hosting_evidence_dir={tmp_path}")
    assert re.search(rf"the bag: web1\.example\.net:\S+/{CUSTOMER}-\S+\.tar", said)
