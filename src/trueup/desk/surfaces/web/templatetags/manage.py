"""Tags of the manager's pages: addresses within one audit, figures in bold."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from trueup.desk.surfaces.web.manage.seeing import Seen
from trueup.desk.surfaces.web.manage.values import FIGURE
from trueup.desk.surfaces.web.templatetags.trueup import LIGHT_WORDS

register = template.Library()


@register.simple_tag
def at(seen: Seen, name: str, *args: object, **query: object) -> str:
    """`{% at seen "finding" key %}`: the address of a page about the audit that is looked at."""
    return seen.at(name, *args, **query)


@register.simple_tag
def light_word(state: str) -> str:
    """The word of a light alone, where its shape stands elsewhere."""
    return gettext(LIGHT_WORDS[state])


@register.filter
def figures(text: str) -> SafeString:
    """A sentence with its numbers in bold."""
    safe = FIGURE.sub(lambda found: f"<b>{found[0]}</b>", str(escape(text)))
    return mark_safe(safe)  # noqa: S308 - escaped above; only <b> is added
