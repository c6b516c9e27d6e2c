# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One broken item never stops the others, whatever is broken about it; the run after the repair heals."""

from __future__ import annotations

import os
import re

from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider

CLOUD = "/srv/cloud/office@broken-cloud.example"
CHAT = "/etc/hosting/certificates/chat/broken-chat.example"
# How many other customers there are; `make torture` takes a thousand.
CROWD = int(os.environ.get("HOSTING_CROWD", "10"))


def test_every_kind_of_broken_item_at_once(provider: Provider) -> None:
    good = provider.customer("broken-good")
    for number in range(CROWD):
        provider.customer(f"broken-crowd-{number}")
    sites = {"sites": [{"domain": "broken-link.example", "kind": "static", "log": "own"}], "databases": []}
    provider.customer("broken-link", **sites)
    provider.customer("broken-log", sites=[{"domain": "broken-log.example", "log": "own"}], databases=[])
    provider.customer("broken-base")
    provider.customer("broken-mail")
    provider.customer("broken-cloud")
    provider.customer("broken-chat")
    host = provider.host
    provider.apply()
    # A customer can't do this one, their tree belongs to root; somebody with a root shell did.
    host.run("rm", "-r", "/srv/www/broken-link/broken-link.example/htdocs")
    host.run("ln", "-s", "/etc", "/srv/www/broken-link/broken-link.example/htdocs")
    host.run(
        "sh",
        "-c",
        "cd /var/log/hosting/web/broken-log.example && rm -f access.log && mkdir access.log",
    )
    host.run(
        "mariadb", stdin="UPDATE magmasoft_hosting.ownership SET customer = 'somebody' WHERE name = 'broken-base-web'"
    )
    host.run(
        "ldapdelete",
        "-Q",
        "-Y",
        "EXTERNAL",
        "-H",
        "ldapi:///",
        "mail=office@broken-mail.example,o=broken-mail,ou=customers,dc=lab,dc=example",
    )
    host.run("sh", "-c", f"rm -r {CLOUD} && ln -s /etc {CLOUD}")
    host.run("sh", "-c", f"rm -r {CHAT} && ln -s /root {CHAT}")
    foreign = (
        "dn: cn=foreign,dc=lab,dc=example\nobjectClass: inetOrgPerson\ncn: foreign\nsn: foreign\n"
        "mail: office@broken-mail.example\n"
    )
    host.run("ldapadd", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", stdin=foreign)
    late = provider.customer("broken-late")
    try:
        done = provider.run("customers")
        assert done.code != 0
        verdict = done.output[done.output.rindex("Give the verdict") :]
        for named in (
            "site broken-link.example",
            "site broken-log.example",
            "database broken-base-web",
            "mailbox office@broken-mail.example",
            "cloud_account office@broken-cloud.example",
            "chat_account office@broken-chat.example",
        ):
            assert named in verdict, verdict
        assert "broken-good" not in verdict
        assert _answers(provider, good)
        assert _answers(provider, late)
        assert re.search(r"\b6 failed\b", verdict), verdict
        assert host.run("stat", "-c", "%U %a", "/etc").split() == ["root", "755"]
        assert host.run("find", "/root", "-name", "chat.pem") == ""
    finally:
        host.run("ldapdelete", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "cn=foreign,dc=lab,dc=example")
        host.run("rm", "/srv/www/broken-link/broken-link.example/htdocs", CLOUD, CHAT)
        host.run("rmdir", "/var/log/hosting/web/broken-log.example/access.log")
        host.run(
            "mariadb",
            stdin="UPDATE magmasoft_hosting.ownership SET customer = 'broken-base' WHERE name = 'broken-base-web'",
        )
    provider.apply()
    provider.unchanged()


def test_a_broken_file_withholds_its_own_customer_only(provider: Provider) -> None:
    good = provider.customer("withheld-good")
    (provider.register / "withheld-bad.yml").write_text(
        "customer: withheld-bad\nlanguage: xx\nsurprise: true\n", "utf-8"
    )
    done = provider.run("customers")
    assert done.code != 0
    verdict = done.output[done.output.rindex("Give the verdict") :]
    assert "withheld-bad.yml:2" in verdict
    assert "withheld-bad.yml:3" in verdict
    assert _answers(provider, good)
    assert "withheld-bad" not in provider.host.run(
        "ldapsearch",
        "-Q",
        "-LLL",
        "-Y",
        "EXTERNAL",
        "-H",
        "ldapi:///",
        "-b",
        "dc=lab,dc=example",
        "(o=withheld-bad)",
        "dn",
    )
    (provider.register / "withheld-bad.yml").unlink()


def _answers(provider: Provider, name: str) -> bool:
    page = f"/srv/www/{name}/{name}.example/htdocs/index.html"
    provider.host.run("sh", "-c", f"echo hello-{name} > {page}")
    resolve = f"{name}.example:443:127.0.0.1"
    text = provider.host.run(
        "curl",
        "-s",
        "--cacert",
        "/etc/hosting/certificates/ca.crt",
        "--resolve",
        resolve,
        f"https://{name}.example/index.html",
    )
    return f"hello-{name}" in text
