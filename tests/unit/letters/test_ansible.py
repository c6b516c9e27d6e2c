# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions and lookups as Ansible runs them, and all that they say: no password is in it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import stand_in

from .conftest import Letters

ROOT = Path(__file__).resolve().parents[3]
REGISTERED = ("made", "done", "again", "checked")
CONTENT = "{{ {" + ", ".join(f"'{name}': {name} | default({{}})" for name in REGISTERED) + "} | to_json }}"
COLLECTION = "ansible_collections.magmasoft.hosting.plugins"

LOGINS = [
    {"kind": "mailbox", "name": "office@alp.example", "customer": "alp", "services": ["mail"]},
    {"kind": "file_login", "name": "alp", "customer": "alp", "services": ["files"]},
    {"kind": "database", "name": "alp-web", "customer": "alp", "services": ["database"]},
]
NAME = "Alp {{ 1 + 1 }}"
CUSTOMERS = [
    {
        "name": "alp",
        "display_name": f"{{% raw %}}{NAME}{{% endraw %}}",
        "language": "it",
        "contact": "a@b.example",
        "uid": 20000,
    }
]
# Port 1 answers nobody.
ENDPOINTS = {
    "imap": {"host": "localhost", "port": 1, "security": "tls"},
    "submission": {"host": "localhost", "port": "1", "security": "starttls"},
    "database": {"host": "localhost", "security": "socket"},
    "web": {"port": 1, "security": "tls"},
}


@dataclass(frozen=True)
class Run:
    """What came of a playbook."""

    output: str
    results: dict[str, Any]
    code: int


def _run(tmp_path: Path, letters: Letters, tasks: list[dict[str, Any]], *arguments: str) -> Run:
    play = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {
                "directory": str(letters.path),
                "customers": CUSTOMERS,
                "logins": LOGINS,
                "endpoints": ENDPOINTS,
                "out": str(tmp_path / "results.json"),
            },
            "tasks": [
                *tasks,
                {
                    "ansible.builtin.copy": {
                        "dest": "{{ out }}",
                        "content": CONTENT,
                    },
                    "check_mode": False,
                },
            ],
        }
    ]
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump(play, sort_keys=False))
    (tmp_path / "ansible.cfg").write_text("[defaults]\n")
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook), "-vvvvv", "--diff", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    file = tmp_path / "results.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    return Run(ended.stdout + ended.stderr, results, ended.returncode)


PENDING = {
    "magmasoft.hosting.letter": {"state": "pending", "directory": "{{ directory }}", "logins": "{{ logins }}"},
    "register": "made",
}
COMPLETE = {
    "magmasoft.hosting.letter": {
        "state": "complete",
        "directory": "{{ directory }}",
        "customers": "{{ customers }}",
        "logins": "{{ logins }}",
        "endpoints": "{{ endpoints }}",
    },
    "register": "done",
}
CHECK = {
    "magmasoft.hosting.login_check": {
        "directory": "{{ directory }}",
        "customers": ["alp", "other"],
        "sites": [
            {"name": "localhost", "customer": "alp", "state": "present"},
            {"name": "elsewhere.example", "customer": "stranger"},
        ],
        "endpoints": "{{ endpoints }}",
        "timeout": 5,
    },
    "register": "checked",
    "ignore_errors": True,
}


def test_from_nothing_to_a_letter(letters: Letters, tmp_path: Path) -> None:
    """Nothing that is printed at the highest verbosity, and nothing that is returned, has a password or hash in it."""
    run = _run(tmp_path, letters, [PENDING])
    assert run.code == 0, run.output
    made = run.results["made"]
    assert (made["changed"], made["counts"]) == (True, {"logins": 3, "customers": 1})
    assert made["names"] == {"mailbox": ["office@alp.example"], "file_login": ["alp"], "database": ["alp-web"]}
    assert made["hash_seconds"] > 0
    secrets = letters.secrets()
    assert len(secrets) == 6

    final = _run(tmp_path, letters, [PENDING, COMPLETE, {**COMPLETE, "register": "again"}, CHECK])
    assert final.code == 0, final.output
    assert final.results["made"]["changed"] is False
    done = final.results["done"]
    assert done["letters"] == [str(letters.path / "alp.html")]
    assert done["waiting"] == {"mailbox": [], "file_login": ["alp"], "database": []}
    assert NAME in (letters.path / "alp.txt").read_text()
    assert letters.secrets() <= secrets

    checked = final.results["checked"]
    assert checked["failed"] is True
    rows = {(row["service"], row["user"]): row for row in checked["results"]}
    assert rows["imap", "office@alp.example"]["error"] == "Connection refused"
    assert rows["database", "alp-web"]["works"] is False
    assert rows["site", ""]["address"] == "https://localhost:1/"
    assert rows["letter", ""]["works"] is None
    assert len(rows) == 5
    assert "0 work, 4 do not, 1 were not tried" in checked["msg"]

    assert final.results["again"]["changed"] is False
    for output in (run.output, final.output, json.dumps([run.results, final.results])):
        assert not [secret for secret in secrets if secret in output]


