# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two customers with PHP on one host: neither gets at what is the other's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import (
    ONE,
    OTHER,
    PHP,
    TWO,
    Sites,
    as_json,
    other,
    php,
    static,
)

SECRET = "the password of one"
SOCKET = f"/run/hosting-php/{PHP}.sock"
THEIRS = f"/srv/www/{ONE}/{PHP}"
# Runs as the second customer: tries what is handed to it in each way that PHP knows.
_BURGLAR = """<?php
error_reporting(0);
function text($value) { return $value === false || $value === null ? null : $value; }
$path = $_GET['path'] ?? '';
$said = [
    'read' => text(file_get_contents($path)),
    'include' => text(@include $path),
    'list' => text(scandir($path)),
    'glob' => text(glob(dirname($path) . '/*')),
    'stat' => text(stat($path)) === null ? null : true,
    'copy' => copy($path, 'stolen') ?: null,
    'write' => file_put_contents($path . '.mine', 'x') ?: null,
    'link' => function_exists('symlink') ? (symlink($path, 'link') ?: null) : null,
    'shell' => function_exists('shell_exec') ? shell_exec('cat ' . $path) : null,
];
echo json_encode($said);
"""
_SOCKETS = """<?php
error_reporting(0);
$said = [];
foreach (json_decode($_GET['paths']) as $path) {
    $socket = stream_socket_client('unix://' . $path, $number, $text, 2);
    $said[$path] = $socket === false ? null : 'connected';
}
echo json_encode($said);
"""
_FORGER = """<?php
error_reporting(0);
openlog('postfix/smtpd', LOG_PID | LOG_NDELAY, LOG_MAIL);
syslog(LOG_INFO, 'FORGED: sasl_username=office@one.example');
ini_set('error_log', 'syslog');
error_log('FORGED by the log of errors');
$said = [];
foreach (['udg:///dev/log', 'udg:///run/systemd/journal/dev-log', 'udg:///run/systemd/journal/socket',
          'udg:///run/systemd/journal/syslog', 'unix:///run/systemd/journal/stdout',
          'udg:///var/spool/postfix/dev/log'] as $address) {
    $socket = stream_socket_client($address, $number, $text, 2);
    $said[$address] = $socket === false ? null : fwrite($socket, '<22>postfix/smtpd[9]: FORGED: sasl_username=x');
}
echo json_encode($said);
"""
_CACHE = """<?php
error_reporting(0);
echo json_encode([
    'on' => ini_get('opcache.enable'),
    'status' => function_exists('opcache_get_status') ? (opcache_get_status(true) ?: null) : null,
    'reset' => function_exists('opcache_reset') ? (opcache_reset() ?: null) : null,
    'invalidate' => function_exists('opcache_invalidate') ? (opcache_invalidate($_GET['path'], true) ?: null) : null,
    'include' => (include $_GET['path']) ?: null,
]);
"""


@pytest.fixture(scope="module")
def sites(host: Host) -> Sites:
    """Return the sites of two customers, the first of which has something to hide."""
    found = Sites(host)
    passwords = {"test-one": SECRET}
    result = found.run(php(databases=["test-one"]), static(), other(), database_passwords=passwords)
    assert not result.get("failed"), result["msg"]
    found.write(PHP, "index.php", "<?php session_start(); $_SESSION['name'] = 'one'; echo 'secret of one';")
    found.write(PHP, "hidden.txt", "secret of one")
    assert found.get(f"https://{PHP}/index.php").body == "secret of one"
    found.write(OTHER, "burglar.php", _BURGLAR)
    found.write(OTHER, "sockets.php", _SOCKETS)
    found.write(OTHER, "cache.php", _CACHE)
    found.write(OTHER, "forger.php", _FORGER)
    return found


def _ask(sites: Sites, script: str, **values: str) -> Any:
    data = [part for name, value in values.items() for part in ("--data-urlencode", f"{name}={value}")]
    return as_json(sites.get(f"https://{OTHER}/{script}", "-G", *data))


