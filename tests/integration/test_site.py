# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site against a real Apache and PHP-FPM."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import (
    ALL,
    ONE,
    OTHER,
    OWN_TEMPLATES,
    PHP,
    SHARED_LOG,
    STATE,
    STATIC,
    TEMPLATES,
    TWO,
    USERS,
    Sites,
    other,
    php,
    static,
    told,
)

LOGS = "/var/log/hosting/web"


@pytest.fixture
def sites(host: Host) -> Iterator[Sites]:
    """Nothing of the tests' sites is there before and after."""
    found = Sites(host)
    yield found
    found.sweep()
    assert found.shell("systemctl is-active apache2") == "active"


def _template(sites: Sites, name: str, before: str, after: str) -> dict[str, Any]:
    """Make templates of the operator's own in which something stands in another's place."""
    script = f"rm -rf {OWN_TEMPLATES}; cp -r {TEMPLATES} {OWN_TEMPLATES}"
    sites.shell(script)
    path = f"{OWN_TEMPLATES}/{name}"
    text = sites.host.run("cat", path)
    assert before in text
    sites.host.run("tee", path, stdin=text.replace(before, after, 1))
    return {"templates": OWN_TEMPLATES}


def test_a_site_of_files(sites: Sites) -> None:
    done = sites.converge(static(aliases=[f"www.{STATIC}"]))
    assert told(done) == {STATIC: ("create", "done", None)}
    sites.write(STATIC, "index.html", "good day")
    for name in (STATIC, f"www.{STATIC}"):
        answer = sites.get(f"https://{name}/")
        assert (answer.status, answer.body) == (200, "good day")
        plain = sites.get(f"http://{name}/a%20b?c=d")
        assert plain.status == 301
        assert f"location: https://{name}/a%20b?c=d" in plain.headers
    assert sites.get(f"http://{STATIC}/.well-known/acme-challenge/x").status == 404
    # a site that is not told to run PHP does not hand it out either
    for name in ("wp-config.php", "config.php5", "db.inc", "wp-config.php.bak"):
        sites.write(STATIC, name, "<?php $password = 'secret';")
        assert sites.get(f"https://{STATIC}/{name}").status == 403, name
    assert sites.shell(f"tail -n 5 {SHARED_LOG} | cut -d' ' -f1 | sort -u").startswith(f"{STATIC}:")
    assert sites.shell(f"ls -d {LOGS}/{STATIC}", check=False) == ""


def test_owners_and_modes_are_those_of_the_documentation(sites: Sites) -> None:
    sites.converge(php())
    top = f"/srv/www/{ONE}"
    site = f"{top}/{PHP}"
    user, shared = f"hc-{ONE}", f"hw-{ONE}"
    expected = {
        top: f"root:{shared} 750",
        site: f"root:{shared} 750",
        f"{site}/htdocs": f"{user}:{shared} 2750",
        **{f"{site}/{name}": f"{user}:{user} 700" for name in ("tmp", "sessions")},
        f"{site}/private": f"root:{user} 750",
        f"{LOGS}/{PHP}": "root:adm 750",
        f"/etc/hosting/certificates/sites/{PHP}": "root:root 700",
        f"/etc/hosting/certificates/sites/{PHP}/site.pem": "root:root 600",
    }
    for path, wanted in expected.items():
        assert sites.shell(f"stat -c '%U:%G %a' {path}") == wanted, path
    assert sites.shell(f"getent passwd {user}") == f"{user}:x:28901:28901:Customer {ONE}:{top}:/usr/sbin/nologin"
    assert set(sites.shell(f"getent group {shared}").split(":")[3].split(",")) == {user, "www-data"}


