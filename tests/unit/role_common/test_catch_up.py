# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which daemons run with a former configuration, from files and from what systemd says of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.roles.common.files.hosting_catch_up import active, daemons, stale

NOW = 1764300000.0
# as `systemctl show --timestamp=us+utc` of version 257 tells it
SAID = """Id=dovecot.service
ActiveState=active
StateChangeTimestamp=Fri 2025-11-28 03:00:00.250000 UTC

Id=proftpd.service
ActiveState=inactive
StateChangeTimestamp=Fri 2025-11-28 03:00:00.000000 UTC

Id=prosody.service
ActiveState=inactive
StateChangeTimestamp=
"""
SINCE = {"dovecot.service": 1764298800.25}


def test_only_daemons_that_run_count() -> None:
    assert dict(active(SAID)) == SINCE


def _written(root: Path, name: str, when: float) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (when, when))
    return path


@pytest.mark.parametrize(
    ("name", "when", "found"),
    [
        ("etc/dovecot/dovecot.conf", 1764298800.5, True),
        ("etc/dovecot/dovecot.conf", 1764298800.0, False),
        ("etc/hosting/certificates/host.crt", 1764299000.0, True),
        # a clock that was wrong
        ("etc/dovecot/dovecot.conf", NOW + 5, False),
        ("etc/dovecot/conf.d/of-somebody-else.conf", 1764299000.0, False),
        ("etc/postfix/main.cf", 1764299000.0, False),
    ],
)
def test_a_file_that_is_newer_than_the_daemon(tmp_path: Path, name: str, when: float, *, found: bool) -> None:
    _written(tmp_path, name, when)
    assert stale(daemons(tmp_path), SINCE, tmp_path, NOW) == (["dovecot.service"] if found else [])


def test_a_link_counts_with_what_it_leads_to(tmp_path: Path) -> None:
    since = {"apache2.service": 1764298800.0}
    target = _written(tmp_path, "etc/apache2/sites-available/hosting-x.conf", 1764298700.0)
    (tmp_path / "etc/apache2/sites-enabled").mkdir()
    link = tmp_path / "etc/apache2/sites-enabled/hosting-x.conf"
    link.symlink_to("../sites-available/hosting-x.conf")
    os.utime(link, (1764298700.0, 1764298700.0), follow_symlinks=False)
    assert stale(daemons(tmp_path), since, tmp_path, NOW) == []
    os.utime(target, (1764298900.0, 1764298900.0))
    assert stale(daemons(tmp_path), since, tmp_path, NOW) == ["apache2.service"]
    link.unlink()
    target.unlink()
    link.symlink_to("gone")
    os.utime(link, (1764298900.0, 1764298900.0), follow_symlinks=False)
    assert stale(daemons(tmp_path), since, tmp_path, NOW) == ["apache2.service"]


def test_php_and_applications_are_found_by_what_there_is(tmp_path: Path) -> None:
    _written(tmp_path, "etc/php/8.4/fpm/pool.d/hosting.conf", 1764298900.0)
    _written(tmp_path, "etc/hosting/webmail/php-fpm.conf", 1764298900.0)
    since = dict.fromkeys(("php8.4-fpm.service", "hosting-webmail.service", "hosting-cloud.service"), 1764298800.0)
    assert stale(daemons(tmp_path), since, tmp_path, NOW) == ["php8.4-fpm.service", "hosting-webmail.service"]
