# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages say, in the languages of customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts in one language."""

    language: str
    decimal: str
    cloud: str
    used: str
    used_only: str
    full: str
    setup: str
    setup_hint: str
    user: str
    calendars: str
    webdav: str
    files: str
    empty: str
    upload: str
    new_folder: str
    make: str
    delete: str
    share: str
    shares: str
    shares_hint: str
    unshare: str
    shared_with_you: str
    gone: str
    gone_hint: str
    reload: str
    exists: str
    bad_name: str


_DE = Texts(
    language="de",
    decimal=",",
    cloud="Cloud",
    used="{used} von {quota} belegt",
    used_only="{used} belegt",
    full="Dafür reicht Ihr Speicherplatz nicht. Löschen Sie etwas, oder bitten Sie Ihren Anbieter um mehr.",
    setup="Auf Telefon und Computer einrichten",
    setup_hint="Ihr Passwort ist dasselbe wie für Ihre E-Mails.",
    user="Benutzername",
    calendars="Kalender und Kontakte (CalDAV, CardDAV)",
    webdav="Dateien (WebDAV)",
    files="Dateien",
    empty="Hier ist noch nichts.",
    upload="Hochladen",
    new_folder="Neuer Ordner",
    make="Anlegen",
    delete="Löschen",
    share="Teilen",
    shares="Geteilte Ordner",
    shares_hint="Wer einen dieser Links hat, kann den Ordner lesen, ohne sich anzumelden.",
    unshare="Nicht mehr teilen",
    shared_with_you="Dieser Ordner wurde mit Ihnen geteilt.",
    gone="Hier gibt es nichts",
    gone_hint="Die Datei, der Ordner oder der Link ist nicht mehr da.",
    reload="Die Seite war veraltet. Bitte noch einmal versuchen.",
    exists="Das gibt es hier schon.",
    bad_name="Dieser Name geht nicht. Erlaubt ist alles außer einem Schrägstrich.",
)

_EN = Texts(
    language="en",
    decimal=".",
    cloud="Cloud",
    used="{used} of {quota} used",
    used_only="{used} used",
    full="You have not enough space for that. Delete something, or ask your provider for more.",
    setup="Set up phone and computer",
    setup_hint="Your password is the one that you have for your mail.",
    user="User name",
    calendars="Calendars and contacts (CalDAV, CardDAV)",
    webdav="Files (WebDAV)",
    files="Files",
    empty="There is nothing here yet.",
    upload="Upload",
    new_folder="New folder",
    make="Create",
    delete="Delete",
    share="Share",
    shares="Shared folders",
    shares_hint="Whoever has one of these links can read the folder without logging in.",
    unshare="Stop sharing",
    shared_with_you="This folder was shared with you.",
    gone="There is nothing here",
    gone_hint="The file, the folder or the link is not there any more.",
    reload="The page was out of date. Please try again.",
    exists="There is something of that name already.",
    bad_name="This name is not possible. Everything but a slash is allowed.",
)

_IT = Texts(
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
)

_ES = Texts(
    language="es",
    decimal=",",
    cloud="Nube",
    used="{used} de {quota} ocupados",
    used_only="{used} ocupados",
    full="No tiene espacio suficiente. Borre algo o pida más espacio a su proveedor.",
    setup="Configurar el teléfono y el ordenador",
    setup_hint="La contraseña es la misma que la de su correo.",
    user="Nombre de usuario",
    calendars="Calendarios y contactos (CalDAV, CardDAV)",
    webdav="Archivos (WebDAV)",
    files="Archivos",
    empty="Todavía no hay nada aquí.",
    upload="Subir",
    new_folder="Carpeta nueva",
    make="Crear",
    delete="Borrar",
    share="Compartir",
    shares="Carpetas compartidas",
    shares_hint="Quien tenga uno de estos enlaces puede leer la carpeta sin iniciar sesión.",
    unshare="Dejar de compartir",
    shared_with_you="Esta carpeta se ha compartido con usted.",
    gone="Aquí no hay nada",
    gone_hint="El archivo, la carpeta o el enlace ya no existe.",
    reload="La página no estaba al día. Inténtelo de nuevo.",
    exists="Ya hay algo con ese nombre.",
    bad_name="Ese nombre no es posible. Se permite todo menos la barra.",
)

LANGUAGES: Mapping[str, Texts] = {"de": _DE, "en": _EN, "it": _IT, "es": _ES}
