"""How the dates of one column are written: decided for the column, with its proof, never per cell.

Source of the rules: imports.md 4.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb

TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
MONTHS = {
    "january": "janvier enero gennaio januari janeiro januar jänner",
    "february": "février febrero febbraio februari fevereiro februar",
    "march": "mars marzo maart março märz maerz",
    "april": "avril abril aprile",
    "may": "mai mayo maggio mei maio",
    "june": "juin junio giugno juni junho",
    "july": "juillet julio luglio juli julho",
    "august": "août agosto augustus",
    "september": "septembre septiembre settembre setembro",
    "october": "octobre octubre ottobre oktober outubro",
    "november": "novembre noviembre novembro",
    "december": "décembre diciembre dicembre dezember december dezembro",
}
CLOCK = r"\d\d?:\d\d(:\d\d(\.\d+)?)?(\s*[AaPp]\.?[Mm]\.?)?"
EARLIEST, LATEST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: an SQL expression over ``{c}`` that gives a naive instant.

    `zoned` says that the cells carry their own offset (the result is UTC); `proof` is the cell
    that proves day or month first; `assumed` that nothing does; `set_aside` why it is not read.
    """

    sql: str
    shape: str
    zoned: bool = False
    proof: str = ""
    assumed: bool = False
    set_aside: str = ""
    resolution: str = "second"


def reading_of(
    con: duckdb.DuckDBPyConnection, view: str, cell: str, day_first: bool | None = None
) -> Reading:
    """The reading of one column of texts.

    `cell` is an SQL expression over the rows of `view`; `day_first` is what other columns of the
    file prove, for a column that proves nothing itself.
    """
    shapes = con.execute(
        f"SELECT regexp_replace(regexp_replace({cell}, '[0-9]+', '9', 'g'), '[^\\W\\d_]+', 'A', "
        f"'g') AS shape, count(*) AS n, min({cell}) FROM {view} WHERE {cell} <> '0' "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40"
    ).fetchall()
    if not shapes:
        return Reading("CAST(NULL AS TIMESTAMP)", "empty", set_aside="empty")
    total = sum(n for _, n, _ in shapes)
    kinds = {kind_of(str(sample)) for _, _, sample in shapes}
    known = [(s, n, str(v)) for s, n, v in shapes if kind_of(str(v))]
    if sum(n for _, n, _ in known) < 0.5 * total:
        return Reading("CAST(NULL AS TIMESTAMP)", str(shapes[0][2]), set_aside="no date")
    kinds.discard("")
    if kinds & {"dmy", "dmy."}:
        if "iso" in kinds and (why := _half_converted(con, view, cell)):
            return Reading("CAST(NULL AS TIMESTAMP)", str(known[0][2]), set_aside=why)
        return _parts(con, view, cell, (kinds, str(known[0][2])), day_first)
    return Reading(_choose(kinds), known[0][2], zoned="offset" in kinds or "epoch" in kinds)


def kind_of(value: str) -> str:
    """The family of a written date: iso, offset, month, epoch, dmy (parts in doubt), names."""
    if re.fullmatch(
        r"\d{4}-\d\d?-\d\d?[T ]\d\d?:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)", value
    ):
        return "offset"
    if re.fullmatch(r"\d{4}[-/]\d\d?[-/]\d\d?([T ]\d\d?:\d\d(:\d\d([.,]\d+)?)?)?", value):
        return "iso"
    if re.fullmatch(r"\d{4}[-/.]\d\d?|\d\d?[-/.]\d{4}", value):
        return "month"
    if re.fullmatch(r"-?\d{9,10}(\.\d+)?|\d{12,13}", value):
        return "epoch"
    if re.fullmatch(rf"\d\d?[/.-]\d\d?[/.-](\d{{4}}|\d\d)([ T,]+{CLOCK})?", value):
        return "dmy"
    if re.fullmatch(
        r"(\d\d?[ /.-]+[^\W\d_]+\.?[ /.-]+(\d{4}|\d\d)|[^\W\d_]+\.? \d\d?, ?\d{4})"
        rf"([ ,]+{CLOCK})?",
        value,
    ):
        return "names"
    return ""


