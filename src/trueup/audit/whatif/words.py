"""What people read about a scenario or a simulation, in English and German."""

from __future__ import annotations

LANGUAGES = ("en", "de")

INDICATORS = {
    "growth_value": ("Growth and value", "Wachstum und Wert"),
    "budget_adherence": ("Budget adherence", "Budgettreue"),
    "risk_impact": ("Risk impact", "Risikowirkung"),
    "communication": ("Communication effectiveness", "Wirksamkeit der Kommunikation"),
}
LIGHTS = {
    "green": ("Good", "Gut"),
    "amber": ("Watch", "Beobachten"),
    "red": ("Act", "Handeln"),
    "not_enough_evidence": ("Not enough evidence", "Zu wenig Belege"),
    "data_not_trustworthy": ("Data not trustworthy", "Daten nicht verlässlich"),
    "not_applicable": ("Does not apply", "Trifft nicht zu"),
}
RESULTS = LIGHTS | {
    "clean": ("Clean", "Sauber"),
    "watch": ("Watch", "Beobachten"),
    "exceptions": ("Exceptions", "Auffällig"),
}
CHANGES = {
    "parameter": ("Parameter", "Parameter"),
    "left_out": ("Left out", "Weggelassen"),
    "threshold_target": ("Target of a measure", "Ziel einer Messgröße"),
    "threshold_limit": ("Limit of a measure", "Grenze einer Messgröße"),
    "price": ("Price", "Preis"),
    "licence_price": ("Licence, price of a year", "Lizenz, Jahrespreis"),
    "cost": ("Cost line", "Kostenzeile"),
    "agreement_price": ("Agreement, price of a month", "Vereinbarung, Monatspreis"),
    "revenue_follows": ("Invoices that follow it", "Rechnungen dazu"),
    "cost_follows": ("Cost that follows it", "Kosten dazu"),
    "calendar": ("Calendar", "Kalender"),
    "holidays": ("Holidays of a calendar", "Feiertage eines Kalenders"),
    "target": ("Target", "Ziel"),
    "target_calendar": ("Calendar of a target", "Kalender eines Ziels"),
}
CAVEATS = {
    "behaviour": (
        "People would have acted differently under other rules. This counts the past anew; it "
        "does not forecast.",
        "Unter anderen Regeln hätten Menschen anders gehandelt. Dies zählt Vergangenes neu; es "
        "ist keine Vorhersage.",
    ),
    "clocks": (
        "%(asked)s results of targets were counted again: %(met)s are met now that were missed, "
        "%(missed)s are missed that were met.",
        "%(asked)s Ergebnisse von Zielen wurden neu gezählt: %(met)s verfehlte wären eingehalten, "
        "%(missed)s eingehaltene wären verfehlt.",
    ),
    "not_reproduced": (
        "Our count under the old rule gives the recorded verdict in %(share)s of the cases only; "
        "the other %(kept)s stay as recorded.",
        "Unsere Zählung nach der alten Regel ergibt nur in %(share)s der Fälle das "
        "aufgezeichnete Urteil; die anderen %(kept)s bleiben wie aufgezeichnet.",
    ),
    "unspoken": (
        "For %(missed)s misses that only the scenario makes, nobody could have given notice; "
        "%(checks)s is not compared.",
        "Für %(missed)s Verfehlungen, die erst das Szenario erzeugt, konnte niemand eine "
        "Nachricht geben; %(checks)s wird nicht verglichen.",
    ),
    "unsealed": (
        "What was left out broke the seals of the event log; the scenario's log carries none.",
        "Durch das Weglassen stimmen die Siegel des Ereignisprotokolls nicht mehr; das Protokoll "
        "des Szenarios trägt keine.",
    ),
    "prices": (
        "Invoices and cost move with a price; how much is used does not.",
        "Rechnungen und Kosten folgen dem Preis; die Nutzung bleibt gleich.",
    ),
    "apart": (
        "Not compared, as the scenario itself made the table they read: %(ids)s.",
        "Nicht verglichen, weil erst das Szenario ihre Tabelle anlegt: %(ids)s.",
    ),
}
TEXTS = {
    "title": ("What if: %(name)s", "Was wäre wenn: %(name)s"),
    "scenario": ("a scenario", "ein Szenario"),
    "not_audit": (
        "A scenario on past data. No audit: nothing was found and nothing is issued.",
        "Ein Szenario auf vergangenen Daten. Kein Audit: nichts wurde festgestellt oder erteilt.",
    ),
    "lights": ("The four indicators", "Die vier Kennzahlen"),
    "indicator": ("Indicator", "Kennzahl"),
    "before": ("As it was", "Wie es war"),
    "after": ("What if", "Was wäre wenn"),
    "score": ("Score", "Punkte"),
    "changes": ("What is different", "Was anders ist"),
    "what": ("What", "Was"),
    "name": ("Name", "Name"),
    "from": ("From", "Von"),
    "to": ("To", "Auf"),
    "rows": ("Rows", "Zeilen"),
    "measures": ("Measures that moved", "Messgrößen, die sich bewegen"),
    "measure": ("Measure", "Messgröße"),
    "checks": ("Checks that changed", "Prüfungen, die sich ändern"),
    "check": ("Check", "Prüfung"),
    "none_measure": ("No measure moved.", "Keine Messgröße bewegt sich."),
    "none_check": ("No check changed its result.", "Keine Prüfung ändert ihr Ergebnis."),
    "numbers_only": (
        "%(n)s further checks have other numbers and the same result; what-if.json has them.",
        "%(n)s weitere Prüfungen haben andere Zahlen und dasselbe Ergebnis; sie stehen in "
        "what-if.json.",
    ),
    "read": ("How to read this", "Wie das zu lesen ist"),
    "likely": ("likely", "wahrscheinlich"),
    "none": ("none", "keine"),
}


def pick(texts: tuple[str, str], language: str, **params: object) -> str:
    """One of two texts, filled in; English for a language that is not there."""
    text = texts[1 if language == "de" else 0]
    return text % params if params else text


def say(key: str, language: str, **params: object) -> str:
    """A text of `TEXTS`."""
    return pick(TEXTS[key], language, **params)


UNITS = {"minutes": "Minuten", "hours": "Stunden", "days": "Tage"}
SWAP = str.maketrans(",.", ".,")


def figures(text: str, language: str) -> str:
    """Numbers made for English, with the marks and units of a language."""
    if language != "de":
        return text
    number, _, unit = text.partition(" ")
    if unit in UNITS:
        return f"{number.translate(SWAP)} {UNITS[unit]}"
    return text.translate(SWAP)
