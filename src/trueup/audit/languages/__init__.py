"""The languages of the reports: English as it is written, German by catalogue.

`result.json` is English in every language; what a person reads of it is said again through
`tongue`. Layouts ask for their own headings with `t`.
"""

from trueup.audit.languages.choosing import LANGUAGES, language_of
from trueup.audit.languages.speaking import count, figured, speaking, spoken, t
from trueup.audit.languages.tongue import Tongue, tongue

__all__ = [
    "LANGUAGES",
    "Tongue",
    "count",
    "figured",
    "language_of",
    "speaking",
    "spoken",
    "t",
    "tongue",
]
