"""The template that `trueup checks new FILE` writes: commented, and it passes its own cases."""

from __future__ import annotations

from pathlib import Path

from trueup.core.refusals import Refused
from trueup.core.words import N_

TEXT = """\
# An own check: one question that your organisation asks of its records.
# Try it:   trueup checks test FILE
# Use it:   trueup audit INPUT --checks FILE
# Tables and columns are those of the evidence (docs/imports.md); docs/own-checks.md explains all.
format: trueup-check/1
id: OWN-SEC-1
title: Security incident without an answer
question: Does every security incident get a first answer in time?

# What it speaks for: growth_value, budget_adherence, risk_impact, communication.
indicator: risk_impact

# Gates: where one of these trips, the check is held at observation.
gates: [Z02]

# Numbers and words of the rule, used as $hours; changed with --set OWN-SEC-1.hours=8.
parameters:
  hours: 4

# Which records are looked at, and which of them are exceptions. SQL expressions that only read.
# $from and $to are the ends of the period (not including $to), $as_of is the evidence's instant.
rule:
  population: record
  where: >
    kind = 'security_incident' AND opened_at >= $from AND opened_at < $to
  exception: >
    coalesce(first_response_at, $as_of) > opened_at + INTERVAL ($hours) HOUR
  at: opened_at
  why: "'no answer within ' || CAST($hours AS INTEGER) || ' hours'"
# Where it counts: columns of the population, or "team: an expression".
unit: [team, service]

# The largest share of exceptions that is still fine, or the word any: then one is too many.
limit: 0.05
# major, minor, observation or opportunity.
grade: minor
criteria: [ISO 20000-1 8.7.3, Security handbook 4.2]
causes:
  - nobody watches the queue at night
  - the alarm goes to a mailbox of one person

words:
  headline: "{bad} of {all} security incidents had no answer within {hours} hours."
  should_be: Every security incident is answered within four hours.
  matters: An attacker works on while nobody looks.
do_first:
  text: Name who watches the queue this week, day and night.
  owner_role: security manager
  effort: 1 hour
do_then: Send the alarm to the duty phone instead of a mailbox.
verification:
  effective_when: share at most 5 % for 8 weeks

# The check is trusted only if it finds what it should and leaves alone what is fine.
cases:
  positive:
    - name: answered a day later, and never
      exceptions: [R1, R2]
      tables:
        record:
          - {id: R1, kind: security_incident, state: resolved, opened_at: 2026-03-02T08:00:00Z,
             first_response_at: 2026-03-03T08:00:00Z, team: SOC}
          - {id: R2, kind: security_incident, state: open, opened_at: 2026-03-02T08:00:00Z,
             team: SOC}
          - {id: R3, kind: security_incident, state: open, opened_at: 2026-03-02T08:00:00Z,
             first_response_at: 2026-03-02T09:00:00Z, team: SOC}
  negative:
    - name: answered in time; other work and other years do not count
      tables:
        record:
          - {id: R4, kind: security_incident, state: open, opened_at: 2026-03-02T08:00:00Z,
             first_response_at: 2026-03-02T12:00:00Z}
          - {id: R5, kind: incident, state: open, opened_at: 2026-03-02T08:00:00Z}
          - {id: R6, kind: security_incident, state: open, opened_at: 2024-03-02T08:00:00Z}
"""


def write_template(path: Path) -> None:
    """Write the template; a file that is there is never overwritten."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEXT)
    except FileExistsError as error:
        raise Refused(N_("%(file)s is there already; name a new file."), file=path) from error
