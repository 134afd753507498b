"""The languages of reports and commands: English as it is written, German by catalogue.

`result.json` is English in every language; what a person reads of it is said again through
`tongue`. Layouts and commands ask for their own words with `t`, within `speaking`.
"""

from trueup.audit.languages.choosing import LANGUAGES, language_of
from trueup.audit.languages.speaking import count, figured, refused, said, speaking, spoken, t
from trueup.audit.languages.tongue import Tongue, texts_of, tongue

__all__ = [
    "LANGUAGES",
    "Tongue",
    "count",
    "figured",
    "language_of",
    "refused",
    "said",
    "speaking",
    "spoken",
    "t",
    "texts_of",
    "tongue",
]
