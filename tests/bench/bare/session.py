# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the module session reads of Dovecot: who is logged in."""

import json
import subprocess

done = subprocess.run(["doveadm", "-f", "json", "who"], capture_output=True, check=True)
print(len(json.loads(done.stdout)))
