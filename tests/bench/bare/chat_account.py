# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module chat_account reads: the same files, the same questions, understood and not compared."""

import hashlib
import json
import os
import socket

root = os.path.realpath("/var/lib/hosting/chat/current")
with open(f"{root}/manifest.json", "rb") as file:
    manifest = json.load(file)
with open("/etc/hosting/certificates/issuing.crt", "rb") as file:
    hashlib.sha256(file.read()).hexdigest()
for question in ({"do": "generation"}, {"do": "look", "accounts": []}):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect("/run/prosody/hosting.sock")
        connection.sendall(json.dumps(question).encode() + b"\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    json.loads(answer)
for files in manifest["files"].values():
    for path in files:
        with open(f"{root}/{path}", "rb") as file:
            hashlib.sha256(file.read()).hexdigest()
for domain in manifest["notes"]:
    os.lstat(f"/etc/hosting/certificates/chat/{domain}/chat.pem")
print(len(manifest["notes"]))
