# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates by ACME (RFC 8555), from an authority that really asks the sites, as on servers of the Internet.

The host comes from a former release, in which mod_md of Apache got them.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook

CUSTOMER, FORMER_CUSTOMER = "test-acme", "test-former"
DOMAIN, FORMER = "acme.site-test.example", "former.site-test.example"
# The last of them leads nowhere any more.
ALIASES = [f"www.{DOMAIN}", "lapsed.site-test.example"]
LAPSED = ALIASES[-1]
USERS = {
    CUSTOMER: {"user": f"hc-{CUSTOMER}", "uid": 28911, "web_gid": 38911},
    FORMER_CUSTOMER: {"user": f"hc-{FORMER_CUSTOMER}", "uid": 28912, "web_gid": 38912},
}
ACME = {
    "hosting_web_certificates": "acme",
    "hosting_web_acme_contact": "hostmaster@lab.example",
    "hosting_web_acme_authority": "https://localhost:14000/dir",
    "hosting_web_acme_ca_file": "/etc/hosting/certificates/ca.crt",
}
AUTHORITY = {
    "pebble": {
        "listenAddress": "127.0.0.1:14000",
        "managementListenAddress": "127.0.0.1:15000",
        "certificate": "/etc/hosting/certificates/host.crt",
        "privateKey": "/etc/hosting/certificates/host.key",
        "httpPort": 80,
        "tlsPort": 443,
    }
}
SITES = "/etc/hosting/certificates/sites"
SERVICE = "hosting-certificates.service"
ROOT = "/run/test-acme.crt"
# A certificate that somebody else has signed, with so many days left of ninety.
_SIGN = """
set -e
cd $(mktemp -d)
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj / 2>/dev/null
printf 'subjectAltName=%s\\n' "{names}" >extensions
openssl x509 -req -in request.pem -CA /etc/hosting/ca/ca.crt -CAkey /etc/hosting/ca/ca.key -extfile extensions \\
    -not_before $(date -u -d "{left} days -90 days" +%Y%m%d%H%M%SZ) \\
    -not_after $(date -u -d "{left} days" +%Y%m%d%H%M%SZ) -out certificate.pem 2>/dev/null
pwd
"""
# The virtual host and the files of a former release.
_FORMER = f"""
set -e
file=/var/lib/hosting/web/current/apache/{FORMER}.conf
sed -i -e '/SSLCertificateFile/d' -e '2i MDomain "{FORMER}" "www.{FORMER}"' $file
rm -r {SITES}/{FORMER}
store=/var/lib/apache2/md/domains/{FORMER}
install -d -m 0700 /var/lib/apache2/md /var/lib/apache2/md/domains $store
cp {{signed}}/certificate.pem $store/pubcert.secp256r1.pem
install -m 0600 {{signed}}/key.pem $store/privkey.secp256r1.pem
a2enmod -q md
systemctl restart apache2.service
"""


def _role(host: Host, place: Path, *options: str, variables: dict[str, str] | None = None) -> int:
    """Apply the role to the host; return how many tasks changed something, or in check mode would."""
    playbook = place / "web.yml"
    playbook.write_text(
        json.dumps([{"hosts": host.name, "become": True, "gather_facts": False, "roles": ["magmasoft.hosting.web"]}]),
        "utf-8",
    )
    inventory = os.environ["HOSTING_TEST_INVENTORY"]
    done = ansible_playbook("-i", inventory, "-e", json.dumps(variables or ACME), *options, playbook, as_json=True)
    assert done.returncode == 0, done.stdout + done.stderr
    changed: int = json.loads(done.stdout)["stats"][host.name]["changed"]
    return changed


def _arguments(*items: dict[str, Any]) -> dict[str, Any]:
    return {"sites": list(items), "users": USERS, "certificates": {"source": "acme"}}


def _site(**fields: Any) -> dict[str, Any]:
    return {"name": DOMAIN, "aliases": ALIASES, "customer": CUSTOMER, **fields}


def _former(**fields: Any) -> dict[str, Any]:
    return {"name": FORMER, "aliases": [f"www.{FORMER}"], "customer": FORMER_CUSTOMER, **fields}


