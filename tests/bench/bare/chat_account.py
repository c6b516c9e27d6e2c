# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module chat_account reads, understood and not compared: the same files, and which domains Prosody
serves, by prosodyctl, as one does without a module of one's own in it.
"""

import hashlib
import json
import os
import subprocess

root = os.path.realpath("/var/lib/hosting/chat/current")
with open(f"{root}/manifest.json", "rb") as file:
    manifest = json.load(file)
with open("/etc/hosting/certificates/issuing.crt", "rb") as file:
    hashlib.sha256(file.read()).hexdigest()
subprocess.run(["prosodyctl", "shell", "host", "list"], check=True, capture_output=True).stdout.splitlines()
for files in manifest["files"].values():
    for path in files:
        with open(f"{root}/{path}", "rb") as file:
            hashlib.sha256(file.read()).hexdigest()
for domain in manifest["notes"]:
    os.lstat(f"/etc/hosting/certificates/chat/{domain}/chat.pem")
print(len(manifest["notes"]))
