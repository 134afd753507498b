"""Small process models for tests, written as text."""

from __future__ import annotations

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:trueup="urn:trueup:bpmn"
  id="d" targetNamespace="urn:tests">
<message id="m_end" name="withdrawn"/>
<process id="p" isExecutable="true"><startEvent id="s"/>
"""
TAIL = "</process></definitions>\n"
TASK = '<userTask id="work" name="Work" trueup:verb="start" trueup:lane="team"/>'


def arrows(*pairs: str) -> str:
    """Arrows written as ``from>to``."""
    parts = [pair.split(">") for pair in pairs]
    return "".join(
        f'<sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in parts
    )


def bpmn(inner: str = TASK + '<endEvent id="e"/>' + arrows("s>work", "work>e")) -> str:
    """A diagram around its elements; by default one task."""
    return HEAD + inner + TAIL


def package(
    diagram: str = "", *, name: str = "small", number: int = 1, kind: str = "task", **more: str
) -> dict[str, str]:
    """The files of a model package; `more` are lines of its head (`head`) or files by name."""
    head = f'name = "{name}"\nnumber = {number}\nkind = "{kind}"\ntitle = "Small"\n'
    content = {
        "model.toml": head + more.pop("head", ""),
        "process.bpmn": diagram or bpmn(),
    }
    return content | {name.replace("__", "/") + suffix(name): text for name, text in more.items()}


def suffix(name: str) -> str:
    """How the file of a part of a package ends."""
    return ".csv" if name.startswith("tables") else ".toml"