def test_a_site_with_php_and_logs_of_its_own(sites: Sites) -> None:
    sites.converge(php())
    sites.write(PHP, "index.php", "<?php error_log('a word'); echo posix_getuid(), ini_get('session.save_path');")
    answer = sites.get(f"https://{PHP}/")
    assert (answer.status, answer.body) == (200, f"28901/srv/www/{ONE}/{PHP}/sessions")
    assert sites.get(f"https://{PHP}/index.php").status == 200
    assert sites.get(f"https://{PHP}/missing.php").status == 404
    assert sites.get(f"https://{PHP}/index.php/behind").status in (200, 404)
    sites.write(PHP, "picture.jpg", "<?php echo 'run';")
    assert "<?php" in sites.get(f"https://{PHP}/picture.jpg").body
    assert sites.get(f"https://{PHP}/picture.jpg/x.php").status == 404
    for name in ("old.phtml", "config.PHP", "config.php7", "db.inc", "config.php.bak", "config.php~"):
        sites.write(PHP, name, "<?php $password = 'secret';")
        assert sites.get(f"https://{PHP}/{name}").status == 403, name
    assert "GET /index.php" in sites.shell(f"cat {LOGS}/{PHP}/access.log")
    assert "a word" in sites.shell(f"cat {LOGS}/{PHP}/error.log")
    assert PHP not in sites.shell(f"cut -d: -f1 {SHARED_LOG}")


def test_sessions_that_are_too_old_are_removed(sites: Sites) -> None:
    """By visits themselves, since nothing else looks into a site's sessions; those in use stay, and other files."""
    sites.converge(php())
    sites.write(PHP, "index.php", "<?php session_start(); $_SESSION['seen'] = true; echo session_id();")
    directory = f"/srv/www/{ONE}/{PHP}/sessions"
    left = sites.get(f"https://{PHP}/index.php").body
    sites.shell(f"cd {directory} && touch -d '2 days ago' sess_{left} && cp -p sess_{left} other")
    used = sites.get(f"https://{PHP}/index.php").body
    url, options = f"https://{PHP}/index.php", f"-sk -o /dev/null --resolve {PHP}:443:127.0.0.1"
    # one start in a hundred looks, so a thousand leave no doubt
    sites.shell(
        f"for n in $(seq 100); do curl {options} '{url}?[1-10]'; test -e {directory}/sess_{left} || exit 0; done"
    )
    found = sites.shell(f"ls {directory}").split()
    assert f"sess_{left}" not in found
    assert {f"sess_{used}", "other"} <= set(found)


def test_what_changes_is_told_by_field(sites: Sites) -> None:
    sites.converge(static())
    done = sites.converge(static(aliases=[f"www.{STATIC}"]))
    assert done["results"][0]["fields"] == ["aliases", "certificate"]
    done = sites.converge(static(aliases=[f"www.{STATIC}"], log="own"))
    assert done["results"][0]["fields"] == ["directories", "log"]
    done = sites.converge(static(aliases=[f"www.{STATIC}"], log="own", kind="php"))
    assert done["results"][0]["fields"] == ["directories", "kind"]
    done = sites.converge(static())
    assert done["results"][0]["fields"] == ["aliases", "certificate", "kind", "log"]
    assert "-certificate: local" not in str(done["diff"])
    assert sites.serves(STATIC)


def test_only_daemons_that_are_concerned_are_reloaded(sites: Sites) -> None:
    sites.converge(php())
    script = "journalctl --sync; journalctl -o cat -u 'php*-fpm.service' | grep -c '^Reloading '"
    before = int(sites.shell(script))
    assert before > 0
    sites.converge(php(), static())
    assert int(sites.shell(script)) == before


def test_suspended_and_back(sites: Sites) -> None:
    sites.converge(static(), php())
    sites.write(STATIC, "index.html", "good day")
    sites.write(PHP, "index.php", "<?php echo 'good day';")
    assert sites.serves(PHP)
    assert sites.shell(f"pgrep -u hc-{ONE}")
    done = sites.converge(static(state="suspended", language="de"), php(state="suspended", language="it"))
    assert sites.shell(f"pgrep -u hc-{ONE}", check=False) == ""
    assert told(done) == {STATIC: ("suspend", "done", None), PHP: ("suspend", "done", None)}
    for url in (f"http://{STATIC}/", f"https://{STATIC}/anything", f"https://{PHP}/index.php"):
        answer = sites.get(url)
        assert answer.status == 503
        assert "retry-after: 86400" in answer.headers
        assert ("Vor&#252;bergehend nicht erreichbar" in answer.body) is (STATIC in url)
        assert ("Temporaneamente non disponibile" in answer.body) is (PHP in url)
    assert sites.shell(f"cat /srv/www/{ONE}/{STATIC}/htdocs/index.html") == "good day"
    done = sites.converge(static(), php())
    assert told(done) == {STATIC: ("resume", "done", None), PHP: ("resume", "done", None)}
    assert [sites.get(f"https://{name}/").body for name in (STATIC, PHP)] == ["good day", "good day"]


