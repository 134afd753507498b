"""One plain sentence for each light, from what decided it: at most 20 words, two numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext, ngettext

from trueup.core.words import N_
from trueup.desk.assurance.names import Names
from trueup.desk.assurance.words import in_language
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import JUDGED, Seen
from trueup.desk.surfaces.web.manage.tables import gap_words, table_within

MOST_WORDS = 20
Row = dict[str, Any]


def verdict(seen: Seen, row: Row, names: Names) -> str:
    """The sentence under a light."""
    mine = seen.measures(row["id"])
    keys = [m for m in mine if m["key"] and m["light"] != "not_applicable"]
    if row["light"] in ("red", "amber"):
        return _bad(seen, row, mine, names)
    if row["light"] == "green":
        return _good(seen, mine)
    if row["light"] == "data_not_trustworthy":
        return _blocked(seen, mine)
    if row["light"] == "not_applicable" or not keys:
        return gettext(N_("No key measure applies here."))
    return _too_little(keys)


def _bad(seen: Seen, row: Row, mine: list[Row], names: Names) -> str:
    """What happens, told by the finding on the measure that decided, else by its figures."""
    asked = ("red",) if row["light"] == "red" else ("red", "amber")
    worst = [m for m in mine if m["light"] in asked]
    binding = row["binding_measure"]
    worst.sort(key=lambda m: (not m["key"], m["light"] != "red", m["id"] != binding, m["id"]))
    if not worst:
        return in_language(str(row["reason"]))
    lead, more = worst[0], len(worst) - 1
    told = next(
        (f for f in seen.data["findings"] if f["verification"]["measure"] == lead["id"]), None
    )
    text = names.say(told["headline"]) if told else figures(seen, lead)
    if more:
        text = _add(text, beyond(more, row["light"]))
    return text


def beyond(more: int, light: str) -> str:
    """How many others stand where the first one does."""
    if light == "red":
        words = ngettext(
            "%(n)s more measure is beyond its limit.",
            "%(n)s more measures are beyond their limits.",
            more,
        )
    else:
        words = ngettext(
            "%(n)s more measure is off target.", "%(n)s more measures are off target.", more
        )
    return words % {"n": more}


def figures(seen: Seen, m: Row) -> str:
    """A measure as a sentence: where it stands and where it should."""
    words = {
        "title": seen.title(m["id"]),
        "value": values.said(m, m["unit"], seen.currency),
        "target": values.value(m["target"], m["unit"], seen.currency),
        "limit": values.value(m["limit"], m["unit"], seen.currency),
    }
    if m["light"] == "red" and m["limit"] is not None and m["value"] is not None:
        if abs(m["value"]) < m["limit"]:
            return gettext(N_("%(title)s: %(value)s, below the limit of %(limit)s.")) % words
        return gettext(N_("%(title)s: %(value)s, above the limit of %(limit)s.")) % words
    if m["target"] is not None:
        return gettext(N_("%(title)s: %(value)s; the target is %(target)s.")) % words
    return gettext(N_("%(title)s: %(value)s.")) % words


def _good(seen: Seen, mine: list[Row]) -> str:
    judged = [m for m in mine if m["key"] and m["light"] in JUDGED]
    words = ngettext(
        "The %(n)s key measure that could be judged is on target.",
        "All %(n)s key measures that could be judged are on target.",
        len(judged),
    )
    text = words % {"n": len(judged)}
    close = _closest(judged)
    if close:
        closest = {"title": seen.title(close["id"])}
        told = gettext(N_("Closest to its limit: %(title)s.")) % closest
        text = _add(text, told)
    return text


def _closest(judged: list[Row]) -> Row | None:
    """The measure with the least room to its limit, in units of the room it was given."""

    def room(m: Row) -> float:
        value, limit, target = float(m["value"]), float(m["limit"]), float(m["target"])
        return abs(value - limit) / abs(target - limit)

    known = [m for m in judged if None not in (m["value"], m["target"], m["limit"])]
    able = [m for m in known if m["target"] != m["limit"]]
    return min(able, key=room) if able else None


def _blocked(seen: Seen, mine: list[Row]) -> str:
    """Which repair frees how many measures."""
    gates = Counter(gate for m in mine if not _judged(m) for gate in m["blocked_by"])
    if not gates:
        return gettext(N_("No verdict yet: the data contradict one another."))
    gate, _ = min(gates.items(), key=lambda one: (-one[1], one[0]))
    waiting = sum(gate in m["blocked_by"] for m in seen.data["measures"] if not _judged(m))
    words = ngettext(
        "No verdict yet. %(title)s: %(n)s measure waits for this repair.",
        "No verdict yet. %(title)s: %(n)s measures wait for this repair.",
        waiting,
    )
    return words % {"title": seen.title(gate), "n": waiting}


def _judged(m: Row) -> bool:
    return m["light"] in JUDGED


def _too_little(keys: list[Row]) -> str:
    """How many could be judged, and what to record so that more can."""
    judged = sum(map(_judged, keys))
    text = gettext(N_("%(n)s of %(all)s key measures could be judged.")) % {
        "n": judged,
        "all": len(keys),
    }
    gaps = Counter(
        table for m in keys if not _judged(m) for table in {g.split(".")[0] for g in m["missing"]}
    )
    if not gaps:
        return text
    table, count = min(gaps.items(), key=lambda one: (-one[1], one[0]))
    told = ngettext(
        "Not recorded yet: %(table)s, which %(n)s of them needs.",
        "Not recorded yet: %(table)s, which %(n)s of them need.",
        count,
    )
    return _add(text, told % {"table": table_within(table), "n": count})


def _add(text: str, more: str) -> str:
    """A second sentence where both are short enough together."""
    both = f"{text} {more}"
    return both if len(both.split()) <= MOST_WORDS else text


def needs(seen: Seen, m: Row) -> str:
    """What would end a grey, in words of people."""
    if _judged(m):
        return ""
    if m["light"] == "data_not_trustworthy" and m["blocked_by"]:
        return repairs(seen, m["blocked_by"])
    if m["missing"]:
        gaps = gap_words(m["missing"])
        return gettext(N_("Record %(gaps)s.")) % {"gaps": gaps}
    return in_language(str(m["needs"]))


def repairs(seen: Seen, gates: list[str], most: int = 3) -> str:
    """Which repairs of the data come first."""
    titles = [seen.title(gate) for gate in gates[:most]]
    if len(gates) > most:
        titles.append(gettext(N_("%(n)s more")) % {"n": len(gates) - most})
    return gettext(N_("Repair first: %(titles)s.")) % {"titles": ", ".join(titles)}