def _choose(kinds: set[str]) -> str:
    tries = []
    if "offset" in kinds:
        tries.append("make_timestamp(epoch_us(TRY_CAST({c} AS TIMESTAMPTZ)))")
    if "iso" in kinds:
        slash = "replace(replace({c}, '/', '-'), ',', '.')"
        tries.append(
            f"CASE WHEN NOT regexp_matches({{c}}, '(Z|[+-][0-9]{{{{2}}}}:?[0-9]{{{{2}}}})$') "
            f"THEN TRY_CAST({slash} AS TIMESTAMP) END"
        )
    if "epoch" in kinds:
        number = "TRY_CAST({c} AS DOUBLE)"
        tries.append(
            f"CASE WHEN {number} = 0 THEN NULL WHEN abs({number}) > 1e11 THEN "
            f"make_timestamp(CAST({number} * 1000 AS BIGINT)) WHEN {number} IS NOT NULL THEN "
            f"make_timestamp(CAST({number} * 1000000 AS BIGINT)) END"
        )
    if "month" in kinds:
        parts = "regexp_replace({c}, '[/.]', '-')"
        tries.append(f"try_strptime({parts}, ['%Y-%m', '%m-%Y'])")
    if "names" in kinds:
        tries.append(_names_sql())
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"


def _names_sql() -> str:
    """Month names in seven languages, English short names for the parser."""
    cell = "lower({c})"
    for english, others in MONTHS.items():
        words = "|".join(sorted({*others.split(), english}, key=len, reverse=True))
        cell = f"regexp_replace({cell}, '\\b({words})\\b\\.?', '{english[:3]}')"
    cell = f"regexp_replace({cell}, '[ ,./-]+', ' ', 'g')"
    long, short = (
        ", ".join(f"'{start}{time}'" for start in starts for time in TIMES)
        for starts in (("%d %b %Y", "%b %d %Y"), ("%d %b %y",))
    )
    return (
        f"CASE WHEN regexp_matches({cell}, '(^| )[0-9]{{{{4}}}}( |$)') "
        f"THEN try_strptime({cell}, [{long}]) ELSE try_strptime({cell}, [{short}]) END"
    )


PARTS = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]"


def _half_converted(con: duckdb.DuckDBPyConnection, view: str, cell: str) -> str:
    """What a spreadsheet leaves that read some days as months: one shape up to 12, one beyond."""
    first = f"TRY_CAST(regexp_extract({cell}, '{PARTS}', 1) AS INT)"
    day = f"TRY_CAST(regexp_extract({cell}, '^[0-9]{{4}}-[0-9]{{1,2}}-([0-9]{{1,2}})', 1) AS INT)"
    found = con.execute(
        f"SELECT count(*) FILTER (WHERE {first} > 12), count(*) FILTER (WHERE {first} <= 12), "
        f"count(*) FILTER (WHERE {day} <= 12), count(*) FILTER (WHERE {day} > 12), "
        f"min({cell}) FILTER (WHERE {first} > 12), min({cell}) FILTER (WHERE {day} <= 12) "
        f"FROM {view}"
    ).fetchall()
    late, early, small, large, one, other = found[0]
    if min(late, small) >= 5 and not early and not large:
        return f"a spreadsheet converted one half of the dates: {other} beside {one}"
    return ""


def order_of(
    con: duckdb.DuckDBPyConnection, view: str, cells: dict[str, str]
) -> tuple[bool, str] | None:
    """Whether the columns of a file show the day first, and the cell that proves it.

    None where no column proves it, or two columns contradict each other.
    """
    asks = []
    for cell in cells.values():
        fits = f"regexp_matches({cell}, '{PARTS}([0-9]{{2}}|[0-9]{{4}})([^0-9/.-]|$)')"
        for place in (1, 2):
            part = f"TRY_CAST(regexp_extract({cell}, '{PARTS}', {place}) AS INT)"
            asks.append(f"min({cell}) FILTER (WHERE {fits} AND {part} BETWEEN 13 AND 31)")
    if not asks:
        return None
    found = con.execute(f"SELECT {', '.join(asks)} FROM {view}").fetchall()[0]
    pairs = list(zip(found[::2], found[1::2], strict=True))
    days = [day for day, month in pairs if day and not month]
    months = [month for day, month in pairs if month and not day]
    if bool(days) == bool(months):
        return None
    return bool(days), str((days or months)[0])