def test_a_site_may_be_made_suspended(sites: Sites) -> None:
    done = sites.converge(php(state="suspended"))
    assert told(done) == {PHP: ("create", "done", None)}
    assert sites.get(f"https://{PHP}/").status == 503
    sites.converge(php())
    sites.write(PHP, "index.php", "<?php echo 'good day';")
    assert sites.get(f"https://{PHP}/").body == "good day"


def test_credentials_of_databases(sites: Sites) -> None:
    password = 'it\'s a \\ "secret" ${HOME}'
    done = sites.converge(php(databases=["test-web"]), database_passwords={"test-web": password, "other": "x" * 12})
    assert "secret" not in str(done["results"]) + str(done["diff"]) + done["msg"]
    script = "<?php $all = require '../private/databases.php'; echo $all['test-web']['password'];"
    sites.write(PHP, "index.php", script)
    assert sites.get(f"https://{PHP}/").body == password
    assert sites.shell(f"stat -c '%U:%G %a' /srv/www/{ONE}/{PHP}/private/*") == "\n".join([f"root:hc-{ONE} 640"] * 2)
    assert not sites.run(php(databases=["test-web"]))["changed"]
    done = sites.converge(php(databases=["test-web"]), database_passwords={"test-web": "another one"})
    assert done["results"][0]["fields"] == ["credentials"]
    sites.shell(f"rm /srv/www/{ONE}/{PHP}/private/databases.json")
    failed = sites.run(php(databases=["test-web"]))
    assert told(failed) == {PHP: ("change", "failed", "password-unknown")}
    assert "reset_password" in failed["msg"]
    sites.converge(php(databases=["test-web"]), database_passwords={"test-web": "a third one"})
    sites.converge(php())
    assert sites.shell(f"ls /srv/www/{ONE}/{PHP}/private") == ""


@pytest.mark.parametrize("plant", ["ln -s /etc", "mkfifo", "touch", "ln -s /nonexistent"])
def test_something_else_in_the_place_of_a_directory(sites: Sites, plant: str) -> None:
    sites.converge(static(), other())
    base = f"/srv/www/{ONE}"
    sites.shell(f"mv {base}/{STATIC} {base}/aside && {plant} {base}/{STATIC}")
    failed = sites.run(static(), other(aliases=[f"www.{OTHER}"]))
    assert told(failed) == {STATIC: ("change", "failed", "unsafe-path"), OTHER: ("change", "done", None)}
    assert sites.serves(f"www.{OTHER}")
    predicted = sites.run(static(aliases=[f"www.{STATIC}"]), check=True)
    assert told(predicted) == {STATIC: ("change", "failed", "unsafe-path")}
    sites.shell(f"rm {base}/{STATIC} && mv {base}/aside {base}/{STATIC}")
    sites.converge(static(), other(aliases=[f"www.{OTHER}"]))


@pytest.mark.parametrize("plant", ["ln -s /etc/passwd", "mkdir", "mkfifo"])
def test_something_else_in_the_place_of_a_log(sites: Sites, plant: str) -> None:
    sites.shell(f"mkdir -p {LOGS}/{PHP} && {plant} {LOGS}/{PHP}/access.log")
    failed = sites.run(php(), static())
    assert told(failed) == {PHP: ("create", "failed", "unusable-log"), STATIC: ("create", "done", None)}
    assert f"{LOGS}/{PHP}/access.log" in failed["msg"]
    sites.shell(f"rm -r {LOGS}/{PHP}/access.log")
    assert told(sites.converge(php(), static())) == {PHP: ("create", "done", None)}


