"""Samples of further layouts: programs' interfaces, searches, other languages; all is made up."""

from __future__ import annotations

import json
from typing import Any

from tests.audit.intake.samples import SAMPLES, Sample, listed, table


def freshworks(number: int, status: int, **more: Any) -> dict[str, Any]:
    """A ticket as the interfaces of Freshservice and Freshdesk give it."""
    done = "2026-03-02T13:00:00Z" if status > 3 else None
    return {
        "id": number, "subject": "Mail", "type": "Incident", "status": status, "priority": 3,
        "source": 2, "requester_id": 71, "responder_id": 5, "group_id": 9, "spam": False,
        "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T13:00:00Z",
        "fr_due_by": "2026-03-02T10:00:00Z", "stats": {
            "first_responded_at": "2026-03-02T09:10:00Z", "resolved_at": done, "closed_at": None},
        **more,
    }  # fmt: skip


ISSUE = {
    "key": "DESK-1", "id": "10001", "fields": {
        "summary": "Mail", "created": "2026-03-02T10:00:00.000+0100",
        "issuetype": {"name": "[System] Incident"}, "priority": {"name": "Critical"},
        "status": {"name": "Resolved"}, "resolutiondate": "2026-03-02T14:00:00.000+0100",
        "reporter": {"accountId": "r1"}, "assignee": {"accountId": "a1"},
        "comment": {"total": 2, "comments": [
            {"id": "1", "author": {"accountId": "a1"}, "created": "2026-03-02T10:10:00.000+0100",
             "jsdPublic": True, "body": "We look"},
            {"id": "2", "author": {"accountId": "r1"}, "created": "2026-03-02T10:20:00.000+0100",
             "jsdPublic": True, "body": "Thanks"}]}},
}  # fmt: skip

MORE: dict[str, Sample] = {
    "freshservice interface": Sample(
        {"tickets.json": listed(freshworks(7, 2, department_id=4, workspace_id=1),
                                freshworks(8, 4, department_id=4, workspace_id=1),
                                under="tickets")},
        ("freshservice.json",), (), {"record": 2, "customer": 1},
        frozenset({"opened", "commented", "resolved"}),
    ),
    "freshdesk interface": Sample(
        {"tickets.json": listed(freshworks(7, 6, company_id=4, association_type=None),
                                freshworks(8, 4, company_id=4, association_type=None))},
        ("freshdesk.json",), (), {"record": 2}, frozenset({"opened", "resolved"}),
    ),
    "otrs search": Sample(
        {"search.csv": table(
            "Ticket#|Alter|Erstellt|Geschlossen|Erste Antwort|Status|Priorität|Queue|Sperre"
            "|Agent/Besitzer|Kundennummer|Kundenname|Betreff|LösungDiffInMin",
            "2026030210000011|9 d|02.03.2026 09:00:00|02.03.2026 13:00:00|02.03.2026 09:10:00"
            "|erfolgreich geschlossen|4 hoch|Netz|entsperrt|bob|Nord|Ann|Mail|-20",
            "2026031310000012|1 d|13.03.2026 09:00:00|||warten zur Erinnerung|1 sehr niedrig|Netz"
            "|gesperrt|bob|Nord|Cem|Platte|", to=";")},
        ("otrs.search",), ("Ticket#", "Erstellt", "Queue"), {"record": 2, "target_result": 1},
        frozenset({"opened", "commented", "closed"}),
    ),
    "jira interface with comments": Sample(
        {"search.json": json.dumps({"total": 1, "issues": [ISSUE]})},
        ("jira.json", "jira.comments"), (), {"record": 1, "message": 2},
        frozenset({"opened", "resolved"}),
    ),
}  # fmt: skip

ALL = SAMPLES | MORE
