# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts daemons that run with a former configuration.

Ansible tells daemons of a new file by handlers, at the end of a play. A run that is interrupted before leaves the file
and no trace of the handler, so that no later run would tell them. Daemons are known here by the files that the roles
write for them: one that has neither started nor reloaded since is restarted. Prints their units, one a line; with
``--check`` it does nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

_CERTIFICATES = ("etc/hosting/certificates/*.crt", "etc/hosting/certificates/*.key")
_DAEMONS: Mapping[str, Sequence[str]] = {
    "systemd-journald.service": ("etc/systemd/journald.conf.d/*",),
    "rsyslog.service": ("etc/rsyslog.conf", "etc/rsyslog.d/10-hosting.conf"),
    "hosting-firewall.service": ("etc/systemd/system/hosting-firewall.service", "etc/hosting/firewall.nft"),
    "slapd.service": ("etc/systemd/system/slapd.service.d/*", "etc/default/slapd", *_CERTIFICATES),
    "mariadb.service": ("etc/mysql/mariadb.conf.d/90-hosting.cnf", *_CERTIFICATES),
    "postfix.service": ("etc/postfix/main.cf", "etc/postfix/master.cf", "etc/postfix/hosting-*.cf", *_CERTIFICATES),
    "dovecot.service": ("etc/dovecot/dovecot.conf", "etc/dovecot/hosting-*", *_CERTIFICATES),
    "apache2.service": (
        "etc/systemd/system/apache2.service.d/*",
        "etc/systemd/system/run-hosting*.mount",
        "etc/apache2/*-available/hosting*.conf",
        "etc/apache2/*-enabled/*",
        *_CERTIFICATES,
    ),
    "proftpd.service": (
        "etc/systemd/system/proftpd.service.d/*",
        "etc/proftpd/proftpd.conf",
        "etc/proftpd/hosting-*",
        *_CERTIFICATES,
    ),
    "prosody.service": (
        "etc/systemd/system/prosody.service.d/*",
        "etc/prosody/prosody.cfg.lua",
        "etc/prosody/hosting-*",
        "usr/local/share/hosting/prosody/*.lua",
        *_CERTIFICATES,
    ),
    "hosting-cloud.service": (
        "etc/systemd/system/hosting-cloud.service",
        "etc/hosting/cloud/directory.secret",
        "etc/hosting/cloud/settings.json",
        "etc/hosting/cloud/radicale.conf",
        "usr/local/lib/hosting/wsgidav.whl",
        "usr/local/lib/hosting/hosting_cloud.zip",
    ),
    "hosting-cloud-web.service": (
        "etc/systemd/system/hosting-cloud-web.service",
        "etc/hosting/cloud/apache.conf",
        *_CERTIFICATES,
    ),
}
# PHP-FPM has its version in its name, and each application of the provider's own has a master of its own.
_PHP = (
    "etc/php/{}/fpm/conf.d/99-hosting.ini",
    "etc/php/{}/fpm/pool.d/*",
    "etc/systemd/system/php{}-fpm.service.d/*",
    "etc/tmpfiles.d/hosting-web.conf",
)
_APPLICATION = (
    "etc/systemd/system/hosting-{}.service",
    "etc/hosting/{}/php.ini",
    "etc/hosting/{}/php-fpm.conf",
)
_PROPERTIES = "--property=Id,ActiveState,StateChangeTimestamp"
_TIME = "%a %Y-%m-%d %H:%M:%S.%f UTC"


def main() -> int:
    """Restart what is stale, or only tell."""
    root = Path("/")
    found = stale(daemons(root), states(daemons(root)), root, time.time())
    for unit in found:
        print(unit)  # noqa: T201 - this is the answer
    if not found or sys.argv[1:] == ["--check"]:
        return 0
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    return subprocess.run(["systemctl", "try-restart", "--", *found], check=False).returncode


def daemons(root: Path) -> dict[str, list[str]]:
    """Return unit -> patterns of its files."""
    found = {unit: list(patterns) for unit, patterns in _DAEMONS.items()}
    for directory in root.glob("etc/php/*/fpm"):
        version = directory.parent.name
        found[f"php{version}-fpm.service"] = [pattern.format(version) for pattern in _PHP]
    for configuration in root.glob("etc/hosting/*/php-fpm.conf"):
        name = configuration.parent.name
        found[f"hosting-{name}.service"] = [pattern.format(name) for pattern in _APPLICATION]
    return found


def states(units: Mapping[str, object]) -> dict[str, float]:
    """Return the units that are active, and since when: seconds since the epoch of their last start or reload."""
    argv = ["systemctl", "show", "--timestamp=us+utc", _PROPERTIES, "--", *units]
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return dict(active(said))


def active(said: str) -> Iterator[tuple[str, float]]:
    """Read what systemctl shows of units, paragraph by paragraph."""
    for paragraph in said.split("\n\n"):
        shown = dict(line.split("=", 1) for line in paragraph.splitlines() if "=" in line)
        if shown.get("ActiveState") == "active" and shown.get("StateChangeTimestamp"):
            when = datetime.strptime(shown["StateChangeTimestamp"], _TIME).replace(tzinfo=UTC)
            yield shown["Id"], when.timestamp()


def stale(units: Mapping[str, Sequence[str]], since: Mapping[str, float], root: Path, now: float) -> list[str]:
    """Return the units of which a file is newer than their last start or reload."""
    return [
        unit
        for unit, patterns in units.items()
        if unit in since and any(since[unit] < when <= now for when in _written(root, patterns))
    ]


def _written(root: Path, patterns: Sequence[str]) -> Iterator[float]:
    """Yield when files were written, and links to them made."""
    for pattern in patterns:
        for path in root.glob(pattern):
            yield path.lstat().st_mtime
            if path.exists():
                yield path.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