def test_a_site_that_would_stop_apache_is_named_by_whichever_run_it_costs(sites: Sites) -> None:
    """A run about another customer's site takes it out of service, foretells that, and fails."""
    sites.converge(php(), static())
    sites.shell(f"cd {LOGS}/{PHP} && mv access.log aside && mkdir access.log")
    expected = {PHP: ("remove", "failed", "unusable-log")}
    assert told(sites.run(static(), check=True)) == expected
    assert sites.serves(PHP)
    failed = sites.run(static())
    assert told(failed) == expected
    assert f"{LOGS}/{PHP}/access.log" in failed["msg"]
    assert f"{PHP}.conf" not in sites.shell(f"ls {STATE}/current/apache").split()
    assert sites.serves(STATIC)
    sites.shell(f"cd {LOGS}/{PHP} && rmdir access.log && mv aside access.log")
    assert told(sites.converge(php(), static())) == {PHP: ("create", "done", None)}


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        ("site.static.conf.j2", "DirectoryIndex", "{{ nothing_of_this_name }}", "template-error"),
        ("site.static.conf.j2", "DirectoryIndex", "{% frobnicate %}", "template-error"),
        ("site.static.conf.j2", "DirectoryIndex", "Frobnicate", "configuration-rejected"),
        ("site.static.conf.j2", "DirectoryIndex", "SSLCACertificateFile /etc/passwd #", "configuration-rejected"),
    ],
)
def test_a_template_that_is_broken_for_one_kind(sites: Sites, name: str, before: str, after: str, code: str) -> None:
    sites.converge(php())
    former = sites.generation()
    options = _template(sites, name, before, after)
    failed = sites.run(static(), php(aliases=[f"www.{PHP}"]), **options)
    assert told(failed) == {STATIC: ("create", "failed", code), PHP: ("change", "done", None)}
    assert sites.generation() != former
    assert sites.serves(f"www.{PHP}")
    assert sites.shell("systemctl is-active apache2") == "active"
    sites.converge(static(), php(aliases=[f"www.{PHP}"]))


def test_a_pool_that_kills_php(sites: Sites) -> None:
    sites.converge(static())
    own = f'{{{{ "nobody-of-this-name" if site.name == "{OTHER}" else user | fpm }}}}'
    options = _template(sites, "pool.conf.j2", "{{ user | fpm }}", own)
    failed = sites.run(php(), other(), **options)
    assert told(failed) == {PHP: ("create", "done", None), OTHER: ("create", "failed", "configuration-rejected")}
    assert "nobody-of-this-name" in failed["msg"]
    sites.write(PHP, "index.php", "<?php echo 'good day';")
    assert sites.get(f"https://{PHP}/").body == "good day"
    sites.converge(php(), other())


@pytest.mark.parametrize("unit", ["apache2.service", "php*-fpm.service"])
def test_a_daemon_that_is_stopped(sites: Sites, unit: str) -> None:
    sites.converge(static())
    former = sites.generation()
    unit = sites.shell(f"systemctl list-units --no-legend --plain '{unit}' | cut -d' ' -f1")
    sites.shell(f"systemctl stop {unit}")
    try:
        started = time.monotonic()
        result = sites.run(static(), php())
        assert time.monotonic() - started < 15
    finally:
        sites.shell(f"systemctl start {unit}")
    assert result["failed"]
    assert not result["changed"]
    assert result["error"]["code"] == "service-unavailable"
    assert result["counts"] == {"unknown": 2}
    assert sites.generation() == former
    assert sites.shell(f"ls -d /srv/www/{ONE}/{PHP}", check=False) == ""
    sites.converge(static(), php())


def test_configuration_of_others_that_is_broken(sites: Sites) -> None:
    sites.converge(static())
    former = sites.generation()
    sites.host.run("tee", "/etc/apache2/sites-enabled/site-test.conf", stdin="Frobnicate\n")
    try:
        result = sites.run(static(), php())
    finally:
        sites.shell("rm /etc/apache2/sites-enabled/site-test.conf")
    assert told(result) == {PHP: ("create", "failed", "service-unavailable")}
    assert "sites-enabled/site-test.conf" in result["msg"]
    assert sites.generation() == former
    assert sites.serves(STATIC)
    sites.converge(static(), php())


def test_configuration_that_somebody_has_changed(sites: Sites) -> None:
    sites.converge(static(), php())
    sites.shell(f"echo '# mine' >> {STATE}/current/apache/{STATIC}.conf; rm {STATE}/current/php/{PHP}.conf")
    done = sites.converge(static(), php())
    assert {item["name"]: item["fields"] for item in done["results"]} == {
        STATIC: ["configuration"],
        PHP: ["configuration"],
    }
    assert "# mine" not in sites.shell(f"cat {STATE}/current/apache/{STATIC}.conf")
    sites.shell(f"chmod 777 /srv/www/{ONE}/{PHP}/private; chown root /srv/www/{ONE}/{STATIC}/htdocs")
    done = sites.converge(static(), php())
    assert [item["fields"] for item in done["results"]] == [["directories"], ["directories"]]


