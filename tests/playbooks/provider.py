# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole provider under test: a register of its own, the playbooks as operators run them, what the host then holds."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook

LDAP = ("ldapsearch", "-Q", "-LLL", "-o", "ldif-wrap=no", "-Y", "EXTERNAL", "-H", "ldapi:///")
# What differs between two runs that end in the same state: when, and by which random salt or number.
_VOLATILE = (
    "entryCSN",
    "modifyTimestamp",
    "createTimestamp",
    "entryUUID",
    "contextCSN",
    "userPassword",
    "hostingNextNumber",
    "hostingName",
)


@dataclass
class Run:
    """A finished run of a playbook."""

    code: int
    output: str
    seconds: float


class Provider:
    """The provider on the host of the shard, with customers that only the test knows; they stay on the host."""

    def __init__(self, host: Host, inventory: Path, directory: Path) -> None:
        self.host = host
        self.inventory = inventory
        self.register = directory / "register"
        self.letters = directory / "letters"
        self.register.mkdir()

    def customer(self, name: str, /, **fields: Any) -> str:
        """Write a customer with a site, a database, a mailbox and a forwarding into the register."""
        domain = f"{name}.example"
        data: dict[str, Any] = {
            "customer": name,
            "name": f"Customer {name}",
            "contact": "someone@elsewhere.example",
            "language": "en",
            "contract": {"status": "active"},
            "sites": [{"domain": domain, "kind": "php", "databases": [f"{name}-web"]}],
            "databases": [{"name": f"{name}-web"}],
            "mailboxes": [
                {"address": f"office@{domain}", "aliases": [f"info@{domain}"], "quota": "1G"},
                {
                    "address": f"away@{domain}",
                    "forward_to": ["someone@elsewhere.example"],
                    "keep_copy": False,
                    "cloud": False,
                    "chat": False,
                },
            ],
            **fields,
        }
        # JSON is YAML as well.
        (self.register / f"{name}.yml").write_text(json.dumps(data, indent=1), "utf-8")
        return name

    def arguments(self, playbook: str, *options: str, **variables: str) -> list[str]:
        """Return the arguments of a run."""
        given = {"hosting_register_dir": self.register, "hosting_letters_dir": self.letters, **variables}
        extra = [part for name, value in given.items() for part in ("-e", f"{name}={value}")]
        return ["-i", str(self.inventory), f"magmasoft.hosting.{playbook}", *extra, *options]

    def start(self, playbook: str, *options: str, output: Path, **variables: str) -> subprocess.Popen[bytes]:
        """Start a run as a process group of its own; what it prints goes to a file."""
        with output.open("wb") as sink:
            return subprocess.Popen(
                ["ansible-playbook", *self.arguments(playbook, *options, **variables)],
                stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def run(self, playbook: str, *options: str, **variables: str) -> Run:
        """Run a playbook to its end."""
        started = time.monotonic()
        done = ansible_playbook(*self.arguments(playbook, *options, **variables))
        return Run(done.returncode, done.stdout + done.stderr, time.monotonic() - started)

    def results(self, playbook: str, *options: str, **variables: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Run a playbook to its end; return kind, name, action and fields of what its modules planned or did."""
        done = ansible_playbook(*self.arguments(playbook, *options, **variables), as_json=True)
        assert done.returncode == 0, done.stdout + done.stderr
        tasks = [task for play in json.loads(done.stdout)["plays"] for task in play["tasks"]]
        returned = [task["hosts"].get(self.host.name, {}).get("results", []) for task in tasks]
        return [
            (item["kind"], item["name"], item["action"], tuple(item["fields"]))
            for items in returned
            for item in items
            if item["status"] in ("planned", "done")
        ]

    def apply(self) -> Run:
        """Apply the register; it has to end well."""
        done = self.run("customers")
        assert done.code == 0, done.output
        return done

    def unchanged(self) -> None:
        """Apply the register once more; nothing may change."""
        done = self.apply()
        assert "changed=0" in recap(done.output, self.host.name), done.output

    def letter(self, name: str) -> dict[str, Any]:
        """Return a customer's letter."""
        letter: dict[str, Any] = json.loads((self.letters / f"{name}.json").read_text("utf-8"))
        return letter

    def passwords(self) -> list[str]:
        """Return every password that any letter holds, complete or pending."""
        found: list[str] = []
        for path in self.letters.rglob("*.json"):
            found += _passwords(json.loads(path.read_text("utf-8")))
        return sorted(set(found))

    def hashes(self, name: str) -> list[str]:
        """Return the hashes by which the services know a customer's passwords."""
        entries = self.host.run(
            *LDAP, "-b", self.base(), f"(&(hostingCustomer={name})(userPassword=*))", "userPassword"
        )
        encoded = [line.partition(":: ")[2] for line in entries.splitlines() if line.startswith("userPassword:: ")]
        statement = (
            f"SELECT JSON_VALUE(Priv, '$.authentication_string') FROM mysql.global_priv WHERE User = '{name}-web'"
        )
        stored = self.host.run("mariadb", "--batch", "--skip-column-names", stdin=statement).split()
        return [base64.b64decode(value).decode() for value in encoded] + stored

    def snapshot(self, *names: str) -> dict[str, str]:
        """Return what the host holds of these customers, without what differs from run to run."""
        return {
            name: self._directory(name) + self._databases(name) + self._files(name) + self._configuration(name)
            for name in names
        }

    def _directory(self, name: str) -> str:
        text = self.host.run(*LDAP, "-b", self.base(), f"(|(o={name})(hostingCustomer={name}))", "*", "hasSubordinates")
        unlike = (*_VOLATILE, "hostingNumber", "uidNumber", "gidNumber")
        # an attribute that was replaced stands last in its entry
        entries = [sorted(entry.splitlines()) for entry in text.split("\n\n")]
        lines = [line for entry in entries for line in entry if not line.startswith(unlike)]
        with_password = self.host.run(*LDAP, "-b", self.base(), f"(&(hostingCustomer={name})(userPassword=*))", "dn")
        return "\n".join([*lines, "with password:", *sorted(with_password.split("\n")), ""])

    def _databases(self, name: str) -> str:
        statements = (
            f"SELECT kind, name, customer FROM magmasoft_hosting.ownership WHERE customer = '{name}'; "
            f"SHOW GRANTS FOR '{name}-web'@'localhost'; SHOW CREATE DATABASE `{name}-web`;"
        )
        text = self.host.run("mariadb", "--batch", stdin=statements)
        return "\n".join(line.partition(" IDENTIFIED ")[0] for line in text.splitlines())

    def _files(self, name: str) -> str:
        listing = self.host.run("find", f"/srv/www/{name}", "-printf", "%P %y %M %u %g\\n")
        return "\n".join(sorted(listing.splitlines()))

    def _configuration(self, name: str) -> str:
        """Return what the generations and the cloud hold of a customer."""
        script = (
            "cd / && find var/lib/hosting/web/current/ var/lib/hosting/chat/current/ srv/cloud"
            " '(' -path '*[/@]'$0.example -o -path '*[/@]'$0.example[./]'*' ')'"
            " -printf '%p %y %M %u %g\\n' ! -type d -exec cat {} +"
        )
        text = re.sub(r'"incarnation": "[0-9a-f]{16}"', "", self.host.run("sh", "-c", script, name))
        return "\n".join(sorted(text.splitlines()))

    def base(self) -> str:
        """Return the base of the directory."""
        return os.environ.get("HOSTING_TEST_BASE", "dc=lab,dc=example")


def recap(output: str, host: str) -> str:
    """Return the line of the play recap for a host."""
    lines = [line for line in output.splitlines() if line.startswith(host) and "unreachable=" in line]
    return lines[-1] if lines else ""


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a run with everything it started on the controller."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _passwords(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key == "password" and isinstance(item, str)]
        return own + [found for item in value.values() for found in _passwords(item)]
    return [found for item in value for found in _passwords(item)] if isinstance(value, list) else []
