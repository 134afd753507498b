"""Words of a record, made comparable: small letters, no accents, no ends, none that say nothing."""

from __future__ import annotations

import re
import unicodedata

MOST_TERMS = 40
LONGEST = 40
WORD = re.compile(r"[^\W_]+(?:-\d+)?", re.UNICODE)
EMPTY = frozenset(
    word
    for line in (
        "a an and are as at be but by can cannot could do does for from has have i in is it my no",
        "not of on or our please since so that the their there they this to was we when where",
        "which will with you your der die das und oder ist sind ein eine einer einen nicht mit",
        "von im auf fur zu den dem des ich wir sie es seit bitte kann kein keine mein meine hat",
        "habe wird bei",
    )
    for word in line.split()
)
ENDS = ("ungen", "ing", "ung", "ed", "es", "en", "er", "e", "s", "n")
SHORTEST_STEM = 4


def terms(*texts: str) -> list[str]:
    """The telling words of some texts, each once, in order of appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for word in WORD.findall(_plain(text)):
            if word not in EMPTY and (len(word) > 1 or word.isdigit()):
                found.setdefault(_stem(word)[:LONGEST])
            if len(found) >= MOST_TERMS:
                return list(found)
    return list(found)


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _stem(word: str) -> str:
    """The word without its endings, as long as enough of it is left."""
    for end in ENDS:
        if word.endswith(end) and len(word) - len(end) >= SHORTEST_STEM:
            return _stem(word[: -len(end)])
    return word