def test_certificates_that_will_not_do_are_issued_anew(sites: Sites) -> None:
    sites.converge(static())
    path = f"/etc/hosting/certificates/sites/{STATIC}/site.pem"
    former = sites.shell(f"cat {path}")
    sites.shell(f"touch {path}")
    done = sites.converge(static())
    assert done["results"][0]["fields"] == ["certificate"]
    assert sites.shell(f"cat {path}") == former
    sites.shell(f"echo garbage > {path}")
    sites.converge(static())
    assert sites.shell(f"cat {path}") != former
    assert sites.serves(STATIC)
    text = sites.shell(f"openssl x509 -in {path} -noout -text")
    assert f"DNS:{STATIC}" in text
    assert "CA:FALSE" in text


@pytest.mark.parametrize(
    "account",
    [
        f"useradd -u 28999 hc-{ONE}",
        "useradd -u 28901 site-test-stranger",
        "groupadd -g 38901 site-test-stranger",
        f"groupadd -g 38999 hw-{ONE}",
    ],
)
def test_names_and_numbers_of_somebody_else(sites: Sites, account: str) -> None:
    sites.shell(account)
    try:
        failed = sites.run(static(), other())
        assert told(failed) == {STATIC: ("create", "failed", "system-user-taken"), OTHER: ("create", "done", None)}
    finally:
        sites.shell(
            f"userdel -r hc-{ONE}; userdel -r site-test-stranger; groupdel hw-{ONE}; groupdel site-test-stranger",
            check=False,
        )
    sites.converge(static(), other())


def test_a_customer_without_a_number(sites: Sites) -> None:
    del sites.users[ONE]
    failed = sites.run(static(), other())
    assert told(failed) == {STATIC: ("create", "failed", "no-system-user"), OTHER: ("create", "done", None)}


def test_an_adopted_user_is_used_and_never_changed(sites: Sites) -> None:
    sites.users[ONE] = {"user": "site-test-old", "uid": 28950, "web_gid": 38950}
    failed = sites.run(php())
    assert told(failed) == {PHP: ("create", "failed", "system-user-missing")}
    sites.shell("useradd -u 28950 -g users -s /bin/bash -d /home/old site-test-old")
    line = sites.shell("getent passwd site-test-old")
    try:
        sites.converge(php(databases=["test-old"]), database_passwords={"test-old": "a password"})
        script = "<?php echo posix_getuid(), (require '../private/databases.php')['test-old']['password'];"
        path = f"/srv/www/{ONE}/{PHP}/htdocs/index.php"
        sites.host.run("runuser", "-u", "site-test-old", "--", "tee", path, stdin=script)
        assert sites.get(f"https://{PHP}/").body == "28950a password"
        private = f"/srv/www/{ONE}/{PHP}/private"
        assert sites.shell(f"stat -c '%U:%G %a' {private}/databases.json") == "site-test-old:root 400"
        sites.converge(php(state="absent"), purge=True)
        assert sites.shell("getent passwd site-test-old") == line
    finally:
        sites.shell("userdel site-test-old", check=False)


def test_what_is_not_managed_or_not_ours_is_left_alone(sites: Sites) -> None:
    vhost = f"<VirtualHost *:80>\n  ServerName {OTHER}\n  ServerAlias www.{OTHER}\n</VirtualHost>\n"
    sites.host.run("tee", "/etc/apache2/sites-enabled/site-test.conf", stdin=vhost)
    try:
        result = sites.run(
            other(managed=False, root="/var/www/other"), static(managed=False), static(name=f"x.{STATIC}")
        )
        found = {item["name"]: item["found"] for item in result["unmanaged"]}
        assert found == {OTHER: "yes", STATIC: "no"}
        assert told(result) == {f"x.{STATIC}": ("create", "done", None)}
        failed = sites.run(other())
        assert told(failed) == {OTHER: ("change", "failed", "not-ours")}
        failed = sites.run(static(aliases=[f"www.{OTHER}"]))
        assert told(failed) == {STATIC: ("change", "failed", "not-ours")}
    finally:
        sites.shell("rm /etc/apache2/sites-enabled/site-test.conf")
        sites.run(static(name=f"x.{STATIC}", state="absent"), purge=True)


