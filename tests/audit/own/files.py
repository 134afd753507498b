"""Own checks for tests: the template with places replaced."""

from __future__ import annotations

from trueup.audit.own import OwnCheck, parse
from trueup.audit.own.template import TEXT


def text(**places: str) -> str:
    """The template, with the text of whole lines replaced: ``old`` → ``new`` per pair."""
    return edited(TEXT, places)


def edited(whole: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        assert whole.count(old) >= 1, old
        whole = whole.replace(old, new)
    return whole


def ruled(rule: str, limit: str = "0.05") -> str:
    """The template with another rule (the lines below ``rule:``) and no unit."""
    head, _, rest = TEXT.partition("rule:\n")
    _, _, tail = rest.partition("# The largest share")
    lines = "\n".join(f"  {line}" for line in rule.splitlines())
    return f"{head}rule:\n{lines}\n# The largest share{tail}".replace(
        "limit: 0.05", f"limit: {limit}"
    )


def each(sql: str) -> str:
    """The template with a SELECT as its rule."""
    lines = "\n".join(f"  {line}" for line in sql.splitlines())
    return ruled(f"table: record\neach: |\n{lines}")


def check(whole: str) -> OwnCheck:
    return parse(whole.encode(), "own.yaml")
