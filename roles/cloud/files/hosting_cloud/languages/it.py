# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian."""

from __future__ import annotations

from .strings import Texts

TEXTS = Texts(
    language="it",
    decimal=",",
    cloud="Cloud",
    used="{used} di {quota} occupati",
    used_only="{used} occupati",
    full="Lo spazio non basta. Elimini qualcosa o chieda più spazio al Suo fornitore.",
    setup="Configurare telefono e computer",
    setup_hint="La password è la stessa della posta elettronica.",
    user="Nome utente",
    calendars="Calendari e contatti (CalDAV, CardDAV)",
    webdav="File (WebDAV)",
    files="File",
    empty="Qui non c'è ancora niente.",
    upload="Carica",
    new_folder="Nuova cartella",
    make="Crea",
    delete="Elimina",
    share="Condividi",
    shares="Cartelle condivise",
    shares_hint="Chi ha uno di questi link può leggere la cartella senza accedere.",
    unshare="Non condividere più",
    shared_with_you="Questa cartella è stata condivisa con Lei.",
    gone="Qui non c'è niente",
    gone_hint="Il file, la cartella o il link non esiste più.",
    reload="La pagina non era aggiornata. Riprovi.",
    exists="Esiste già qualcosa con questo nome.",
    bad_name="Questo nome non è possibile. È ammesso tutto tranne la barra.",
    too_many="Si possono caricare al massimo {files} file alla volta.",
)
