"""Our own small drawings: icons of 16 px with one stroke, the six lights, the plumb.

The only place of the pages, beside the charts of `core`, that makes markup in Python; all of it
is constant.
"""

from __future__ import annotations

ICONS: dict[str, str] = {
    "add": '<path d="M8 3.5v9M3.5 8h9"/>',
    "answer": '<path d="M4 2.5h5L12 5.5v8H4zM9 2.5v3h3M6 8.5h4M6 11h4"/>',
    "back": '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
    "balance": '<path d="M8 2.5v11M4.5 13.5h7M3 5h10M3 5 1.5 9.2h3zM13 5l-1.5 4.2h3z"/>',
    "bars": '<path d="M2.5 13.5h11M4 11V8M7 11V4.5M10 11V6.5M13 11V9"/>',
    "bell": '<path d="M4 11V7a4 4 0 0 1 8 0v4l1.2 1.5H2.8zM6.8 14h2.4"/>',
    "board": '<rect x="2.5" y="3" width="11" height="10" rx="1.2"/><path d="M6.2 3v10M9.8 3v10"/>',
    "box": '<path d="M8 2 13.5 5v6L8 14 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6"/>',
    "calendar": '<rect x="2.5" y="3.5" width="11" height="10" rx="1.2"/>'
    '<path d="M2.5 6.5h11M5.5 2v2.5M10.5 2v2.5"/>',
    "clip": '<path d="m12.5 7.5-4.8 4.8a2.6 2.6 0 0 1-3.7-3.7l5-5a1.8 1.8 0 0 1 2.5 2.5'
    'l-4.8 4.8"/>',
    "clock": '<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3.2l2 1.3"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "comment": '<path d="M2.5 3.5h11V11H7l-3 2.5V11H2.5z"/>',
    "done": '<path d="m3.5 8.5 3 3 6-7"/>',
    "down": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
    "edit": '<path d="m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2zM9.5 4.3l2.2 2.2"/>',
    "euro": '<path d="M12 4.2A4.5 4.5 0 1 0 12 11.8M2.5 7h6M2.5 9h6"/>',
    "eye": '<path d="M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8z"/>'
    '<circle cx="8" cy="8" r="1.7"/>',
    "filter": '<path d="M2.5 3.5h11L9.5 8.5v4l-3 1v-5z"/>',
    "flag": '<path d="M4 14V2.5h8L10.5 5.5 12 8.5H4"/>',
    "flow": '<rect x="2" y="3" width="4" height="3.5" rx=".8"/>'
    '<rect x="10" y="9.5" width="4" height="3.5" rx=".8"/>'
    '<path d="M6 4.8h3.5A1.5 1.5 0 0 1 11 6.3v3.2"/>',
    "gear": '<circle cx="8" cy="8" r="2"/><path d="M8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.8l1.4 1.4'
    'M10.8 10.8l1.4 1.4M3.8 12.2l1.4-1.4M10.8 5.2l1.4-1.4"/>',
    "home": '<path d="M2.5 7.5 8 3l5.5 4.5M4 6.8V13h8V6.8"/>',
    "key": '<circle cx="5.5" cy="10.5" r="2.7"/><path d="m7.5 8.5 5.5-5.5M11 5l1.8 1.8"/>',
    "laptop": '<rect x="3.5" y="3.5" width="9" height="6.5" rx="1"/><path d="M2 12.5h12"/>',
    "leave": '<path d="M9.5 3H4v10h5.5M7.5 8h6M11 5.5 13.5 8 11 10.5"/>',
    "link": '<path d="M6.7 9.3a2.5 2.5 0 0 0 3.6 0l2-2a2.5 2.5 0 0 0-3.6-3.6l-.8.8M9.3 6.7a2.5 2.5'
    ' 0 0 0-3.6 0l-2 2a2.5 2.5 0 0 0 3.6 3.6l.8-.8"/>',
    "lock": '<rect x="3.5" y="7" width="9" height="6" rx="1.2"/>'
    '<path d="M5.5 7V5.2a2.5 2.5 0 0 1 5 0V7"/>',
    "mail": '<rect x="2.5" y="4" width="11" height="8.5" rx="1.2"/><path d="m3 5 5 4 5-4"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "next": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "pause": '<path d="M6 4v8M10 4v8"/>',
    "people": '<circle cx="6" cy="5.5" r="2.3"/><path d="M2 13c.4-2.6 1.9-3.8 4-3.8s3.6 1.2 4 3.8'
    'M10.2 3.4a2.3 2.3 0 0 1 0 4.2M11.4 9.5c1.5.4 2.3 1.6 2.6 3.5"/>',
    "person": '<circle cx="8" cy="5.5" r="2.6"/><path d="M3 13.5c.6-2.7 2.5-4 5-4s4.4 1.3 5 4"/>',
    "phone": '<rect x="4.5" y="2" width="7" height="12" rx="1.3"/><path d="M7.3 11.8h1.4"/>',
    "pin": '<path d="M6 2.5h4L9.5 7l2 2.2h-7L6.5 7zM8 9.2V14"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14"/>',
    "star": '<path d="m8 2.5 1.7 3.5 3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8L2.5 6.5 6.3 6z"/>',
    "tray": '<path d="M2.5 9 4 3.5h8L13.5 9v3.5h-11zM2.5 9H6l.7 1.5h2.6L10 9h3.5"/>',
    "undo": '<path d="M5.5 3 3 5.5 5.5 8M3 5.5h6.5a3.5 3.5 0 0 1 0 7H6"/>',
    "warn": '<path d="M8 2.8 14 13H2zM8 6.8v3M8 11.4v.1"/>',
}

