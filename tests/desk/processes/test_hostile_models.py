"""Whatever is wrong in a model, a sentence names it and nothing is kept."""

from __future__ import annotations

import pytest

from tests.desk.processes.models import TASK, arrows, bpmn, package
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refused
from trueup.desk.eventlog.models import Event
from trueup.desk.processes import verbs
from trueup.desk.processes.models import Package

pytestmark = pytest.mark.django_db
END = '<endEvent id="e"/>'
SIMPLE = END + arrows("s>x", "x>e")


def choice(condition: str) -> str:
    """A diagram with one condition."""
    text = condition.replace("&", "&amp;").replace("<", "&lt;")
    return bpmn(
        TASK + END + '<exclusiveGateway id="g" default="f_g_e"/>' + arrows("s>g", "g>e", "work>e")
        + '<sequenceFlow id="f_if" sourceRef="g" targetRef="work"><conditionExpression>'
        + text + "</conditionExpression></sequenceFlow>"
    )  # fmt: skip


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
DIAGRAMS = {
    "a DOCTYPE": (bpmn().replace("?>", "?>" + OUTSIDE, 1), "DOCTYPE"),
    "an entity": (bpmn().replace("?>", "?>" + ENTITY, 1), "DOCTYPE"),
    "an instruction": (bpmn().replace("?>", "?><?php x?>", 1), "processing instruction"),
    "another encoding": (bpmn().replace("UTF-8", "UTF-16"), "UTF-8"),
    "broken XML": (bpmn().replace("</process>", ""), "no readable XML"),
    "no XML": ("BEGIN; DROP TABLE record;", "no readable XML"),
    "a huge file": (bpmn() + "<!--" + "x" * 1_000_000 + "-->", "too large|bytes"),
    "deep nesting": (bpmn("<lane>" * 60 + "</lane>" * 60), "too large"),
    "a script": (
        bpmn('<scriptTask id="x"><script>import os</script></scriptTask>' + SIMPLE),
        "“x” stands against it: a model never runs scripts",
    ),
    "a sub-process": (bpmn('<subProcess id="x"/>' + SIMPLE), "“x”.*call another model"),
    "a complex gateway": (bpmn('<complexGateway id="x"/>' + SIMPLE), "“x”.*not supported"),
    "another tool's element": (
        bpmn('<userTask id="x"><extensionElements><z:a xmlns:z="urn:z"/></extensionElements>'
             "</userTask>" + SIMPLE),
        "“x” stands against it: the element “a” of “urn:z” is not known here",
    ),
    "a call outside": (
        bpmn('<serviceTask id="x" implementation="http://evil"/>' + SIMPLE),
        "“x”.*calls outside are not supported",
    ),
    "an unknown effect": (
        bpmn('<serviceTask id="x" trueup:effect="shell"/>' + SIMPLE),
        "“x”.*one effect",
    ),
    "a task that nothing ends": (bpmn('<userTask id="x"/>' + SIMPLE), "“x”.*names the verb"),
    "two arrows": (
        bpmn(TASK + END + '<endEvent id="z"/>' + arrows("s>work", "work>e", "work>z")),
        "“work” stands against it: two arrows leave",
    ),
    "an endless loop": (
        bpmn('<serviceTask id="x" trueup:effect="call_verb" trueup:verb="close"/>'
             '<exclusiveGateway id="g" default="f_g_x"/>' + END + arrows("s>x", "x>g", "g>x")
             + '<sequenceFlow id="out" sourceRef="g" targetRef="e">'
             "<conditionExpression>major</conditionExpression></sequenceFlow>"),
        "turn for ever",
    ),
    "a repeating timer": (
        bpmn('<intermediateCatchEvent id="x"><timerEventDefinition><timeCycle>R/PT1S</timeCycle>'
             "</timerEventDefinition></intermediateCatchEvent>" + SIMPLE),
        "“x”.*repeating timers",
    ),
    "code as a duration": (
        bpmn('<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>'
             "__import__('os').system('true')</timeDuration></timerEventDefinition>"
             "</intermediateCatchEvent>" + SIMPLE),
        "“x”.*a duration is written like",
    ),
    "code as a condition": (choice("__import__('os')"), "“f_if”.*not allowed in conditions"),
    "an attribute walk": (choice("major.__class__.__mro__"), "“f_if”.*“__class__” is not allowed"),
    "a long condition": (choice("1 == 1 && " * 60 + "major"), "“f_if”.*at most 500 are allowed"),
    "too many parts": (choice(" && ".join(["major"] * 30)), "“f_if”.*parts"),
    "nested macros": (
        choice("[1].all(a, [1].all(b, true))"), "“f_if”.*use one of all, exists",
    ),
    "an unknown fact": (choice("salary > 10"), "“f_if”.*“salary” is not a published fact"),
}  # fmt: skip


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_bad_diagram_is_refused_in_a_sentence(name) -> None:
    diagram, sentence = DIAGRAMS[name]
    with pytest.raises(Refused, match=sentence):
        verbs.draft(package(diagram), actor=SYSTEM)
    assert not Package.objects.exists()
    assert not Event.objects.filter(entity="configuration").exists()