@pytest.mark.parametrize(
    "path",
    [
        f"{THEIRS}/htdocs/index.php",
        f"{THEIRS}/htdocs/hidden.txt",
        f"{THEIRS}/private/databases.json",
        f"{THEIRS}/private/databases.php",
        *(f"{THEIRS}/{name}" for name in ("sessions", "tmp")),
        THEIRS,
        f"/srv/www/{ONE}",
        "/srv/www",
        f"/srv/www/{TWO}/{OTHER}/htdocs/../../../{ONE}/{PHP}/htdocs/hidden.txt",
        f"/var/log/hosting/web/{PHP}/access.log",
        f"/etc/hosting/certificates/sites/{PHP}/site.pem",
        "/var/lib/hosting/web/current/php",
        "/etc/passwd",
    ],
)
def test_no_file_of_others_can_be_read(sites: Sites, path: str) -> None:
    said = _ask(sites, "burglar.php", path=path)
    assert {name: value for name, value in said.items() if value not in (None, [])} == {}


@pytest.mark.parametrize("path", [f"{THEIRS}/htdocs/hidden.txt", f"{THEIRS}/private/databases.json", f"/srv/www/{ONE}"])
def test_the_system_refuses_as_well(sites: Sites, path: str) -> None:
    """Open_basedir is a fence inside of PHP; the user's rights are the wall."""
    said = sites.shell(f"runuser -u hc-{TWO} -- sh -c 'cat {path} || ls {path}' 2>&1", check=False)
    assert "secret" not in said
    assert SECRET not in said
    assert "Permission denied" in said


# Swaps a file of their own and a link to another customer's, as fast as the kernel does: 20 s or until it is ended.
_SWAPPER = """
import ctypes, os, time
os.chdir('{place}')
libc = ctypes.CDLL(None, use_errno=True)
until = time.monotonic() + 20
while time.monotonic() < until:
    for _number in range(1000):
        # AT_FDCWD, RENAME_EXCHANGE: renameat2(2)
        if libc.renameat2(-100, b'x.txt', -100, b'other.txt', 2):
            raise OSError(ctypes.get_errno())
"""


@pytest.mark.parametrize("requests", [5000])
def test_no_link_is_followed_however_fast_it_is_swapped(sites: Sites, requests: int) -> None:
    """What Apache looks at and what it opens are two steps, between which a customer can put a link."""
    mine = f"/srv/www/{TWO}/{OTHER}/htdocs/race"
    owner = f"hc-{TWO}"
    sites.shell(f"install -d -o {owner} -g hw-{TWO} -m 2750 {mine}")
    as_owner = f"runuser -u {owner} -- sh -c"
    sites.shell(f"{as_owner} 'echo mine >{mine}/x.txt; ln -sf {THEIRS}/htdocs/hidden.txt {mine}/other.txt'")
    sites.host.run("tee", "/root/swapper.py", stdin=_SWAPPER.format(place=mine))
    racing = f"runuser -u {owner} -- python3 - </root/swapper.py & "
    url = f"https://{OTHER}/race/x.txt?[1-{requests}]"
    ask = f"curl -sk --parallel --parallel-max 3 --resolve {OTHER}:443:127.0.0.1 -w '%{{http_code}}\\n' '{url}'"
    said = sites.shell(f"{racing} {ask}; kill $!; wait")
    answers = said.splitlines()
    assert "secret of one" not in said
    # both have been met
    assert answers.count("mine") == answers.count("200") > 0
    assert answers.count("403") > 0
    assert answers.count("200") + answers.count("403") == requests


@pytest.mark.parametrize("name", [".htaccess", "index.html", "sub"])
def test_a_link_out_of_the_tree_is_not_even_looked_at(sites: Sites, name: str) -> None:
    """A .htaccess that leads to a file of passwords would tell its first word in the log of errors."""
    mine = f"/srv/www/{TWO}/{OTHER}/htdocs/led"
    target = f"{THEIRS}/htdocs" if name == "sub" else f"{THEIRS}/htdocs/hidden.txt"
    sites.shell(f"rm -rf {mine}; install -d -o hc-{TWO} -g hw-{TWO} -m 2750 {mine}")
    sites.shell(f"runuser -u hc-{TWO} -- ln -s {target} {mine}/{name}")
    answer = sites.get(f"https://{OTHER}/led/{'sub/hidden.txt' if name == 'sub' else ''}")
    # an index that can't be read is passed over, for the page that an empty site has
    assert answer.status == (200 if name == "index.html" else 403)
    assert "secret" not in answer.body
    assert "secret" not in sites.shell("cat /var/log/apache2/error.log")


