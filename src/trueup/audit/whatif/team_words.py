"""What people read about the simulation of a team, in English and German."""

from __future__ import annotations

from trueup.audit.whatif.words import pick

MEASURED = {
    "median": ("Time to resolve, median", "Lösungszeit, Median"),
    "p90": ("Time to resolve, 9 in 10", "Lösungszeit, 9 von 10"),
    "share": ("Share in target", "Anteil im Ziel"),
    "backlog": ("Open at noon, mean", "Offen am Mittag, Mittel"),
    "utilisation": ("Technicians' time used", "Genutzte Zeit der Techniker"),
    "arrivals": ("Arrivals", "Eingänge"),
}
TEXTS = {
    "title": ("%(team)s, simulated", "%(team)s, simuliert"),
    "records": (
        "%(n)s records; left out: %(planned)s planned (changes, releases, problems), "
        "%(cancelled)s cancelled, %(no_end)s without a time of solution.",
        "%(n)s Datensätze; weggelassen: %(planned)s geplante (Änderungen, Releases, Probleme), "
        "%(cancelled)s abgebrochene, %(no_end)s ohne Lösungszeitpunkt.",
    ),
    "work_recorded": (
        "Work: recorded, %(minutes)s minutes a record on average.",
        "Arbeit: aufgezeichnet, im Mittel %(minutes)s Minuten je Datensatz.",
    ),
    "work_fitted": (
        "Work: not recorded; fitted to the times to resolve, %(minutes)s minutes a record. A "
        "model fitted so explains all waiting by the queue.",
        "Arbeit: nicht aufgezeichnet; an die Lösungszeiten angepasst, %(minutes)s Minuten je "
        "Datensatz. Ein so angepasstes Modell erklärt alles Warten mit der Schlange.",
    ),
    "unexplained": (
        "Of the time that is neither work nor a recorded wait, %(share)s is not explained by the "
        "queue; more technicians do not shorten that part.",
        "Von der Zeit, die weder Arbeit noch aufgezeichnetes Warten ist, erklärt die Schlange "
        "%(share)s nicht; mehr Techniker verkürzen diesen Teil nicht.",
    ),
    "hours_given": ("Hours: as given, %(hours)s a week.", "Zeiten: wie gesagt, %(hours)s h/Woche."),
    "hours_calendar": (
        "Hours: the calendar's, %(hours)s a week.",
        "Zeiten: die des Kalenders, %(hours)s Stunden je Woche.",
    ),
    "hours_estimated": (
        "Hours: estimated from when people worked, %(hours)s a week.",
        "Zeiten: aus den Arbeitszeiten geschätzt, %(hours)s Stunden je Woche.",
    ),
    "crew": (
        "Technicians Monday to Sunday: %(crew)s.",
        "Techniker Montag bis Sonntag: %(crew)s.",
    ),
    "back_test": (
        "Back-test, %(first)s to %(last)s (not used to calibrate)",
        "Rückprüfung, %(first)s bis %(last)s (nicht zum Kalibrieren benutzt)",
    ),
    "number": ("Number", "Zahl"),
    "foretold": ("Foretold (9 in 10)", "Vorhergesagt (9 von 10)"),
    "actual": ("What happened", "Was geschah"),
    "error": ("Error", "Fehler"),
    "held": ("Held", "Getroffen"),
    "yes": ("yes", "ja"),
    "no": ("no", "nein"),
    "unknown": ("cannot be judged", "nicht zu beurteilen"),
    "not_judged": ("told only", "nur gezeigt"),
    "not_good_enough": (
        "Not good enough to decide on. What happened lies outside the band of nine in ten, or "
        "the error is above 25%%; no answer is given.",
        "Nicht gut genug, um danach zu entscheiden. Was geschah, liegt außerhalb des Bandes von "
        "neun in zehn, oder der Fehler übersteigt 25 %%; es gibt keine Antwort.",
    ),
    "answers": (
        "What if, %(weeks)s weeks, %(runs)s replications on the same arrivals",
        "Was wäre wenn, %(weeks)s Wochen, %(runs)s Läufe mit denselben Eingängen",
    ),
    "base": ("As it is", "Wie es ist"),
    "other": ("What if", "Was wäre wenn"),
    "difference": ("Difference", "Unterschied"),
    "asked_nothing": (
        "No change was asked for; both columns are the same team.",
        "Es wurde nichts geändert; beide Spalten sind dasselbe Team.",
    ),
    "hours_unit": ("h", "Std."),
    "endless": ("not reached", "nicht erreicht"),
}


def tell(key: str, language: str, **params: object) -> str:
    """A text of `TEXTS`; one without numbers is taken as it stands."""
    return pick(TEXTS[key], language, **params) if params else pick(TEXTS[key], language).replace(
        "%%", "%")  # fmt: skip