def _sign(host: Host, *names: str, left: int) -> str:
    """Have the authority of the lab sign a certificate; return the directory in which it lies."""
    script = _SIGN.format(names=",".join(f"DNS:{name}" for name in names), left=left)
    return host.run("sh", "-c", script).strip()


def _served(host: Host, name: str) -> dict[str, Any]:
    """Return issuer, names and fingerprint of the certificate that visitors get."""
    return _told(host, f"openssl s_client -connect localhost:443 -servername {name} </dev/null 2>/dev/null")


def _told(host: Host, command: str) -> dict[str, Any]:
    script = f"{command} | openssl x509 -noout -issuer -fingerprint -ext subjectAltName"
    issuer, *more = host.run("sh", "-c", script).splitlines()
    fingerprint = next(line for line in more if "Fingerprint" in line)
    names = next(line for line in more if "DNS:" in line).replace("DNS:", "").replace(" ", "").split(",")
    return {"issuer": issuer, "fingerprint": fingerprint, "names": set(names)}


def _order(host: Host) -> str:
    """Have the service look after all certificates once; return what it says."""
    host.run("systemctl", "start", SERVICE, check=False)
    return host.run("systemctl", "status", "--lines=20", "--no-pager", SERVICE, check=False)


def _is_certified(host: Host, name: str) -> bool:
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", ROOT, f"https://{name}/"]
    return host.run(*command, check=False) in ("200", "403")