def test_private_files_are_closed_to_the_web_server(sites: Sites) -> None:
    said = sites.shell(f"runuser -u www-data -- cat {THEIRS}/private/databases.json 2>&1", check=False)
    assert "Permission denied" in said
    assert sites.get(f"https://{PHP}/../private/databases.json", "--path-as-is").status in (400, 403, 404)


def test_no_socket_of_others_can_be_reached(sites: Sites) -> None:
    paths = [SOCKET, f"/run/hosting-php/{OTHER}.sock", "/run/hosting-php/sentinel.sock"]
    said = _ask(sites, "sockets.php", paths=json.dumps(paths))
    assert said == dict.fromkeys(paths)


# Sockets that programs of customers reach, and why that does no harm.
_REACHABLE = {
    "/run/mysqld/mysqld.sock": "MariaDB asks for a password, and sites need it",
    "/run/systemd/notify": "systemd hears the master of a unit alone (NotifyAccess)",
    "/run/systemd/io.systemd.Credentials": "systemd asks polkit, or whoever is root",
    "/run/systemd/io.systemd.Hostname": "tells what kind of machine this is; changes nothing for others than root",
    "/run/systemd/io.systemd.ManagedOOM": "listens to systemd itself",
    "/run/systemd/userdb/io.systemd.DynamicUser": "tells which numbers systemd has lent to services",
}
_KNOCK = """<?php
error_reporting(0);
$said = [];
foreach (json_decode($_POST['addresses']) as $address) {
    $socket = stream_socket_client($address, $number, $text, 2);
    if ($socket !== false) { $said[] = $address; }
}
echo json_encode($said);
"""
_LISTEN = """<?php
error_reporting(0);
$said = [];
foreach (json_decode($_POST['ports']) as $port) {
    foreach (['127.0.0.1', '127.0.0.77', '0.0.0.0', '[::1]'] as $address) {
        foreach (['tcp' => STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, 'udp' => STREAM_SERVER_BIND] as $way => $flags) {
            $bound = stream_socket_server("$way://$address:$port", $number, $text, $flags);
            if ($bound !== false) { $said[] = "$way $address:$port"; }
        }
    }
}
echo json_encode($said);
"""


def test_programs_reach_no_socket_but_those_that_are_listed(sites: Sites) -> None:
    """Every socket that there is, as a stream and as a datagram."""
    found = sites.shell("find /run /tmp /var /srv /dev -xdev -type s").split()
    sites.write(OTHER, "knock.php", _KNOCK)
    addresses = [f"{way}://{path}" for path in found for way in ("unix", "udg")]
    data = ("--data-urlencode", f"addresses={json.dumps(addresses)}")
    reached = {address.partition("://")[2] for address in as_json(sites.get(f"https://{OTHER}/knock.php", *data))}
    assert len(found) > 20  # it has looked at the right place
    assert {path for path in reached if f"/{PHP}.sock" in path} == set()
    assert reached - {f"/run/hosting-php/{OTHER}.sock"} <= set(_REACHABLE)


def test_programs_listen_nowhere(sites: Sites) -> None:
    """Neither where a daemon listens that is being restarted, nor anywhere else."""
    sites.host.require("binding")
    ports = sites.shell("ss -Htln | awk '{print $4}' | sed 's/.*://' | sort -u").split()
    sites.write(OTHER, "listen.php", _LISTEN)
    data = ("--data-urlencode", f"ports={json.dumps([0, 8079, 8471, *map(int, ports)])}")
    assert as_json(sites.get(f"https://{OTHER}/listen.php", *data)) == []


def test_no_line_of_a_service_can_be_forged(sites: Sites) -> None:
    """Exports believe what Postfix says of who has sent a message."""
    said = _ask(sites, "forger.php")
    assert len(said) == 6
    assert set(said.values()) == {None}
    sites.shell(f"runuser -u hc-{TWO} -- logger -t postfix/smtpd -p mail.info FORGED by a shell")
    for facility in ("auth", "authpriv", "daemon"):
        sites.shell(f"runuser -u hc-{TWO} -- logger -t sshd -p {facility}.info FORGED by {facility}")
    sites.shell("logger -t sshd -p auth.info HONEST sshd; sleep 0.3")
    for user in ("root", "postfix", "vmail"):
        sites.shell(f"runuser -u {user} -- logger -p mail.info HONEST {user}; sleep 0.3")
    log = sites.shell("cat /var/log/mail.log /var/log/syslog /var/log/auth.log")
    assert [user for user in ("root", "postfix", "vmail", "sshd") if f"HONEST {user}" not in log] == []
    assert "FORGED" not in log
    users = sites.shell("cat /var/log/user.log")
    assert "FORGED by a shell" in users
    assert "FORGED by the log of errors" not in users


