"""Every text is found, and translations survive an update."""

from __future__ import annotations

from pathlib import Path

from tools import words

PAGE = (
    '{% load i18n %}{% translate "Send" %}{% translate name %}'
    "{% blocktranslate count n=n %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}"
)


def plant(root: Path) -> None:
    base = root / words.SOURCE
    (base / "core/lifecycles").mkdir(parents=True)
    (base / "core/lifecycles/states.csv").write_text(
        "kind,state,evidence,technician,user,customer\nincident,new,open,New,Received,Open\n"
    )
    (base / "a.py").write_text('X = N_("Say why.")\nngettext("%(n)s day", "%(n)s days", 2)\n')
    (base / "desk/templates").mkdir(parents=True)
    (base / "desk/templates/page.html").write_text(PAGE)


def test_code_templates_and_tables_are_read(tmp_path):
    plant(tmp_path)
    found = {(each.one, each.many) for each in words.texts(tmp_path)}
    assert found == {
        ("Say why.", ""),
        ("%(n)s day", "%(n)s days"),
        ("Send", ""),
        ("%(n)s file", "%(n)s files"),
        ("New", ""),
        ("Received", ""),
        ("Open", ""),
    }


def test_translations_survive_and_dead_texts_leave(tmp_path):
    plant(tmp_path)
    words.update(tmp_path, "de", words.texts(tmp_path))
    path = tmp_path / words.LOCALE / "de/LC_MESSAGES/django.po"
    filled = path.read_text().replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Senden"')
    path.write_text(filled + '\nmsgid "Gone"\nmsgstr "Weg"\n')
    made = words.update(tmp_path, "de", words.texts(tmp_path))
    assert made.get("Send").string == "Senden"
    assert "Gone" not in path.read_text()
    assert "Send" not in words.missing(made)
    assert "Say why." in words.missing(made)


def test_what_the_audit_says_is_taken_from_its_own_catalogue(tmp_path):
    plant(tmp_path)
    found = [words.Text("Say why.", "", "audit/a.py"), words.Text("Send", "", "desk/a.py")]
    made = words.update(tmp_path, "de", found, {"Say why.": "Sagen Sie, warum."})
    assert made.get("Say why.").string == "Sagen Sie, warum."
    assert not made.get("Send").string


def test_every_text_of_the_audit_has_one_german():
    found = [*words.texts(), *words.of_the_audit()]
    mine = {each.one for each in found if each.path.startswith(words.AUDITED)}
    known = words.taken_from_the_audit("de", found)
    assert sorted(mine - set(known)) == []
    with (words.ROOT / words.LOCALE / "de/LC_MESSAGES/django.po").open("rb") as file:
        held = words.read_po(file, locale="de")
    told = {text: held.get(text).string for text in known if held.get(text)}
    assert [text for text in told if told[text] != known[text]] == []
