"""How results are called, in one plain word each: lights, results, grades, confidence.

Pages and reports show the same words; English here, other languages by catalogue. `RESULTS` gives
the light in whose colour a result is drawn, and its word.
"""

from __future__ import annotations

from trueup.core.words import N_

INDICATORS = {
    "growth_value": N_("Growth and value"),
    "budget_adherence": N_("Budget adherence"),
    "risk_impact": N_("Risk impact"),
    "communication": N_("Communication effectiveness"),
}
QUESTIONS = {
    "growth_value": N_("Does the money follow the use, and is there room to grow?"),
    "budget_adherence": N_("Did we spend what this year's work justifies, and where will we end?"),
    "risk_impact": N_("Which of our own actions hurt, and do our safeguards work?"),
    "communication": N_("Are customers satisfied, and do our words arrive in time?"),
}
RESULTS = {
    "clean": ("green", N_("Clean")),
    "watch": ("amber", N_("Watch")),
    "exceptions": ("red", N_("Exceptions")),
    "not_enough_evidence": ("not_enough_evidence", N_("Not enough evidence")),
    "data_not_trustworthy": ("data_not_trustworthy", N_("Data not trustworthy")),
    "not_applicable": ("not_applicable", N_("Does not apply")),
}
CONFIDENCE = {
    "high": N_("We counted every record."),
    "medium": N_("A sample, a comparison or partial records."),
    "low": N_("An estimate, or few records."),
}
GRADES = {
    "major": N_("Major nonconformity"),
    "minor": N_("Minor nonconformity"),
    "observation": N_("Observation"),
    "opportunity": N_("Opportunity"),
}
GROUPS = {
    "must": N_("Must be done, whatever the rest"),
    "gate": N_("Repairs the data, so that more can be judged"),
    "deadline": N_("Has a date"),
    "value": N_("Pays most"),
    "find_out": N_("Look at ten cases first"),
}