def test_the_cache_shows_nothing_of_others(sites: Sites) -> None:
    path = f"{THEIRS}/htdocs/index.php"
    for _again in range(2):
        assert sites.get(f"https://{PHP}/index.php").body == "secret of one"
    said = _ask(sites, "cache.php", path=path)
    assert said.pop("on") == "1"
    assert said == {"status": None, "reset": None, "invalidate": None, "include": None}


@pytest.mark.parametrize("target", [f"{THEIRS}/htdocs/hidden.txt", "/etc/hostname", f"{THEIRS}/htdocs"])
def test_no_link_is_followed_by_the_web_server(sites: Sites, target: str) -> None:
    htdocs = f"/srv/www/{TWO}/{OTHER}/htdocs"
    sites.shell(f"runuser -u hc-{TWO} -- ln -sfn {target} {htdocs}/link")
    for name in ("link", "link/hidden.txt"):
        answer = sites.get(f"https://{OTHER}/{name}")
        assert answer.status in (403, 404)
        assert "secret" not in answer.body
    # their own included: what Apache looks at and what it opens are two steps
    sites.shell(f"runuser -u hc-{TWO} -- ln -sfn {htdocs}/burglar.php {htdocs}/link")
    assert sites.get(f"https://{OTHER}/link").status == 403


@pytest.mark.parametrize(
    "text",
    [
        f'RewriteEngine On\nRewriteRule ^x$ "unix:{SOCKET}|fcgi://localhost{THEIRS}/htdocs/index.php" [P]',
        f"RewriteEngine On\nRewriteRule ^x$ - [H=proxy:unix:{SOCKET}|fcgi://localhost]",
        f'<Files x>\nSetHandler "proxy:unix:{SOCKET}|fcgi://localhost"\n</Files>',
        "SetEnv PHP_ADMIN_VALUE open_basedir=/\nSetEnv PHP_VALUE auto_prepend_file=/etc/passwd",
    ],
)
def test_no_htaccess_leads_to_others(sites: Sites, text: str) -> None:
    sites.write(OTHER, ".htaccess", text)
    sites.write(OTHER, "x", "<?php echo 'run by ', posix_getuid(), ini_get('open_basedir');")
    try:
        for name in ("x", "sockets.php?paths=[]"):
            body = sites.get(f"https://{OTHER}/{name}").body
            assert "secret of one" not in body
            assert "run by 28901" not in body
            assert "root:x:" not in body
    finally:
        sites.shell(f"rm /srv/www/{TWO}/{OTHER}/htdocs/.htaccess")


def test_large_files_that_the_web_server_reads_are_named(sites: Sites) -> None:
    """A name that tries to be another line stays within its own."""
    sites.shell(f"mkdir -p '{THEIRS}/htdocs/a\nb' && head -c 70000 /dev/zero >'{THEIRS}/htdocs/a\nb/.htaccess'")
    try:
        sites.shell("systemctl start hosting-htaccess.service && journalctl --sync")
        lines = sites.shell("journalctl -t hosting-htaccess -o cat --since -1min").splitlines()
    finally:
        sites.shell(f"rm -r '{THEIRS}/htdocs/a\nb'")
    assert [line.partition("/srv/www")[2] for line in lines] == [f"/{ONE}/{PHP}/htdocs/a\\nb/.htaccess"]


def test_pools_run_as_different_users(sites: Sites) -> None:
    said = sites.shell("ps -eo user:40,args | grep '[p]hp-fpm: pool'")
    pools = {line.split()[-1]: line.split()[0] for line in said.splitlines()}
    assert pools.get(PHP, f"hc-{ONE}") == f"hc-{ONE}"
    assert pools[OTHER] == f"hc-{TWO}"