def test_check_mode(letters: Letters, tmp_path: Path) -> None:
    """The same names as the run, nothing written, and hashes of nobody's password for the modules."""
    arguments = "'database', directory=directory, expected=made.names.database"
    show = {"ansible.builtin.debug": {"msg": f"{{{{ lookup('magmasoft.hosting.pending_hashes', {arguments}) }}}}"}}
    predicted = _run(tmp_path, letters, [PENDING, show], "--check")
    assert predicted.code == 0, predicted.output
    assert not letters.path.exists()
    assert stand_in("database") in predicted.output
    made = _run(tmp_path, letters, [PENDING, show])
    assert stand_in("database") not in made.output
    assert letters.pending()["database:alp-web"]["hash"] in made.output
    for key in ("changed", "names", "counts"):
        assert predicted.results["made"][key] == made.results["made"][key]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"state": "pruned"}, "state is pruned but all of the following are missing: days"),
    ({"state": "pruned", "days": -1}, "days: -1 (allowed: 0 or more)"),
    ({"state": "gone"}, "must be one of: pending, complete, pruned"),
    ({"state": "pending", "passwords": []}, "Unsupported parameters"),
    ({"state": "pending", "directory": "letters/../.."}, "not an absolute path"),
    ({"state": "pending", "logins": [{"kind": "mailbox"}]}, "logins: name is missing"),
]


def test_wrong_options(letters: Letters, tmp_path: Path) -> None:
    """What is wrong and what is allowed; the lookups say it as well."""
    letters.path.mkdir(0o700)
    (letters.path / "pending").mkdir(0o700)
    (letters.path / "pending" / "alp.json").write_text('{"s3cr3t')
    tasks: list[dict[str, Any]] = [
        {"magmasoft.hosting.letter": {"directory": "{{ directory }}", **options}, "ignore_errors": True}
        for options, _message in WRONG
    ]
    tasks += [
        {
            "ansible.builtin.debug": {"msg": f"{{{{ lookup('magmasoft.hosting.{text}, directory=directory) }}}}"},
            "ignore_errors": True,
        }
        for text in ("pending_hashes', 'mailbox'", "pending_hashes'", "pending_passwords', 'mailbox'")
    ]
    tasks.append({**PENDING, "ignore_errors": True})
    run = _run(tmp_path, letters, tasks)
    output = " ".join(run.output.split())
    assert not [message for _options, message in WRONG if message not in output]
    assert "pending_hashes: the kind of login is missing (one of mailbox, file_login, database)" in output
    assert "pending_passwords: the kind of login is mailbox (one of database)" in output
    assert run.results["made"]["failed"] is True
    assert run.results["made"]["errors"]["alp"]["code"] == "letter-damaged"
    assert "s3cr3t" not in output


@pytest.mark.parametrize("name", ["letter", "login_check"])
def test_the_documentation_has_the_options_of_the_action(name: str) -> None:
    """Names, types, defaults and choices."""
    action = importlib.import_module(f"{COLLECTION}.action.{name}")
    documented = yaml.safe_load(importlib.import_module(f"{COLLECTION}.modules.{name}").DOCUMENTATION)["options"]
    assert set(documented) == set(action.ARGUMENT_SPEC)
    for option, spec in action.ARGUMENT_SPEC.items():
        for key in ("type", "elements", "choices", "default"):
            assert documented[option].get(key) == spec.get(key), (option, key)
        assert documented[option].get("required", False) == spec.get("required", False)
