"""The language catalogues: every text a person reads, collected from code, templates and tables.

`python -m tools.words` brings the catalogues up to date; `--missing` lists what is not translated
and ends with 1 where there is any. Texts that are gone leave the catalogue.

What the audit says has one source, the catalogues of its reports and commands
(`src/trueup/audit/languages`): its translations are taken from there, whatever stood here.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tools.sources import ROOT
from trueup.audit import catalogue as questions
from trueup.audit.languages import texts_of

SOURCE = "src/trueup"
LOCALE = "src/trueup/desk/locale"
LANGUAGES = ("de",)
AUDITED = ("audit/", "core/verdicts.py")  # where the texts of the audit stand
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("N_", "_", "gettext", "gettext_lazy", "pgettext")),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
TABLES = {"core/lifecycles/states.csv": ("technician", "user", "customer")}


@dataclass(frozen=True, order=True)
class Text:
    """One text, its plural where it has one, and the file it was found in."""

    one: str
    many: str
    path: str


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Every text below the source."""
    base = root / SOURCE
    for path in sorted(base.rglob("*.py")):
        yield from _code(path, base)
    for path in sorted(base.rglob("templates/**/*.html")):
        yield from template(path.read_text("utf-8"), path.relative_to(base).as_posix())
    for name, columns in TABLES.items():
        with (base / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (Text(row[each], "", name) for each in columns if row[each])


def of_the_audit() -> Iterator[Text]:
    """Titles, areas and questions of the audit: declared as plain words, shown through gettext."""
    for measure in questions.all_measures().values():
        yield Text(measure.title, "", "audit/measures")
    for check in questions.all_checks().values():
        for text in (check.title, check.area, check.question):
            yield Text(text, "", "audit/checks")


def _code(path: Path, base: Path) -> Iterator[Text]:
    name = path.relative_to(base).as_posix()
    for _, found, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
        one, many = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        if one:
            yield Text(one, many or "", name)


def template(source: str, name: str) -> Iterator[Text]:
    """The texts of `{% translate %}` and `{% blocktranslate %}` in a template."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    django.setup()
    from django.template import engines  # noqa: PLC0415 - needs django.setup
    from django.templatetags.i18n import (  # noqa: PLC0415 - needs django.setup
        BlockTranslateNode,
        TranslateNode,
    )

    parsed = engines["django"].from_string(source).template
    for node in parsed.nodelist.get_nodes_by_type(TranslateNode):
        literal = node.filter_expression.var
        if isinstance(literal, str):
            yield Text(literal, "", name)
        elif getattr(literal, "literal", None) and isinstance(literal.literal, str):
            yield Text(literal.literal, "", name)
    for node in parsed.nodelist.get_nodes_by_type(BlockTranslateNode):
        one, _ = node.render_token_list(node.singular)
        many = node.render_token_list(node.plural)[0] if node.plural else ""
        yield Text(one, many, name)


def catalogue(found: Iterable[Text], language: str) -> Catalog:
    """A catalogue without translations."""
    made = Catalog(locale=language, fuzzy=False, header_comment="# Trueup", charset="utf-8")
    for each in sorted(set(found)):
        made.add((each.one, each.many) if each.many else each.one, locations=[(each.path, 0)])
    return made


def taken_from_the_audit(language: str, found: Iterable[Text]) -> dict[str, str]:
    """The translations that the audit's own catalogues have of its texts."""
    known = texts_of(language)
    mine = {each.one for each in found if each.path.startswith(AUDITED) and not each.many}
    return {text: known[text] for text in sorted(mine & set(known))}


def update(
    root: Path, language: str, found: Iterable[Text], taken: Mapping[str, str] | None = None
) -> Catalog:
    """The language's catalogue with today's texts, its translations kept; written back.

    `taken` holds translations whose source is elsewhere.
    """
    path = root / LOCALE / language / "LC_MESSAGES" / "django.po"
    fresh = catalogue(found, language)
    if path.exists():
        with path.open("rb") as file:
            held = read_po(file, locale=language)
        for message in fresh:
            old = held.get(message.id) if message.id else None
            if old is not None and not old.fuzzy and old.pluralizable == message.pluralizable:
                message.string = old.string
    for message in fresh:
        if isinstance(message.id, str) and message.id in (taken or {}):
            message.string = (taken or {})[message.id]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, fresh, width=100, sort_output=True, omit_header=True, include_lineno=False)
    lines = ("Content-Type: text/plain; charset=utf-8", f"Language: {language}")
    told = (*lines, f"Plural-Forms: {fresh.plural_forms}")
    head = 'msgid ""\nmsgstr ""\n' + "".join(f'"{each}\\n"\n' for each in told) + "\n"
    path.write_text(head + path.read_text("utf-8"), "utf-8")
    return fresh


def missing(made: Catalog) -> list[str]:
    """The texts without a translation."""
    empty: list[str] = []
    for message in made:
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(told):
            empty.append(message.id[0] if isinstance(message.id, tuple) else message.id)
    return empty


def main(arguments: list[str]) -> int:
    """Update every catalogue; with `--missing` list what is not translated."""
    found = [*texts(), *of_the_audit()]
    total = 0
    for language in LANGUAGES:
        taken = taken_from_the_audit(language, found)
        empty = missing(update(ROOT, language, found, taken))
        total += len(empty)
        print(f"{language}: {len(set(found))} texts, {len(empty)} not translated")
        if "--missing" in arguments:
            print("\n".join(f"  {each!r}" for each in empty))
    return 1 if total and "--missing" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
