"""The signed link of a question: it opens one question, for its person, and nothing else."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.feedback.models import Survey

SALT = "trueup.survey"
NOT_VALID = N_("This link leads nowhere, or not any more.")


def token_of(survey: Survey) -> str:
    """The token of a question's link; a new nonce makes an old one worthless."""
    return Signer(salt=SALT).sign(f"{survey.pk.hex}.{survey.nonce}")


def survey_of(token: str) -> Survey:
    """The question a token opens; NotFound, in the same words, whatever is wrong with it."""
    try:
        key, _, nonce = Signer(salt=SALT).unsign(token).partition(".")
    except BadSignature as wrong:
        raise NotFound(NOT_VALID) from wrong
    found = Survey.objects.select_related("person", "record").filter(pk=key, nonce=nonce).first()
    if found is None or not nonce:
        raise NotFound(NOT_VALID)
    return found
