"""The events: one frozen dataclass per thing that happened, a file per area.

A class says what the event means, how it reads as a sentence, and which fields are private
(personal or free text, kept outside the sealed chain so that they stay erasable).
"""

from trueup.core.events.base import Event, area_name, find, registry

__all__ = ["Event", "area_name", "find", "registry"]
