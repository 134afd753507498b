"""What people read about a simulation: English here, German by catalogue (`languages/de`)."""

from __future__ import annotations

from trueup.audit.languages import t

MEASURED = {
    "median": "Time to resolve, median",
    "p90": "Time to resolve, 9 in 10",
    "share": "Share in target",
    "backlog": "Open at noon, mean",
    "utilisation": "Technicians' time used",
    "arrivals": "Arrivals",
}
TEXTS = {
    "title": "{team}, simulated",
    "records": (
        "{n} records; left out: {planned} planned (changes, releases, problems), {cancelled} "
        "cancelled, {no_end} without a time of solution."
    ),
    "work_recorded": "Work: recorded, {minutes} minutes a record on average.",
    "work_fitted": (
        "Work: not recorded; fitted to the times to resolve, {minutes} minutes a record. A "
        "model fitted so explains all waiting by the queue."
    ),
    "unexplained": (
        "Of the time that is neither work nor a recorded wait, {share} is not explained by the "
        "queue; more technicians do not shorten that part."
    ),
    "hours_given": "Hours: as given, {hours} a week.",
    "hours_calendar": "Hours: the calendar's, {hours} a week.",
    "hours_estimated": "Hours: estimated from when people worked, {hours} a week.",
    "crew": "Technicians Monday to Sunday: {crew}.",
    "back_test": "Back-test, {first} to {last} (not used to calibrate)",
    "number": "Number",
    "foretold": "Foretold (9 in 10)",
    "actual": "What happened",
    "error": "Error",
    "held": "Held",
    "yes": "yes",
    "no": "no",
    "unknown": "cannot be judged",
    "not_judged": "told only",
    "not_good_enough": (
        "Not good enough to decide on. What happened lies outside the band of nine in ten, or "
        "the error is above 25%; no answer is given."
    ),
    "answers": "What if, {weeks} weeks, {runs} replications on the same arrivals",
    "base": "As it is",
    "other": "What if",
    "difference": "Difference",
    "asked_nothing": "No change was asked for; both columns are the same team.",
    "endless": "not reached",
}


def tell(key: str, /, **words: object) -> str:
    """A text of `TEXTS` in the language of now."""
    return t(TEXTS[key], **words)
