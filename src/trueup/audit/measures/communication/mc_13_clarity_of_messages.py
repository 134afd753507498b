"""MC-13: Clarity of messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context, ranked
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.resample import bca
from trueup.audit.voice import human_words

Array = np.ndarray[Any, Any]

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
    got = ctx.fetch(
        joined.select("id", "team", author=joined["author"].fill_null("?"), score=score).order_by(
            "id"
        )
    )
    if not got.num_rows:
        return Silent("not_enough_evidence", "no public answer with its text is recorded")
    scores = got["score"].to_numpy().astype(float)
    (teams, team), (_, author) = ranked(got["team"]), ranked(got["author"])
    by = [
        (Unit("team", name), _mean(ctx, scores[team == i], author[team == i], name))
        for i, name in enumerate(teams)
        if name
    ]
    return Answer(_mean(ctx, scores, author, "*"), tuple(by), n_min=100, unit_n_min=100)


def _average(rows: Array) -> float:
    return float(rows.mean())


def _mean(ctx: Context, score: Array, author: Array, unit: str) -> Estimate:
    n = len(score)
    if n < 100 or len(np.unique(author)) < 2:
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
