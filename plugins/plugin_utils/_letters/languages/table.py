# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What letters say: one file for each language, and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import de, en, es, it
from .strings import Texts

LANGUAGES: Final[Mapping[str, Texts]] = {"de": de.TEXTS, "en": en.TEXTS, "it": it.TEXTS, "es": es.TEXTS}