def test_a_name_belongs_to_one_site(sites: Sites) -> None:
    sites.converge(static(aliases=[f"www.{STATIC}"]))
    failed = sites.run(other(aliases=[f"www.{STATIC}"]))
    assert told(failed) == {OTHER: ("create", "failed", "name-in-use")}
    failed = sites.run(static(), php(aliases=["x.site-test.example"]), other(aliases=["x.site-test.example"]))
    assert told(failed)[OTHER] == ("create", "failed", "name-in-use")


def test_absent_keeps_files_unless_told(sites: Sites) -> None:
    sites.converge(static(), php())
    sites.write(PHP, "index.php", "<?php echo 'good day';")
    done = sites.converge(php(state="absent"))
    assert told(done) == {PHP: ("remove", "done", None)}
    assert "no site of this name" in sites.get(f"http://{PHP}/").body
    assert sites.shell(f"ls /srv/www/{ONE}/{PHP}/htdocs") == "index.php"
    taken = sites.run(php(customer=TWO))
    assert told(taken) == {PHP: ("create", "failed", "owned-by-other")}
    done = sites.converge(php(state="absent"), purge=True)
    assert done["results"][0]["fields"] == ["certificate", "files", "logs", "mark"]
    assert sites.shell(f"ls /srv/www/{ONE}") == STATIC
    sites.shell(f"ln -s /etc /srv/www/{ONE}/{STATIC}/htdocs/link")
    done = sites.converge(static(state="absent"), purge=True)
    assert done["results"][0]["fields"] == ["certificate", "files", "mark", "user"]
    assert sites.shell(f"ls -d /srv/www/{ONE}; getent passwd hc-{ONE}; getent group hw-{ONE}", check=False) == ""
    assert sites.shell("test -e /etc/passwd && echo kept") == "kept"
    # what is left where a run is killed at the very end
    sites.shell(f"useradd -u 28901 -U -M -s /usr/sbin/nologin hc-{ONE}; mkdir -p /srv/www/{ONE}/of-somebody")
    assert sites.run(static(state="absent"), purge=True)["results"] == []
    sites.shell(f"rm -r /srv/www/{ONE}")
    done = sites.converge(static(state="absent"), purge=True)
    assert done["results"][0]["fields"] == ["user"]
    assert sites.shell(f"getent passwd hc-{ONE}", check=False) == ""


def test_orphans_are_told_and_left(sites: Sites) -> None:
    sites.converge(static(), other())
    result = sites.run(static(), complete=True)
    assert OTHER in [item["name"] for item in result["orphans"]]
    result = sites.run(static(), complete=True, withheld=[TWO])
    assert OTHER not in [item["name"] for item in result["orphans"]]
    assert not result["changed"]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "../etc"},
        {"name": 'x" \n.example'},
        {"name": "${HOME}.example"},
        {"aliases": ["a b.example"]},
        {"aliases": ["x.example>"]},
        {"customer": "../../etc"},
        {"databases": ["a'b"]},
    ],
)
def test_values_that_could_mean_something_else(sites: Sites, fields: dict[str, str]) -> None:
    if "customer" in fields:
        sites.users = {fields["customer"]: USERS[ONE]}
    result = sites.run(php(**fields))
    assert [(item["status"], item["error"]["code"]) for item in result["results"]] == [("failed", "invalid-name")]
    assert not result["changed"]


@pytest.mark.parametrize(
    "delay", [0.8, *(pytest.param(delay, marks=pytest.mark.torture) for delay in (0.2, 0.5, 1.1, 1.5, 2.0))]
)
def test_a_run_that_is_killed(sites: Sites, delay: float) -> None:
    sites.converge(static())
    wanted = [static(aliases=[f"www.{STATIC}"]), php(), other()]
    with sites.host.started("site", sites.arguments(*wanted)) as run:
        sites.shell("for i in $(seq 200); do pgrep -f '[A]nsiballZ_site' && break; sleep 0.05; done")
        time.sleep(delay)
        sites.shell("pkill -KILL -f '[A]nsiballZ_site'", check=False)
        run.wait()
    assert sites.shell(f"ls {STATE}/current/apache/000-sentinel.conf")
    assert not sites.run(*wanted).get("failed")
    sites.converge(*wanted)
    for name in ALL:
        assert sites.serves(name)
    assert sites.shell(f"ls -a {STATE}/generations | grep -c '^.new'", check=False) == "0"
    assert sites.shell(f"readlink {STATE}/proved") == sites.generation()
