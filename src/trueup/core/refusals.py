"""The four refusals: raised below, translated once per surface, saying what to do next.

A text is an English message id with ``%(name)s`` placeholders; surfaces look it up in the
catalogue and fill in `params`. Nothing is changed when one of them is raised.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldClash:
    """One field that two people changed: what was read, what stands now, what was wanted."""

    field: str
    was: str
    now: str
    wanted: str


class Refusal(Exception):
    """What did not happen and why; `field` names the input it belongs to."""

    code = "refusal"

    def __init__(self, text: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class Refused(Refusal):
    """A rule says no; the sentence says which one and what would help."""

    code = "refused"


class NotFound(Refusal):
    """Missing, or not visible to this person: the same words for both."""

    code = "not_found"


class Conflict(Refusal):
    """Somebody else was faster; `fields` holds what clashes."""

    code = "conflict"

    def __init__(
        self,
        text: str,
        *,
        field: str | None = None,
        fields: tuple[FieldClash, ...] = (),
        **params: object,
    ) -> None:
        super().__init__(text, field=field, **params)
        self.fields = fields


class Broken(Refusal):
    """Something failed on our side; carries a number to quote."""

    code = "broken"