def _parts(
    con: duckdb.DuckDBPyConnection, view: str, cell: str, found: tuple[set[str], str],
    told: bool | None,
) -> Reading:  # fmt: skip
    """Two small numbers first: which one is the day is proved by a part above 12, or assumed."""
    kinds, sample = found
    numbers = f"regexp_extract({cell}, '^([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]', ['a', 'b'])"
    first = f"TRY_CAST(struct_extract({numbers}, 'a') AS INT)"
    second = f"TRY_CAST(struct_extract({numbers}, 'b') AS INT)"
    row = con.execute(
        f"SELECT count(*) FILTER (WHERE {first} > 12), count(*) FILTER (WHERE {second} > 12), "
        f"min({cell}) FILTER (WHERE {first} > 12), min({cell}) FILTER (WHERE {second} > 12) "
        f"FROM {view}"
    ).fetchone()
    assert row is not None
    days, months, day_proof, month_proof = row
    if days and months:
        return Reading(
            "CAST(NULL AS TIMESTAMP)", sample,
            set_aside=f"day and month change places: {day_proof} and {month_proof}",
        )  # fmt: skip
    day_first = bool(days) or (not months and told is not False)
    lone = _parts_sql("%d %m" if day_first else "%m %d")
    rest = kinds - {"dmy"}
    sql = f"coalesce({lone}, {_choose(rest)})" if rest else lone
    return Reading(
        sql, sample, proof=str(day_proof or month_proof or ""),
        assumed=not (days or months) and told is None,
    )  # fmt: skip


def _parts_sql(order: str) -> str:
    cell = "regexp_replace(upper({c}), '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)[ T,]*', '\\1 \\2 \\3 ')"
    cell = f"rtrim(regexp_replace(replace({cell}, '.M.', 'M'), '\\s*([AP])M$', ' \\1M'))"
    shapes = ", ".join(f"'{order} %Y{time}'" for time in TIMES)
    short = ", ".join(f"'{order} %y{time}'" for time in TIMES)
    long_year = f"regexp_matches({cell}, '^[0-9]+ [0-9]+ [0-9]{{{{4}}}}')"
    return (
        f"CASE WHEN {long_year} THEN try_strptime({cell}, [{shapes}]) "
        f"ELSE try_strptime({cell}, [{short}]) END"
    )


def parts_sql(day_first: bool) -> str:
    """SQL over ``{c}`` for dates of two small numbers and a year, in one of the two orders."""
    return _parts_sql("%d %m" if day_first else "%m %d")


def shape_sql(shape: str) -> str:
    """SQL for a shape that a mapping names, such as ``dd.mm.yyyy HH:MM``."""
    out = shape
    for word, code in (("yyyy", "%Y"), ("yy", "%y"), ("dd", "%d"), ("MMM", "%b"), ("mm", "%m"),
                       ("HH", "%H"), ("hh", "%I"), ("MM", "%M"), ("SS", "%S"),
                       ("AM", "%p")):  # fmt: skip
        out = out.replace(word, code)
    return "try_strptime({c}, '" + out.replace("'", "''") + "')"


def utc_sql(reading: Reading, cell: str, zone: str) -> str:
    """The instant in UTC; placeholder dates (before 1990, after 2100) are null."""
    local = reading.sql.format(c=f"({cell})")
    if not reading.zoned and zone != "UTC":
        local = f"make_timestamp(epoch_us(timezone('{zone}', {local})))"
    return f"CASE WHEN year({local}) BETWEEN {EARLIEST} AND {LATEST} THEN {local} END"


def described(reading: Reading, zone: str) -> dict[str, Any]:
    """What the intake report says of a date column."""
    out: dict[str, Any] = {
        "example": reading.shape,
        "zone": "in the value" if reading.zoned else zone,
    }
    if reading.proof:
        out["proof"] = reading.proof
    if reading.assumed:
        out["assumed"] = "nothing proves whether the day or the month stands first"
    if reading.set_aside:
        out["set_aside"] = reading.set_aside
    return out
