# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an export behaves on the host: what can be picked, what goes wrong, a second run, check mode, secrets."""

from __future__ import annotations

import json
from typing import Any

import bagit
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

from .life import BOARD, THEIRS
from .operator import CUSTOMER, Operator, recap


def test_kinds_can_be_picked(operator: Operator) -> None:
    archive = operator.export("some", kinds="credentials,chat_log")
    bag = operator.bag(archive, operator.place / "unpacked")
    bagit.Bag(str(bag.root)).validate()
    told = {"index.html", "data.json", "customer.json"}
    assert bag.paths() - told == {"directory.ldif", "logs/chat.log", "logs/chat.csv"}


def test_an_address_can_be_picked(operator: Operator) -> None:
    bag = operator.bag(operator.export("one", mailbox=BOARD), operator.place / "unpacked")
    bagit.Bag(str(bag.root)).validate()
    assert f"mail/{BOARD}/maildir.tar" in bag.paths()
    assert {path.split("/")[1] for path in bag.paths() if path.startswith(("mail/", "chat/", "cloud/"))} == {BOARD}
    assert [path for path in bag.paths() if path.startswith(("sites/", "databases/", "logs/web/"))] == []
    assert b"unser-inbound" not in b"".join(content for _name, content in bag.everything())
    assert bag.data["only"] == [BOARD]


def test_an_address_of_somebody_else_can_not_be_picked(operator: Operator) -> None:
    done = operator.run("export", bag="theirs", mailbox=THEIRS)
    assert done.code != 0
    assert f"there is no {THEIRS}" in done.text
    assert operator.on_host() == []


def test_a_kind_that_is_not_set_is_an_error(operator: Operator) -> None:
    stores = operator.stores()
    del stores["mail_log"]
    for playbook in ("report", "export"):
        done = operator.run(playbook, bag="unset", hosting_stores=stores)
        assert done.code != 0
        assert f"{operator.host.name}: hosting_stores says nothing of mail_log; allowed:" in done.text
    assert operator.on_host() == []
    assert operator.evidence() == []


def test_a_key_that_is_wrong_is_named(operator: Operator) -> None:
    stores = {**operator.stores(), "chat_log": {"files": ["prosody.log"]}}
    done = operator.run("export", bag="wrong", hosting_stores=stores)
    assert done.code != 0
    assert "hosting_stores.chat_log.files can't be used" in done.text
    assert operator.on_host() == []


def test_a_database_that_is_down_fails_the_export(operator: Operator) -> None:
    operator.host.run("systemctl", "stop", "mariadb")
    try:
        done = operator.run("export", bag="down")
    finally:
        operator.host.run("systemctl", "start", "mariadb")
    assert done.code != 0
    assert "databases verein_web" in done.text
    assert operator.on_host() == []
    assert operator.evidence() == []
    bag = operator.bag(operator.export("down"), operator.place / "unpacked")
    bagit.Bag(str(bag.root)).validate()
    assert "databases/verein_web.sql" in bag.paths()


def test_a_second_run_changes_nothing(operator: Operator) -> None:
    archive = operator.export("twice", kinds="credentials")
    before = operator.host.run("stat", "-c", "%i %Y %s", archive)
    evidence = operator.evidence()
    assert [line["what"] for line in evidence] == ["export"]
    again = operator.run("export", bag="twice", kinds="credentials")
    assert again.code == 0, again.text
    assert "changed=0" in recap(again.output, operator.host.name)
    assert "changed=0" in recap(again.output, "localhost")
    assert operator.host.run("stat", "-c", "%i %Y %s", archive) == before
    assert operator.evidence() == evidence


def test_check_mode_predicts(operator: Operator) -> None:
    planned = _results(operator, "--check")
    assert operator.on_host() == []
    assert operator.evidence() == []
    done = _results(operator)
    assert planned == done
    assert len(done) == 2


def _results(operator: Operator, *options: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Export; return kind, name, action and fields of what modules planned or did."""
    run = operator.run("export", *options, as_json=True, bag="checked", kinds="credentials,file_transfer_log")
    assert run.code == 0, run.text[-3000:]
    answer = json.loads(run.output)
    tasks = [task["hosts"].get(operator.host.name, {}) for play in answer["plays"] for task in play["tasks"]]
    items: list[dict[str, Any]] = [item for task in tasks for item in task.get("results", [])]
    status = "planned" if options else "done"
    return [
        (item["kind"], item["name"], item["action"], tuple(item["fields"]))
        for item in items
        if item["status"] == status
    ]


def test_nothing_secret_is_printed(operator: Operator, lived: Host) -> None:
    done = operator.run("export", "-vvv", "--diff", bag="loud")
    assert done.code == 0, done.text[-3000:]
    # neither hashes nor the customer's own data pass by the controller
    for text in ("$6$foreign", "$2y$05$", "{SSHA}", "a-good-pass-word", "unser-", "fremd-"):
        assert text not in done.output + done.warnings


def test_the_evidence_tells_what_was_handed_over(operator: Operator) -> None:
    operator.export("told", kinds="credentials")
    (line,) = operator.evidence()
    assert line["what"] == "export"
    assert line["bag"] == f"{CUSTOMER}-told"
    assert line["kinds"] == ["credentials"]
    assert line["seal"] == _tag_manifest(operator, line["bag"])


def _tag_manifest(operator: Operator, bag: str) -> str:
    """Return the SHA-256 of the manifest of the manifests, which vouches for the whole bag."""
    member = f"{bag}/tagmanifest-sha256.txt"
    archive = f"{operator.bags}/{CUSTOMER}/{bag}/{bag}.tar"
    return operator.host.run("sh", "-c", f"tar -xOf {archive} {member} | sha256sum").split()[0]
