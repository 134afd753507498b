"""Answers weighted so that they look like everybody who was asked."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def merged_levels(levels: Array, answered: Array, least: int = 3) -> Array:
    """Level codes in which every level has at least `least` answers; small ones share one code."""
    words = [str(level) for level in levels.tolist()]
    place = {word: i for i, word in enumerate(sorted(set(words)))}
    code = np.fromiter((place[word] for word in words), np.int64, len(words))
    answers = np.bincount(code, answered.astype(float))
    small = answers < least
    out = np.where(small[code], len(answers), code)
    if answered[out == len(answers)].sum() < least:
        out = np.where(out == len(answers), int(np.argmax(answers)), out)
    return np.unique(out, return_inverse=True)[1]


def rake(margins: list[Array], answered: Array, rounds: int = 25, most: float = 20.0) -> Array:
    """Weights of the answers by iterative proportional fitting (Deming and Stephan 1940).

    After it the weighted answers have, level by level, the numbers of everybody who was asked.
    Weights are kept between 1/`most` and `most` times their mean.
    """
    weight = np.full(int(answered.sum()), len(answered) / max(int(answered.sum()), 1))
    for _ in range(rounds):
        before = weight.copy()
        for level in margins:
            wanted = np.bincount(level).astype(float)
            have = np.bincount(level[answered], weight, minlength=len(wanted))
            factor = np.divide(wanted, have, out=np.ones_like(wanted), where=have > 0)
            weight = weight * factor[level[answered]]
        mean = weight.mean() if len(weight) else 1.0
        weight = np.clip(weight, mean / most, mean * most)
        if np.allclose(before, weight, rtol=1e-4):
            break
    return weight


def effective_n(weight: Array) -> float:
    """Kish's effective number of answers: (Σw)² / Σw²."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0
