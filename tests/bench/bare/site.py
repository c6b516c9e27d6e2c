# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module site reads: the same files, the same places, understood and not compared."""

import glob
import hashlib
import json
import os
import socket

root = os.path.realpath("/var/lib/hosting/web/current")
with open(f"{root}/manifest.json", "rb") as file:
    manifest = json.load(file)
for name in ("passwd", "group"):
    with open(f"/etc/{name}") as file:
        for line in file:
            line.rstrip().split(":")
for path in [*glob.glob("/etc/hosting/web/templates/*.j2"), "/etc/hosting/certificates/issuing.crt"]:
    with open(path, "rb") as file:
        hashlib.sha256(file.read()).hexdigest()
for page in ("/apache", "/php"):
    with socket.create_connection(("127.0.0.1", 8079)) as connection:
        connection.sendall(f"GET {page} HTTP/1.0\r\n\r\n".encode())
        while connection.recv(4096):
            pass
for files in manifest["files"].values():
    for path in files:
        with open(f"{root}/{path}", "rb") as file:
            hashlib.sha256(file.read()).hexdigest()
for name, notes in manifest["notes"].items():
    top = f"/srv/www/{notes['customer']}"
    places = [top, f"{top}/{name}", f"{top}/{name}/htdocs", f"{top}/{name}/private"]
    places.append(f"/etc/hosting/certificates/sites/{name}/site.pem")
    if notes.get("kind") == "php":
        places += [f"{top}/{name}/tmp", f"{top}/{name}/sessions"]
    if notes.get("log") == "own":
        places += [f"/var/log/hosting/web/{name}{part}" for part in ("", "/access.log", "/error.log")]
    for place in places:
        if os.path.lexists(place):
            os.lstat(place)
    for part in ("databases.json", "databases.php"):
        if os.path.lexists(f"{top}/{name}/private/{part}"):
            with open(f"{top}/{name}/private/{part}", "rb") as file:
                content = file.read()
            if part.endswith(".json"):
                json.loads(content)
