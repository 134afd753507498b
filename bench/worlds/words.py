"""What people write: titles, messages and comments, varied and of everyday words."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import Array

FAULTS = (
    "cannot open",
    "error when saving",
    "crashes after start of",
    "is frozen:",
    "wrong totals in",
    "timeout while loading",
    "no connection to",
    "login fails on",
    "missing entries in",
    "display is broken in",
    "very slow:",
    "does not print from",
    "stuck job in",
    "unexpected logout from",
    "cannot sync with",
    "warning shown by",
    "failed import into",
    "lost settings of",
    "blank page in",
    "bad sound on",
)
WISHES = (
    "please set up",
    "new account for",
    "request access to",
    "please order",
    "need a licence for",
    "please install",
    "please move",
    "add a member to",
    "new device for",
    "please change the owner of",
    "request a copy of",
    "please extend",
    "order equipment for",
    "please create",
    "request training on",
)
THINGS = (
    "monthly report",
    "delivery list",
    "customer portal",
    "stock ledger",
    "time sheet",
    "invoice run",
    "route planner",
    "quality log",
    "shared mailbox",
    "price table",
    "scanner queue",
    "shift calendar",
    "parts catalogue",
    "order desk",
    "travel form",
    "payroll file",
    "safety register",
    "project wiki",
    "meeting room panel",
    "tender archive",
    "gate terminal",
    "label printer",
    "claims folder",
    "budget sheet",
    "team drive",
    "contract store",
    "picking screen",
    "weighing station",
    "training page",
    "supplier list",
    "visitor desk",
    "fleet tracker",
    "batch protocol",
    "energy meter view",
    "return slip",
    "packing plan",
    "audit binder",
    "survey tool",
    "tax export",
    "sample register",
)
PLACES = (
    "Altona",
    "Bergen",
    "Cadiz",
    "Dover",
    "Essen",
    "Fulda",
    "Ghent",
    "Hull",
    "Ivrea",
    "Jena",
    "Kiel",
    "Lyon",
    "Metz",
    "Namur",
    "Oslo",
    "Porto",
    "Quimper",
    "Riga",
    "Sligo",
    "Turku",
    "Ulm",
    "Vaduz",
    "Wels",
    "Xanten",
    "Ypres",
    "Zadar",
    "Bristol",
    "Modena",
    "Nantes",
    "Tampere",
)
TAILS = (
    "since this morning",
    "on the second floor",
    "for the night shift",
    "before quarter end",
    "after holiday",
    "with two colleagues",
    "at the loading dock",
    "in the small office",
    "on my tablet",
    "for the auditors",
    "by Friday",
    "during the handover",
    "in building seven",
    "for a new trainee",
    "while on the road",
    "near reception",
    "for the workshop",
    "in the lab",
    "at the west gate",
    "with the blue badge",
)
ANSWERS = (
    "Your {thing} in {place} was stopped by a full queue. We are moving it to a new server next. "
    "The {team} team does this. You hear from us by {hour}:00 today.",
    "We found the cause: an expired certificate of the {thing}. Next we renew it and test. "
    "{team} takes care of it and will be done by {hour}:30.",
    "A wrong setting blocked the {thing}. As next step we correct it in {place}. "
    "Our {team} colleagues work on it and will tell you the result by {hour}:00.",
    "Thank you for the details on the {thing}. The fault comes from a late data load. "
    "{team} will restart the load and you get an update by {hour}:15 at the latest.",
)
QUESTIONS = (
    "Could you send us the exact text that you see in the {thing}? Because of it {team} will then "
    "check the settings in {place}; we go on by {hour}:00 as soon as we have your answer.",
    "Which user name did you use for the {thing}? The log shows two. {team} will then repair the "
    "right one and tell you by {hour}:30.",
)
DONE = (
    "The {thing} works again: the cause was a blocked job, which {team} removed. Next we watch it "
    "until {hour}:00 and then close this ticket.",
    "Done: {team} set up the {thing} in {place} as agreed. Please try it; we will close the ticket "
    "by {hour}:00 tomorrow unless you tell us otherwise.",
)
FIRST = (
    "Good morning, the {thing} gives me trouble in {place}.",
    "Hello, something about the {thing} in {place}, see the title.",
)
REPLIES = (
    "It says code 17, in the upper corner.",
    "The name is on my badge, see the photo.",
    "Here is the picture you asked for.",
    "Yes, I used the second account.",
)
CHASERS = ("Any news on this? We are still waiting.", "Is there any update? How far are you?")
GLAD = (
    "Thank you, quick and friendly help.",
    "All good, well explained.",
    "Solved at the first call.",
    "Kind colleague and a clear answer.",
    "Works again, thanks a lot.",
    "Fast, as always.",
)
SAD = (
    "Had to explain everything twice.",
    "The form was confusing.",
    "The hold music is loud.",
    "I expected a call back.",
    "Language was too technical.",
    "The link in the mail was broken.",
    "My colleague got a different answer.",
    "Opening hours do not suit us.",
)


def titles(rng: np.random.Generator, wish: Array) -> Array:
    """A title for each record: a wish reads as one, a fault as one."""
    n = len(wish)
    start = np.where(wish, rng.choice(WISHES, n), rng.choice(FAULTS, n))
    rest = zip(rng.choice(THINGS, n), rng.choice(PLACES, n), rng.choice(TAILS, n), strict=True)
    out = [f"{a} {b} {c} {d}" for a, (b, c, d) in zip(start, rest, strict=True)]
    return np.array([t[0].upper() + t[1:] for t in out], dtype=object)


def texts(rng: np.random.Generator, patterns: tuple[str, ...], team: Array) -> Array:
    """One text for each row from some patterns."""
    n = len(team)
    pattern, thing, place = rng.choice(patterns, n), rng.choice(THINGS, n), rng.choice(PLACES, n)
    hour = rng.integers(9, 18, n)
    rows = zip(pattern, thing, place, team, hour, strict=True)
    out = [p.format(thing=t, place=w, team=who, hour=h) for p, t, w, who, h in rows]
    return np.array(out, dtype=object)
