# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs are in one place, and gone when their days are over."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

DAY = 86400
# What the system itself keeps longer, about itself only.
OF_THE_SYSTEM = {"alternatives.log", "btmp", "dpkg.log", "lastlog", "wtmp", "wtmp.db", "apt", "dbconfig-common"}
# Log -> days: as the inventory of the scenario says for mail, and by default for all others.
KEPT = {
    "/var/log/mail.log": 10,
    "/var/log/syslog": 14,
    "/var/log/auth.log": 14,
    "/var/log/apache2/other_vhosts_access.log": 14,
    "/var/log/apache2/error.log": 14,
    "/var/log/hosting/web/alpenverein.example/access.log": 14,
    "/var/log/hosting/web/alpenverein.example/error.log": 14,
    "/var/log/hosting/cloud/access.log": 14,
    "/var/log/proftpd/proftpd.log": 14,
    "/var/log/proftpd/controls.log": 14,
    "/var/log/prosody/prosody.log": 7,
}


def test_every_log_is_rotated(host: Host) -> None:
    """Those of the system itself apart."""
    looked_at = host.run("sh", "-c", "logrotate --debug /etc/logrotate.conf 2>&1").splitlines()
    rotated = {line.removeprefix("considering log ") for line in looked_at if line.startswith("considering log ")}
    found = host.run("sh", "-c", "cd /var/log && find . -type f -printf '%P\\n'").splitlines()
    current = {path for path in found if not re.search(r"(\.\d+|-\d{8}|\.gz)$", path)}
    logs = {f"/var/log/{path}" for path in current if path.partition("/")[0] not in OF_THE_SYSTEM}
    assert logs >= KEPT.keys()
    assert sorted(logs - rotated) == []


def test_logs_go_when_their_days_are_over(host: Host) -> None:
    """And the daemons go on with the new file."""
    now = time.time()
    # what has been rotated today already stands in the way of another time
    lines = [f"find /var/log -name '*-{time.strftime('%Y%m%d', time.gmtime(now))}*' -delete"]
    for path, days in KEPT.items():
        for age in (days - 1, days + 1):
            stamp = now - age * DAY
            name = f"{path}-{time.strftime('%Y%m%d', time.gmtime(stamp))}.gz"
            lines.append(f"touch -d @{int(stamp)} {name}")
    host.run("sh", "-es", stdin="\n".join(lines))
    host.run("logrotate", "--force", "/etc/logrotate.conf")
    for path, days in KEPT.items():
        left = host.run("sh", "-c", f"ls {path}-*.gz", check=False).split()
        dates = {name.removeprefix(f"{path}-").removesuffix(".gz") for name in left}
        assert time.strftime("%Y%m%d", time.gmtime(now - (days - 1) * DAY)) in dates, path
        assert time.strftime("%Y%m%d", time.gmtime(now - (days + 1) * DAY)) not in dates, path
        host.run("rm", "-f", *left)
    assert _logged(host, "mail.info", "/var/log/mail.log") == 1


def test_the_mail_log_is_there_also_where_nobody_writes_mail(host: Host) -> None:
    """As on a host of the webmail alone: an export takes a log that is not there for one that lies elsewhere."""
    # what another test has rotated today would be in the way
    host.run("sh", "-c", "rm -f /var/log/*-$(date +%Y%m%d)*; logrotate --force /etc/logrotate.d/rsyslog")
    assert host.run("stat", "-c", "%U:%G %a", "/var/log/mail.log").strip() == "root:adm 640"
    assert _logged(host, "mail.info", "/var/log/mail.log") == 1


@pytest.mark.parametrize(("facility", "place"), [("mail", "/var/log/mail.log"), ("auth", "/var/log/auth.log")])
def test_no_log_has_a_second_copy(host: Host, facility: str, place: str) -> None:
    """Nor does the journal keep one on disk."""
    assert _logged(host, f"{facility}.info", place) == 1
    assert host.run("find", "/var/log/journal", "-type", "f", check=False) == ""
    assert "Storage=volatile" in host.run("systemd-analyze", "cat-config", "systemd/journald.conf")


def _logged(host: Host, priority: str, place: str) -> int:
    """Log a line, and return in how many files below /var/log it stands once it is in its place."""
    mark = str(uuid.uuid4())
    host.run("logger", "-p", priority, mark)
    for _attempt in range(50):
        found = host.run("grep", "-rlF", mark, "/var/log", check=False).split()
        if place in found:
            return len(found)
        time.sleep(0.1)
    raise AssertionError(f"not in {place}: {found}")
