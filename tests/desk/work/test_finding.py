"""Records are found by words and number, and a text finds its like."""

from __future__ import annotations

import pytest

from trueup.core.refusals import NotFound
from trueup.desk.work import reads, search, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(desk):
    titles = (
        "VPN breaks off from the Bremen office",
        "VPN slow",
        "Printer in hall 3 prints blank labels",
        "Cannot log in to mail",
        "Mail does not arrive",
    )
    for title in titles:
        desk.report(title=title)
    return desk


def found(records) -> list[str]:
    return [record.number for record in records]


def test_words_and_beginnings_of_words(many) -> None:
    charlie = many.who("charlie")
    assert found(reads.search(charlie, "vpn bre")) == ["INC-1"]
    assert set(found(reads.search(charlie, "Mail"))) == {"INC-4", "INC-5"}
    assert found(reads.search(charlie, "inc-3")) == ["INC-3"]
    assert found(reads.search(charlie, "labels hall")) == ["INC-3"]
    assert reads.search(charlie, "elephant") == []
    assert reads.search(charlie, "  ") == []
    assert reads.search(many.who("bert"), "vpn") == []


def test_new_words_after_an_edit(many) -> None:
    charlie = many.who("charlie")
    record = reads.by_number(charlie, " inc-2 ")
    verbs.edit(record, field="title", value="Tunnel slow", actor=charlie)
    assert found(reads.search(charlie, "tunnel")) == ["INC-2"]
    assert found(reads.search(charlie, "vpn")) == ["INC-1"]
    assert reads.one(charlie, record.pk).subject.label == "Tunnel slow"


def test_by_number_is_blind_for_what_is_not_yours(many) -> None:
    for who, number in (("bert", "INC-1"), ("charlie", "INC-99")):
        with pytest.raises(NotFound):
            reads.by_number(many.who(who), number)


def test_the_likest_comes_first(many) -> None:
    charlie = many.who("charlie")
    like = found(reads.similar(charlie, "Our VPN in Bremen breaks off all the time"))
    assert like[0] == "INC-1"
    assert "INC-3" not in like
    assert reads.similar(charlie, "elephants") == []
    assert reads.similar(charlie, "") == []
    assert reads.similar(many.who("bert"), "VPN Bremen") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drucker und Toner", ["druck", "toner"]),
        ("Verbindungen prüfen", ["verbind", "pruf"]),
        ("printing printers printed", ["print"]),
        ("KB-12 x 7", ["kb-12", "7"]),
        ("", []),
    ],
)
def test_words_are_made_comparable(text, expected) -> None:
    assert search.terms(text) == expected
