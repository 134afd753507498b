"""Every chart is well-formed, carries its words and links, and keeps hostile text inert."""

from xml.etree import ElementTree

import pytest

from trueup.core.charts import (
    Band,
    Bar,
    Curve,
    Point,
    Quarter,
    Spot,
    Stretch,
    bands,
    bars,
    control,
    funnel,
    promise,
    score,
    survival,
    track,
)

EVIL = '"><script>alert(1)</script>'


def drawn() -> dict[str, str]:
    quarters = [
        Quarter(label="Q1", low=40, likely=50, high=60, href="/a"),
        Quarter(label="Q2"),
        Quarter(label=EVIL, low=70, likely=75, high=80, href="/b?x=" + EVIL),
    ]
    return {
        "score": score(quarters, good=75, light="green", label=EVIL, good_word="good"),
        "bands": bands(
            [Band(name=EVIL, low=1, likely=2, high=3, words="1 to 3", href="/r")],
            label="b",
            plumb=(1, "normal"),
            limit=(1.5, "limit"),
        ),
        "promise": promise(42, 47, 53, 85, "red", EVIL),
        "bars": bars([Bar(name=EVIL, value=3, words="3 h", href="/r")], label="l", plumb=(2, "p")),
        "control": control(
            [
                Point(label="a", value=1),
                Point(label="b", value=None),
                Point(label=EVIL, value=9, signal=True),
            ],
            usual=(0, 2, 4),
            words=("from 0", "usual 2", "to 4"),
            label="c",
            remark=EVIL,
        ),
        "funnel": funnel(
            [
                Spot(name=EVIL, n=90, share=0.4, outside=True, href="/r"),
                Spot(name="b", n=9, share=0.1),
            ],
            mean=0.12,
            label="f",
            axes=("cases", "of 100"),
        ),
        "survival": survival(
            [Curve(name=EVIL, times=[1, 3], shares=[0.6, 0.4], median=3)],
            label="s",
            words=("all", "half"),
            unit="d",
        ),
        "track": track(
            [Stretch(0, 50, "ran"), Stretch(50, 80, "paused"), Stretch(80, 90, "outside")],
            span=(0, 100),
            now=(90, "now"),
            promise=(95, EVIL),
            label="t",
        ),
    }


@pytest.mark.parametrize("name", sorted(drawn()))
def test_well_formed_and_inert(name: str) -> None:
    svg = drawn()[name]
    root = ElementTree.fromstring(svg)
    tags = {element.tag for element in root.iter()}
    assert "script" not in tags
    assert "style" not in svg.replace("s-", "")
    assert root.get("aria-label")


def test_unjudged_quarters_are_rings_not_gaps() -> None:
    root = ElementTree.fromstring(drawn()["score"])
    rings = [one for one in root.iter("circle") if "dash" in (one.get("class") or "")]
    assert len(rings) == 1


def test_marks_are_links_with_a_sentence() -> None:
    root = ElementTree.fromstring(drawn()["bands"])
    (link,) = root.iter("a")
    assert link.get("href") == "/r"
    assert "1 to 3" in (link.get("aria-label") or "")


def test_a_missing_period_stays_a_gap() -> None:
    svg = drawn()["control"]
    assert svg.count("c-line grey thin") == 0
    assert svg.count("<circle") == 2


def test_funnel_names_only_those_outside() -> None:
    root = ElementTree.fromstring(drawn()["funnel"])
    words = [one.text for one in root.iter("text")]
    assert EVIL in words
    assert "b" not in words


def test_bars_start_at_zero() -> None:
    svg = bars([Bar(name="a", value=10, words=""), Bar(name="b", value=5, words="")], label="l")
    widths = [float(r.get("width") or 0) for r in ElementTree.fromstring(svg).iter("rect")]
    assert widths[0] == pytest.approx(2 * widths[1])
