# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian."""

from __future__ import annotations

from .strings import Notice, Texts

TEXTS = Texts(
    statistics="Statistiche",
    of_site="Statistiche di {site}",
    your_sites="I Suoi siti web",
    report="Apri il rapporto",
    report_hint="Visite, pagine, siti di provenienza, browser. Aggiornato regolarmente.",
    no_report="Non ci sono ancora visite. Il rapporto compare dopo le prime.",
    notice="Vedi l'informativa sulla privacy",
    notice_hint=(
        "Per i visitatori del Suo sito: che cosa registra questo server. Può collegarla oppure scaricarla e "
        "completarla."
    ),
    download="Scarica",
    privacy=Notice(
        title="Informativa sulla privacy di {site}",
        intro=(
            "Questo sito web si trova su un server di {provider}. Qui è indicato che cosa registra questo server "
            "quando Lei lo visita."
        ),
        logged_title="Che cosa viene registrato",
        logged="A ogni richiesta il server web scrive una riga nel registro degli accessi. Essa contiene:",
        logged_items=(
            "l'indirizzo IP da cui proviene la richiesta",
            "data e ora",
            "che cosa è stato richiesto: metodo, indirizzo con tutto ciò che contiene, versione del protocollo",
            "l'esito: codice di stato e numero di byte trasmessi",
            "la pagina da cui Lei proviene e l'identificazione del browser, se il Suo browser le comunica",
            "il nome utente, se Lei accede a un'area protetta del server web",
        ),
        logged_errors=(
            "In caso di errore, il registro degli errori contiene l'ora, l'indirizzo IP, la pagina da cui Lei "
            "proviene e una descrizione."
        ),
        logged_errors_php="Vi vengono registrati anche gli errori dei programmi di questo sito.",
        purpose_title="A che scopo",
        purpose=(
            "Per gestire il server in sicurezza, riconoscere attacchi ed errori e creare le statistiche descritte"
            " di seguito. In ciò consiste il legittimo interesse (art. 6, par. 1, lett. f, GDPR)."
        ),
        kept_title="Per quanto tempo",
        kept=(
            "I registri vengono conservati per {log_days} giorni dopo il giorno in cui sono stati scritti e poi "
            "cancellati."
        ),
        statistics_title="Quali statistiche vengono create",
        statistics=(
            "Dal registro degli accessi il programma GoAccess crea, sullo stesso server, statistiche che vede "
            "soltanto il titolare di questo sito."
        ),
        statistics_items=(
            "Gli indirizzi IP vengono prima abbreviati: degli ultimi 8 bit, con IPv6 degli ultimi 80.",
            (
                "I nomi utente e tutto ciò che in un indirizzo segue un punto interrogativo vengono prima rimossi; "
                "della pagina di provenienza resta soltanto il nome del sito."
            ),
            (
                "Si contano le visite per giorno e ora, le pagine trovate e non trovate, i siti di provenienza, i "
                "browser, i sistemi operativi e gli indirizzi abbreviati."
            ),
            "Per questo non si usano cookie, nulla viene eseguito nel Suo browser e nulla viene trasmesso ad altri.",
        ),
        statistics_kept="Le statistiche comprendono gli ultimi {days} giorni con visite.",
        limits_title="Che cosa non è descritto qui",
        limits=(
            "Questa informativa descrive il server. Ciò che fa il sito stesso, per esempio con moduli, cookie o "
            "contenuti di altri, lo descrive il suo titolare."
        ),
        rights_title="I Suoi diritti",
        rights=(
            "Lei ha il diritto di accesso, rettifica, cancellazione, limitazione e opposizione, e il diritto di "
            "proporre reclamo a un'autorità di controllo. Si rivolga al titolare di questo sito."
        ),
    ),
)
