# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be so after a boot as well, when daemons start in whatever order they like."""

from __future__ import annotations

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

# A boot at which PHP-FPM is the first and Dovecot the last; then what PHP-FPM sees, as nsenter(1) sees it from within
# the unit: a directory that is closed has no rights at all.
_LOOK = """
set -eu
unit=$(systemctl list-units --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)
systemctl stop dovecot.service
rm -rf /run/dovecot
systemd-tmpfiles --create
systemctl restart "$unit"
systemctl start dovecot.service
process=$(systemctl show --value --property MainPID "$unit")
for path in $(systemctl show --value --property InaccessiblePaths "$unit"); do
    [ ! -e "${path#-}" ] || nsenter -t "$process" -m stat -c '%n %a' "${path#-}"
done
"""


def test_what_sites_have_no_business_with_is_closed(host: Host) -> None:
    """What is not there when PHP-FPM starts stays open when it comes."""
    found = dict(line.split() for line in host.run("bash", "-c", _LOOK).splitlines())
    assert {"/run/dovecot", "/run/slapd", "/run/proftpd", "/run/systemd/journal", "/var/spool/postfix"} <= set(found)
    assert set(found.values()) == {"0"}