@pytest.fixture(scope="module")
def former(host: Host, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run an authority on the host, and Apache by it; return the certificate that a site had before."""
    host.run("tee", "/run/test-acme.json", stdin=json.dumps(AUTHORITY))
    # the authority resolves names by the system, and the names of the test are in no DNS
    known = [DOMAIN, ALIASES[0], FORMER, f"www.{FORMER}"]
    host.run("tee", "-a", "/etc/hosts", stdin=f"127.0.0.1 {' '.join(known)}\n")
    host.run(
        *("systemd-run", "--unit=test-acme", "--setenv=PEBBLE_VA_NOSLEEP=1", "--setenv=PEBBLE_WFE_NONCEREJECT=0"),
        *("/usr/bin/pebble", "-config", "/run/test-acme.json"),
    )
    assert host.module("site", _arguments(_former()))["changed"]
    signed = _sign(host, FORMER, f"www.{FORMER}", left=60)
    host.run("sh", "-c", _FORMER.format(signed=signed))
    assert "md_module" in host.run("apachectl", "-M")
    # those of a copy of the golden host wait otherwise, and the role would start them again and again
    host.run("touch", "/run/hosting-timers")
    place = tmp_path_factory.mktemp("acme")
    predicted = _role(host, place, "--check")
    assert _role(host, place) > 0
    assert predicted > 0
    assert _role(host, place) == 0
    url = "https://localhost:15000/roots/0"
    host.run("curl", "-sS", "--fail", "--cacert", ACME["hosting_web_acme_ca_file"], "-o", ROOT, url)
    return _told(host, f"cat {signed}/certificate.pem")


@pytest.fixture(scope="module")
def certified(host: Host, former: dict[str, Any]) -> dict[str, Any]:
    """Return the result of the module for a site that has got its certificate by itself."""
    done = host.converge("site", _arguments(_site()))
    until = time.monotonic() + 90
    while not _is_certified(host, DOMAIN):
        log = host.run("journalctl", "--unit", SERVICE, "--unit", "test-acme", "--lines=60", "--no-pager")
        assert time.monotonic() < until, log
        time.sleep(1)
    return done


def test_a_site_of_a_former_release_comes_over_with_its_certificate(host: Host, former: dict[str, Any]) -> None:
    assert former["names"] == {FORMER, f"www.{FORMER}"}
    assert _served(host, FORMER) == former
    assert "md_module" not in host.run("apachectl", "-M")
    assert host.run("sh", "-c", "ls -d /var/lib/apache2/md 2>&1", check=False).endswith("No such file or directory\n")
    # its virtual host is just what the module writes, and its certificate is no reason to order one
    assert host.converge("site", _arguments(_former()))["results"] == []
    _order(host)
    assert _served(host, FORMER) == former


def test_a_site_gets_a_certificate_for_what_can_be_proved(host: Host, certified: dict[str, Any]) -> None:
    """And serves it without anybody doing anything more; one alias that leads nowhere costs no other name anything."""
    assert certified["results"][0]["action"] == "create"
    served = _served(host, DOMAIN)
    assert "Pebble Intermediate CA" in served["issuer"]
    assert served["names"] == {DOMAIN, ALIASES[0]}
    assert _is_certified(host, ALIASES[0])
    assert not host.module("site", _arguments(_site()))["changed"]


def test_the_alias_at_fault_is_named(host: Host, certified: dict[str, Any]) -> None:
    told = host.module("site", _arguments(_site()))["certificates"]
    assert [(item["site"], item["name"], item["customer"]) for item in told] == [(DOMAIN, LAPSED, CUSTOMER)]
    assert LAPSED in told[0]["reason"]
    assert "again after" in told[0]["reason"]
    assert host.module("site", _arguments(_site()), check=True)["certificates"] == told
    said = _order(host)
    assert f"{DOMAIN}: {LAPSED}: " in said
    assert "Active: failed" in said
    # another customer's run is not told of it
    assert host.module("site", _arguments(_former()))["certificates"] == []


def test_no_handler_of_apache_lists_the_domains_of_others(host: Host, certified: dict[str, Any]) -> None:
    """A .htaccess reaches the handler of any module that is loaded; ``md-status`` told the names of all sites."""
    script = (
        "cd /usr/lib/apache2/modules;"
        " for name in $(apachectl -M 2>/dev/null | sed -n 's/ \\(.*\\)_module (shared)/\\1/p'); do"
        " grep -aoE '[a-z]+-(config|handler|info|manager|script|status)' mod_$name.so; done | sort -u"
    )
    handlers = sorted({"md-status", "server-status", "server-info", *host.run("sh", "-c", script).split()})
    assert "ldap-status" in handlers
    rules = "".join(f"RewriteRule ^{name}$ - [H={name}]\n" for name in handlers)
    page = f"/srv/www/{CUSTOMER}/{DOMAIN}/htdocs/.htaccess"
    host.run("runuser", "-u", f"hc-{CUSTOMER}", "--", "tee", page, stdin=f"RewriteEngine On\n{rules}")
    said = {name: host.run("curl", "-sk", "-w", "%{http_code}", f"https://{DOMAIN}/{name}") for name in handlers}
    assert {name: text for name, text in said.items() if FORMER in text or FORMER_CUSTOMER in text} == {}
    assert said["md-status"].endswith("404")


@pytest.mark.parametrize("state", ["suspended", "present"])
def test_challenges_are_answered_whatever_the_site_is(host: Host, former: dict[str, Any], state: str) -> None:
    # each run sweeps the directory, and the module has caused one
    host.run("systemctl", "stop", "hosting-certificates.path")
    assert not host.module("site", _arguments(_former(state=state))).get("failed")
    _order(host)
    host.run(
        "sh", "-c", "echo token >/var/lib/hosting/acme/challenges/test; chmod a+r /var/lib/hosting/acme/challenges/test"
    )
    url = f"http://{FORMER}/.well-known/acme-challenge"
    assert host.run("curl", "-s", f"{url}/test") == "token\n"
    for path in ("", "/", "/../../../state.json", "/..%2fstate.json"):
        said = host.run("curl", "-s", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", f"{url}{path}")
        assert said in ("301", "400", "403", "404", "503")
    host.run("systemctl", "start", "hosting-certificates.path")


@pytest.mark.parametrize("user", ["hosting-acme", "www-data", f"hc-{CUSTOMER}"])
def test_nobody_but_root_reads_a_key(host: Host, certified: dict[str, Any], user: str) -> None:
    assert host.run("find", SITES, "-type", "f", "!", "-perm", "0600") == ""
    assert host.run("find", SITES, "-type", "d", "!", "-perm", "0700") == ""
    places = [f"{SITES}/{DOMAIN}/site.pem", f"{SITES}/{FORMER}/site.pem", "/var/lib/hosting/acme/state.json"]
    places += ["/var/lib/hosting/web/proved/manifest.json", f"/srv/www/{FORMER_CUSTOMER}/{FORMER}/private"]
    if user != "hosting-acme":
        places += ["/var/lib/hosting/acme/client"]
    if user == f"hc-{CUSTOMER}":
        places += ["/var/lib/hosting/acme/challenges"]
    for place in places:
        said = host.run("runuser", "-u", user, "--", "sh", "-c", f"cat {place} || ls {place}/; true")
        assert said == "", place
    # no key of a site is where the orders are made
    assert host.run("sh", "-c", "grep -rl 'PRIVATE KEY' /var/lib/hosting/acme").split("/")[-1] == "account_key.pem\n"


def test_renewal_with_an_alias_that_lapsed(host: Host, certified: dict[str, Any]) -> None:
    """The former certificate has that name, and ends soon."""
    signed = _sign(host, DOMAIN, *ALIASES, left=5)
    host.run("sh", "-c", f"cat {signed}/certificate.pem {signed}/key.pem >{SITES}/{DOMAIN}/site.pem")
    host.run("systemctl", "reload", "apache2.service")
    assert _served(host, DOMAIN)["names"] == {DOMAIN, *ALIASES}
    assert f"{DOMAIN}: {LAPSED}: " in _order(host)
    served = _served(host, DOMAIN)
    assert served["names"] == {DOMAIN, ALIASES[0]}
    assert "Pebble" in served["issuer"]


def test_an_order_that_was_killed_heals(host: Host, certified: dict[str, Any]) -> None:
    """Dehydrated would leave a lock behind, and challenges."""
    signed = _sign(host, DOMAIN, ALIASES[0], left=5)
    host.run("sh", "-c", f"cat {signed}/certificate.pem {signed}/key.pem >{SITES}/{DOMAIN}/site.pem")
    host.run("systemctl", "kill", "--signal=STOP", "test-acme.service")
    try:
        host.run("systemctl", "start", "--no-block", SERVICE)
        waiting = "until pgrep -u hosting-acme curl >/dev/null; do sleep 0.1; done"
        host.run("timeout", "60", "sh", "-c", waiting)
        # nothing but the user of the orders speaks to the authority
        assert host.run("sh", "-c", "ps -o user:20= -C dehydrated,curl | sort -u").split() == ["hosting-acme"]
        host.run("touch", "/var/lib/hosting/acme/challenges/left")
        host.run("systemctl", "kill", "--signal=KILL", SERVICE)
        host.run("timeout", "60", "sh", "-c", f"while systemctl is-active --quiet {SERVICE}; do sleep 0.1; done")
    finally:
        host.run("systemctl", "kill", "--signal=CONT", "test-acme.service")
    before = host.run("cat", f"{SITES}/{DOMAIN}/site.pem")
    _order(host)
    assert host.run("cat", f"{SITES}/{DOMAIN}/site.pem") != before
    assert "Pebble" in _served(host, DOMAIN)["issuer"]
    assert host.run("ls", "/var/lib/hosting/acme/challenges") == ""


@pytest.mark.torture
def test_who_turns_away_from_acme_keeps_nothing_of_it(host: Host, certified: dict[str, Any], tmp_path: Path) -> None:
    local = {"hosting_web_certificates": "local"}
    predicted = _role(host, tmp_path, "--check", variables=local)
    assert _role(host, tmp_path, variables=local) >= predicted > 0
    assert _role(host, tmp_path, variables=local) == 0
    left = "ls -d /etc/systemd/system/hosting-certificates.* /etc/hosting/acme /var/lib/hosting/acme"
    assert host.run("sh", "-c", left, check=False) == ""
    # sites keep their certificates until the host has signed others
    assert "Pebble" in _served(host, DOMAIN)["issuer"]
    sites = {**_arguments(_site(), _former()), "certificates": {"source": "local"}}
    assert {item["action"] for item in host.converge("site", sites)["results"]} == {"change"}
    assert _served(host, DOMAIN)["names"] == {DOMAIN, *ALIASES}
    assert "Pebble" not in _served(host, DOMAIN)["issuer"]
