"""The tables of the evidence in the words of people."""

from __future__ import annotations

from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.surfaces.web import saying

TABLES: dict[str, str] = {
    "access": N_("Rights people hold"),
    "action": N_("Actions"),
    "agreement": N_("Agreements"),
    "agreement_tier": N_("Price steps"),
    "approval": N_("Approvals"),
    "article": N_("Articles"),
    "asset": N_("Assets"),
    "attachment": N_("Attachments"),
    "benefit": N_("Benefits"),
    "budget": N_("Budget"),
    "calendar": N_("Calendars"),
    "capacity": N_("Capacity"),
    "change": N_("Changes"),
    "change_ci": N_("Items touched by changes"),
    "checkpoint": N_("Signed checkpoints of the log"),
    "ci": N_("Configuration items"),
    "ci_sample": N_("Spot checks of items"),
    "commitment": N_("Commitments"),
    "complaint_step": N_("Steps of complaints"),
    "contingency": N_("Fallback plans"),
    "control": N_("Safeguards"),
    "control_use": N_("Uses of safeguards"),
    "cost": N_("Costs"),
    "customer": N_("Customers"),
    "decision": N_("Decisions"),
    "event": N_("Events of the log"),
    "finding": N_("Findings"),
    "forecast": N_("Forecasts"),
    "freeze": N_("Frozen windows"),
    "investment": N_("Investments"),
    "known_step": N_("Steps known before"),
    "label": N_("Labels by people"),
    "licence": N_("Licences"),
    "lost_demand": N_("Demand not served"),
    "measure": N_("Confirmed targets"),
    "message": N_("Messages"),
    "outage": N_("Outages"),
    "person": N_("People"),
    "person_usage": N_("Use by person"),
    "price_list": N_("Price list"),
    "privileged_session": N_("Privileged sessions"),
    "problem": N_("Problems"),
    "provider_guess": N_("What we think customers think"),
    "purchase": N_("Purchases"),
    "record": N_("Records"),
    "recovery_test": N_("Recovery tests"),
    "relation": N_("Relations between items"),
    "release": N_("Releases"),
    "release_change": N_("Changes in releases"),
    "revenue": N_("Revenue"),
    "risk": N_("Risks"),
    "risk_event": N_("Losses"),
    "service": N_("Services"),
    "service_review": N_("Service reviews"),
    "supplier": N_("Suppliers"),
    "survey": N_("Surveys"),
    "target": N_("Targets"),
    "target_result": N_("Results of targets"),
    "underpinning": N_("Promises to us"),
    "usage": N_("Use of services"),
    "verification": N_("Verifications"),
    "worklog": N_("Time worked"),
}


def table_word(name: str) -> str:
    """A table as people call it; its own name where it has none."""
    return gettext(TABLES[name]) if name in TABLES else name


def table_within(name: str) -> str:
    """The same within a sentence: small letters where the language writes nouns so."""
    word = table_word(name)
    return word if saying.language() == "de" else word[:1].lower() + word[1:]


def gap_words(gaps: list[str], most: int = 3) -> str:
    """`table.column` gaps as a list of tables in words."""
    tables = list(dict.fromkeys(gap.split(".")[0] for gap in gaps))
    words = [table_within(name) for name in tables[:most]]
    if len(tables) > most:
        words.append(gettext("%(n)s more") % {"n": len(tables) - most})
    return ", ".join(words)
