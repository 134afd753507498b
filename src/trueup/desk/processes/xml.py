"""Reading XML of models safely: the one place of the desk that parses model XML.

Refused before a tree is built: any DOCTYPE or entity, other encodings than UTF-8, processing
instructions, more than 1 MB, 5,000 elements or 30 levels. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from lxml import etree

from trueup.core.refusals import Refused
from trueup.core.words import N_

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 5_000
MAX_DEPTH = 30
MAX_ATTRIBUTES = 40
DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)


def parse_xml(data: bytes) -> etree._Element:
    """The root element of a document; Refused with the reason where it is not safe to read."""
    _check_bytes(data)
    _Scan().run(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(str(error)) from error


def _unreadable(why: str) -> Refused:
    return Refused(N_("The model is no readable XML: %(why)s."), why=why[:160])


def _check_bytes(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Refused(
            N_("The model has %(found)s bytes; at most %(most)s are read."),
            found=len(data), most=MAX_BYTES,
        )  # fmt: skip
    declared = ENCODING.match(data)
    named = declared.group(1).decode("ascii", "replace").lower() if declared else "utf-8"
    if named not in ("utf-8", "utf8", "us-ascii") or b"\x00" in data:
        raise Refused(N_("The model must be written in UTF-8."))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(N_("The model must be written in UTF-8.")) from error
    if DOCTYPE.search(data):
        raise Refused(N_("The model contains a DOCTYPE or an entity; models need neither."))


class _Scan:
    """A pass without a tree that stops at the first thing beyond the limits."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def run(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise _unreadable(str(error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise Refused(
                N_("The model is too large: at most %(deep)s levels and %(many)s elements."),
                deep=MAX_DEPTH, many=MAX_ELEMENTS,
            )  # fmt: skip
        if len(attributes) > MAX_ATTRIBUTES:
            raise Refused(N_("The element “%(name)s” has too many attributes."), name=name[:60])

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _doctype(self, *told: object) -> None:
        raise Refused(N_("The model contains a DOCTYPE or an entity; models need neither."))

    def _instruction(self, target: str, data: str) -> None:
        raise Refused(N_("The model contains a processing instruction; models need none."))
