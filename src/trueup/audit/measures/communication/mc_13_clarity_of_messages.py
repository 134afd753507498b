"""MC-13: Clarity of messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.resample import bca
from trueup.audit.voice import human_words

WHAT = (
    r"because|caus|found|happen|fail|error|solved|fixed|restart|replac|"
    r"weil|ursache|gefunden|gel.st|behoben|fehler|ausfall"
)
NEXT = (
    r"\b(we|i) (will|now|are)|next|then|please|"
    r"wir (werden|pr.fen|melden)|ich (werde|pr.fe|melde)|n.chste|bitte"
)
WHO = r"\b(i|we|my|our|team|colleague|you)\b|\b(ich|wir|kolleg|team|sie)\b"
WHEN = (
    r"\d{1,2}:\d\d|\d{1,2} ?(am|pm|uhr)|today|tomorrow|(mon|tues|wednes|thurs|fri)day|"
    r"by (noon|the end)|heute|morgen|(mon|diens|donners|frei)tag|mittwoch|bis "
)
ELEMENTS = (WHAT, NEXT, WHO, WHEN)


def judge(ctx: Context) -> Answer | Silent:
    """Mean number of the four elements in public human answers, resampled by author."""
    words = human_words(ctx)
    record = ctx.table("record").select(rid="id", team="team")
    mine = words.filter(
        (words["direction"] == "out") & words["text"].notnull() & ctx.within(words["at"])
    )
    joined = mine.left_join(record, mine["record"] == record["rid"])
    score = sum(joined["text"].lower().re_search(pattern).cast("int64") for pattern in ELEMENTS)
    got = ctx.arrays(
        joined.select("id", "team", author=joined["author"].fill_null("?"), score=score).order_by(
            "id"
        )
    )
    if not len(got["id"]):
        return Silent("not_enough_evidence", "no public answer with its text is recorded")
    by = []
    for team in sorted({str(t) for t in got["team"] if t}):
        pick = got["team"] == team
        by.append((Unit("team", team), _mean(ctx, got, pick, team)))
    everything = np.ones(len(got["id"]), dtype=bool)
    return Answer(_mean(ctx, got, everything, "*"), tuple(by), n_min=100, unit_n_min=100)


def _average(rows: np.ndarray[Any, Any]) -> float:
    return float(rows.mean())


def _mean(ctx: Context, got: dict[str, Any], pick: np.ndarray[Any, Any], unit: str) -> Estimate:
    score, author = got["score"][pick].astype(float), got["author"][pick].astype(str)
    n = len(score)
    if n < 100 or len(set(author)) < 2:
        half = 1.6449 * float(score.std() / np.sqrt(n)) if n > 1 else 4.0
        return Estimate(
            float(score.mean()),
            float(score.mean()) - half,
            float(score.mean()) + half,
            n,
            grade="C",
            method="modelled",
        )
    ring = bca(score, _average, ctx.rng(unit), np.unique(author, return_inverse=True)[1], 500)
    return Estimate(ring.value, ring.low, ring.high, n, grade="C", method="modelled")


MEASURE = Measure(
    id="MC-13",
    indicator="communication",
    key=False,
    title="Clarity of messages",
    formula=(
        "mean number of the four elements (what happened, what next, who, by when) named in "
        "public outgoing human messages; reading ease EN 206.835 - 1.015 x words/sentence - "
        "84.6 x syllables/word, DE 180 - words/sentence - 58.5 x syllables/word; unexplained "
        "jargon per 100 words"
    ),
    tables=("message",),
    unit="elements 0-4",
    direction="up",
    grain=("team",),
    n_min="100 messages, 30 checked by a person",
    method="bootstrap by author",
    target=3,
    limit=2,
    caveats="formulas are weak proxies: lead with the four elements",
    tier=1,
    judge=judge,
    needs=("message.text", "message.direction"),
)
