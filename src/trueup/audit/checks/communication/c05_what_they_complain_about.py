"""C05: What they complain about."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from scipy import stats as sps

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.inference import bh
from trueup.audit.stats.intervals import rate_ratio
from trueup.audit.voice import NEGATIVE, invitations

Array = np.ndarray[Any, Any]
THEMES: dict[str, str] = {
    "no news": r"no (news|update|answer|reply|word)|nobody (called|answered|told)|never heard|"
    r"keine (antwort|r.ckmeldung|nachricht|info)|nichts geh.rt|niemand (meldet|hat)",
    "too slow": r"\b(slow|late|took (too )?long|wait(ed|ing)?|days|weeks)\b|langsam|sp.t|zu lange|"
    r"gewartet|warte",
    "not solved": r"not (solved|fixed|working)|still (broken|not)|again|came back|"
    r"nicht (gel.st|behoben)|immer noch|schon wieder|geht nicht",
    "unfriendly": r"rude|unfriendly|arrogant|impolite|unfreundlich|patzig|herablassend",
    "hard to understand": r"jargon|did(n.t| not) understand|confus|complicated|unclear|"
    r"unverst.ndlich|kompliziert|verwirr|unklar",
    "passed around": r"passed (around|on)|another team|transferred|weitergeleitet|herumgereicht|"
    r"andere(s)? team",
    "too expensive": r"expensive|price|cost|teuer|preis|kosten",
}
LEAST_UNHAPPY = 10
BY_HAND = " (read by a person)"
COMMON = re.compile(
    r"about|after|also|always|been|before|being|both|could|does|done|each|even|every|"
    r"everything|from|have|here|into|just|keep|last|like|made|make|many|more|most|much|must|"
    r"need|only|other|over|people|please|same|should|since|some|such|than|thank|thanks|that|"
    r"their|them|then|there|these|they|thing|this|those|time|took|until|used|very|want|well|"
    r"were|what|when|where|which|while|will|with|work|works|would|your|help|support|team|"
    r"ticket|service|problem|aber|alle|alles|auch|beim|bitte|danke|dann|dass|dein|diese|"
    r"dieser|doch|durch|eine|einen|einem|einer|etwas|ganz|gibt|habe|haben|hatte|hier|ihre|"
    r"immer|jede|jeder|kann|kein|keine|leider|mehr|mein|meine|muss|nach|nichts|noch|nicht|"
    r"oder|ohne|schon|sehr|sein|seit|sich|sind|soll|trotzdem|unser|viel|viele|wenn|werden|"
    r"wird|wurde|zwei|hilfe|problem"
)


def ask(ctx: Context) -> Probe | Silent:
    """Themes of comments that unhappy people name more often than everybody."""
    got = _comments(ctx)
    if (~got["happy"]).sum() < LEAST_UNHAPPY or not got["happy"].any():
        return Silent("not_enough_evidence", "too few comments of unhappy people")
    themes = _themes(ctx, got)
    known = [name for name in sorted(themes) if themes[name].any()]
    chances = [_chance(themes[name], got["happy"]) for name in known]
    kept = [name for name, keep in zip(known, bh(chances), strict=True) if keep]
    tripped = [name for name in kept if _stands_out(ctx, got, themes[name])]
    n = len(got["id"])
    tripped.sort(key=lambda name: (-int((themes[name] & ~got["happy"]).sum()), name))
    often = [name for name in known if _enough(ctx, got, themes[name])]
    worst = max(often, key=lambda name: _lift(themes[name], got["happy"]), default="")
    whole = _case(ctx, ORGANISATION, got, themes.get(tripped[0] if tripped else worst),
                  tripped[0] if tripped else worst, bool(tripped))  # fmt: skip
    cases = [
        _case(ctx, unit, got, mask, name, True)
        for name in tripped
        for unit, mask in _units(ctx, got, themes[name])
    ]
    unique = {case.unit: case for case in reversed(cases)}
    return Probe(n, n, whole, tuple(unique.values()), 1)


def _comments(ctx: Context) -> dict[str, Array]:
    t = invitations(ctx)
    record = ctx.table("record").select(rid="id", category="category")
    said = t.filter(t["comment"].notnull() & t["csat"].notnull())
    said = said.left_join(record, said["record"] == record["rid"])
    columns = ("id", "comment", "person", "service", "category", "csat")
    got = ctx.arrays(said.select(*columns).order_by("id"))
    got["happy"] = got["csat"].astype(float) >= 4
    return got


def _themes(ctx: Context, got: dict[str, Array]) -> dict[str, Array]:
    """Which comments speak of which theme: listed words, words that keep coming, and labels."""
    texts = [str(c).lower() for c in got["comment"]]
    named = {
        name: np.array([bool(re.search(words, text)) for text in texts], dtype=bool)
        for name, words in THEMES.items()
    }
    found = clusters(texts, ~got["happy"], int(ctx.number("comments")))
    for name, mask in found.items():
        if not any(_alike(mask & ~got["happy"], known & ~got["happy"]) for known in named.values()):
            named[name] = mask
    return named | _labelled(ctx, got)


def _alike(one: Array, other: Array) -> bool:
    """Whether at least half of the comments of either are comments of both."""
    return bool((one & other).sum() >= 0.5 * min(one.sum(), other.sum()) > 0)


def clusters(texts: list[str], unhappy: Array, least: int) -> dict[str, Array]:
    """Words that at least so many unhappy comments share; those said together are one theme."""
    said: dict[str, Array] = {}
    for at, text in enumerate(texts):
        for word in set(re.findall(r"[^\W\d_]{4,}", text)):
            if not COMMON.fullmatch(word) and not re.search(NEGATIVE, word):
                said.setdefault(word, np.zeros(len(texts), dtype=bool))[at] = True
    counts = {word: int((mask & unhappy).sum()) for word, mask in said.items()}
    often = sorted((w for w, n in counts.items() if n >= least), key=lambda w: (-counts[w], w))
    groups: list[list[str]] = []
    for word in often:
        home = next((g for g in groups if _alike(said[g[0]], said[word])), None)
        if home is None:
            groups.append([word])
        else:
            home.append(word)
    return {" ".join(group[:2]): said[group[0]] for group in groups}


def _labelled(ctx: Context, got: dict[str, Array]) -> dict[str, Array]:
    """Themes that persons put on comments."""
    if not ctx.has("label.label"):
        return {}
    label = ctx.table("label")
    mine = label.filter((label["entity"] == "survey") & (label["label"] == "topic"))
    rows = ctx.rows(mine.select("entity_id", "value").distinct().order_by("entity_id", "value"))
    ids = got["id"].astype(str)
    return {
        f"{name}{BY_HAND}": np.isin(ids, [r["entity_id"] for r in rows if r["value"] == name])
        for name in sorted({row["value"] for row in rows if row["value"]})
    }


def _lift(theme: Array, happy: Array) -> float:
    return float(theme[~happy].mean() / theme.mean()) if theme.any() else 0.0


def _chance(theme: Array, happy: Array) -> float:
    """How easily chance alone would put so many of the theme's comments with unhappy people."""
    return float(
        sps.hypergeom.sf((theme & ~happy).sum() - 1, len(theme), theme.sum(), (~happy).sum())
    )