HEAD = '[tables.t]\nfile = "tables/t.csv"\nhit = "U"\n'
TABLES = {
    "a gap": ("row,in:impact,out:p\nA,1,1\nB,2,2\n", "table t” stands against it: no row for"),
    "an overlap": ("row,in:impact,out:p\nA,<5,1\nB,>=3,2\n", "rows A, B all fit impact = 3"),
    "code in a cell": ('row,in:impact,out:p\nA,"exec(1)",1\n', "Line 2 .*not understood"),
    "a text without quotes": (
        "row,in:category,out:p\nA,phone,1\n",
        "row A names “phone”, which is no input",
    ),
    "no head": ("impact,p\n1,1\n", "head of table “t” is not understood"),
    "a lost cell": ("row,in:impact,out:p\nA,1\n", "Line 2 of table “t” has 2 cells"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_bad_table_is_refused_in_a_sentence(name) -> None:
    table, sentence = TABLES[name]
    with pytest.raises(Refused, match=sentence):
        verbs.draft(package(head=HEAD, tables__t=table), actor=SYSTEM)
    assert not Package.objects.exists()


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="t">
<decisionTable hitPolicy="%s"><input><inputExpression><text>impact</text></inputExpression></input>
<output name="p"/><rule id="A"><inputEntry><text>%s</text></inputEntry><outputEntry><text>1</text>
</outputEntry></rule></decisionTable></decision></definitions>"""
DMNS = {
    "a DOCTYPE": (OUTSIDE + DMN % ("FIRST", "-"), "DOCTYPE"),
    "an unknown policy": (DMN % ("LOTTERY", "-"), "hit policy “LOTTERY”"),
    "code in a cell": (DMN % ("FIRST", "x.y()"), "not understood"),
    "no table": ("<definitions/>", "no single DMN table"),
}


@pytest.mark.parametrize("name", DMNS)
def test_a_bad_dmn_file_is_refused_in_a_sentence(name) -> None:
    text, sentence = DMNS[name]
    content = package(head=HEAD.replace(".csv", ".dmn")) | {"tables/t.dmn": text}
    with pytest.raises(Refused, match=sentence):
        verbs.draft(content, actor=SYSTEM)
    assert not Package.objects.exists()


def test_a_package_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="too large"):
        verbs.draft(package() | {"texts/en.toml": "x" * 1_100_000}, actor=SYSTEM)


@pytest.mark.parametrize("head", ["name = ", "name = 1"])
def test_a_head_that_cannot_be_read_is_named(head) -> None:
    with pytest.raises(Refused, match=r"model\.toml"):
        verbs.draft({"model.toml": head, "process.bpmn": bpmn()}, actor=SYSTEM)