LIGHTS: dict[str, tuple[str, str]] = {
    "green": (
        "green",
        '<circle cx="10" cy="10" r="8.5" class="f-green"/>'
        '<path d="m6.3 10.3 2.6 2.6 4.9-5.6" class="s-cut"/>',
    ),
    "amber": (
        "amber",
        '<path d="M10 2.3a1.3 1.3 0 0 1 1.15.7l7 13.2A1.3 1.3 0 0 1 17 18.1H3'
        'a1.3 1.3 0 0 1-1.15-1.9l7-13.2A1.3 1.3 0 0 1 10 2.3z" class="f-amber"/>'
        '<path d="M10 7.7V12M10 14.8v.1" class="s-cut"/>',
    ),
    "red": (
        "red",
        '<path d="M6.6 1.8h6.8l4.8 4.8v6.8l-4.8 4.8H6.6l-4.8-4.8V6.6z" class="f-red"/>'
        '<path d="m7.2 7.2 5.6 5.6M12.8 7.2l-5.6 5.6" class="s-cut"/>',
    ),
    "not_enough_evidence": (
        "none",
        '<circle cx="10" cy="10" r="8" class="s-grey dash"/><path d="M7.9 8.1a2.2 2.2 0 1 1 3.1 2.1'
        'c-.7.3-1 .7-1 1.4M10 14v.1" class="s-grey"/>',
    ),
    "data_not_trustworthy": (
        "none",
        '<circle cx="10" cy="10" r="8" class="s-grey"/><path d="m4.5 15.5 11-11" class="s-grey"/>',
    ),
    "not_applicable": ("none", '<path d="M4 10h12" class="s-grey"/>'),
}

BRAND = (
    '<svg viewBox="0 0 22 22" aria-hidden="true">'
    '<path d="M3 4.2h16" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>'
    '<path d="M11 4.2v8" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="m11 11.8 3.2 3.6L11 20.2l-3.2-4.8z" class="f-brand"/></svg>'
)
PLUMB = (
    '<svg viewBox="0 0 64 48" class="empt" aria-hidden="true"><path class="c-axis" d="M8 12h48"/>'
    '<path class="c-line ink thin" d="M32 12v20"/><path class="f-brand" d="m32 30 5 6-5 7-5-7z"/>'
    "</svg>"
)


def icon(name: str) -> str:
    """An icon as SVG; KeyError for a name that is not drawn."""
    return f'<svg class="i" viewBox="0 0 16 16" aria-hidden="true">{ICONS[name]}</svg>'


def light(state: str) -> tuple[str, str]:
    """The colour class and the shape of a light; KeyError for a word that is none."""
    css, shape = LIGHTS[state]
    return css, f'<svg viewBox="0 0 20 20" aria-hidden="true">{shape}</svg>'