def _enough(ctx: Context, got: dict[str, Array], theme: Array) -> bool:
    """Whether enough unhappy comments of enough people speak of it."""
    mine = theme & ~got["happy"]
    people = {str(p) for p in got["person"][mine] if p is not None}
    return bool(
        mine.sum() >= ctx.number("comments") and (len(people) >= ctx.number("people") or not people)
    )


def _stands_out(ctx: Context, got: dict[str, Array], theme: Array) -> bool:
    return _enough(ctx, got, theme) and _lift(theme, got["happy"]) >= ctx.number("lift")


def _units(ctx: Context, got: dict[str, Array], theme: Array) -> list[tuple[Unit, Array]]:
    """Categories and services in which enough unhappy people speak of the theme."""
    found = []
    for kind in ("category", "service"):
        for name in sorted({str(v) for v in got[kind] if v is not None}):
            mine = theme & (got[kind] == name)
            if _stands_out(ctx, got, mine):
                found.append((Unit(kind, name), mine))
    return found


def _case(
    ctx: Context,
    unit: Unit,
    got: dict[str, Array],
    theme: Array | None,
    name: str,
    tripped: bool,
) -> Case:
    happy = got["happy"]
    spoken = theme if theme is not None else np.zeros(len(happy), dtype=bool)
    bad = spoken & ~happy
    ratio = rate_ratio(int(bad.sum()), float((~happy).sum()), int(spoken.sum()), float(len(happy)))
    known = bool(spoken.any())
    return Case(
        unit,
        Estimate(
            ratio.value if known else None, ratio.low if known else None,
            ratio.high if known else None, len(happy), method="compared",
            grade="B" if name.endswith(BY_HAND) else "C",
        ),
        int(bad.sum()),
        int((~happy).sum()),
        limit=ctx.number("lift"),
        tripped=tripped,
        branch=name,
        bad=lambda: listed_rows(got["id"][bad], f"unhappy, and speaks of: {name}", "survey"),
        good=lambda: listed_rows(got["id"][spoken & happy][:20], "", "survey"),
        words={"theme": name},
    )  # fmt: skip


CHECK = Check(
    id="C05",
    area="Communication and feedback",
    title="What they complain about",
    question="Which theme stands out?",
    tables=("survey",),
    rule=(
        "Theme (keyword list per language + clusters) in survey.comment: lift = P(theme | "
        "unhappy) / P(theme) >= lift after BH, >= comments comments from >= people persons. "
        "[unit: category, service]"
    ),
    parameters={
        "lift": 1.5,
        "comments": 10,
        "people": 5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.3.2", "COBIT APO08", "ITIL Relationship management", "FitSM PR7.6"),
    causes=("to be found by reading",),
    do_first="act on theme 1 and tell the customers",
    effective_when="share of the theme -1/3",
    tier=2,
    ask=ask,
    caps=(),
    limit="lift",
    indicators=("communication",),
    needs=("survey.comment", "survey.csat"),
    uses=("survey.person", "record.category", "label.label"),
    headline="{bad} of {all} unhappy comments speak of one thing: {theme}.",
    should_be="What many unhappy people name is put right first.",
    matters="People tell us why they leave, and we can read it.",
    measure="MC-05",
    owner_role="service owner",
)
