"""A small plausible export of every source, after the vendors' columns; all words are made up."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings

ZERO = "0" * 31


@dataclass(frozen=True)
class Sample:
    """The files of one export and what must come of them.

    `need` are headings without which the first file is refused; `tables` the least rows.
    """

    files: dict[str, str]
    sources: tuple[str, ...]
    need: tuple[str, ...] = ()
    tables: dict[str, int] = field(default_factory=dict)
    activities: frozenset[str] = frozenset({"opened"})


def table(*rows: str, by: str = "|", to: str = ",") -> str:
    """Lines of cells as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=to, lineterminator="\n").writerows(r.split(by) for r in rows)
    return out.getvalue()


def listed(*rows: dict[str, Any], under: str = "") -> str:
    """Rows as JSON, or below a name as an API returns them."""
    return json.dumps({under: list(rows)} if under else list(rows))


INCIDENTS = table(
    "number|sys_id|opened_at|sys_created_on|state|priority|assignment_group|caller_id|made_sla"
    "|resolved_at|closed_at|reassignment_count|comments",
    f"INC0001|a{ZERO}|2026-03-02 09:00:00|2026-03-02 09:05:00|Closed|2 - High|Desk|Ann|true"
    "|2026-03-02 13:00:00|2026-03-05 09:00:00|1|2026-03-02 10:00:00 - Bob (Additional comments)\n"
    "We look into it\n\n2026-03-02 09:30:00 - Ann (Additional comments)\nPlease hurry\n",
    f"INC0002|b{ZERO}|2026-03-13 09:00:00|2026-03-13 09:00:00|On Hold|4 - Low|Net|Cem|true|||0|",
)
SAMPLES: dict[str, Sample] = {
    "servicenow, several tables of one organisation": Sample(
        {
            "incident.csv": INCIDENTS,
            "sys_audit.csv": table(
                "documentkey|fieldname|oldvalue|newvalue|user|sys_created_on|record_checkpoint",
                f"a{ZERO}|state|1|2|bob|2026-03-02 09:20:00|1",
                f"a{ZERO}|assignment_group|Desk|Net|bob|2026-03-02 09:40:00|2",
                f"a{ZERO}|assignment_group|Net|Desk|eve|2026-03-02 11:00:00|3",
                f"c{ZERO}|state|1|2|bob|2026-03-02 09:20:00|1",
            ),
            "task_sla.csv": table(
                "task|sla|stage|has_breached|planned_end_time|business_duration|schedule",
                "INC0001|Priority 2 resolution (8 hours)|completed|false|2026-03-02 17:00:00"
                "|1970-01-01 04:00:00|8-17",
                "INC0002|Priority 4 response|in_progress|false|2026-03-20 17:00:00||8-17",
            ),
            "metric.csv": table(
                "id|definition|value|start|end|calculation_complete",
                f"b{ZERO}|Incident State|New|2026-03-13 09:00:00|2026-03-13 10:00:00|true",
                f"b{ZERO}|Incident State|On Hold|2026-03-13 10:00:00||false",
            ),
            "change.csv": table(
                "number|type|state|risk|start_date|end_date|work_start|work_end|close_code"
                "|opened_at|cmdb_ci",
                "CHG0001|Normal|Closed|High|2026-03-04 20:00:00|2026-03-04 22:00:00"
                "|2026-03-04 20:05:00|2026-03-04 21:30:00|successful_issues"
                "|2026-03-01 09:00:00|srv1",
            ),
            "problem.csv": table(
                "number|problem_state|known_error|cause_notes|opened_at|rfc",
                "PRB0001|Root Cause Analysis|true|cable|2026-03-03 09:00:00|CHG0001",
            ),
            "cmdb.csv": table(
                "name|install_status|class|serial_number|last_discovered|asset|sys_id",
                "srv1|Installed|Server|S1|2026-02-01 00:00:00|P100|x1",
                "srv1|In Stock|Server|S2|2026-02-01 00:00:00|P101|x2",
            ),
            "sysapproval.csv": table(
                "sysapproval|approver|state|sys_created_on|sys_updated_on",
                "CHG0001|Eve|approved|2026-03-02 09:00:00|2026-03-03 09:00:00",
            ),
            "survey.csv": table(
                "number|trigger_id|metric_type|sys_created_on|taken_on|actual_value|user",
                "AINST1|INC0001|Satisfaction|2026-03-05 09:00:00|2026-03-06 09:00:00|4|Ann",
                "AINST2|INC0002|Satisfaction|2026-03-15 09:00:00|||Cem",
            ),
            "interaction.csv": table(
                "Number|Opened For|Assigned To|State|Type|Opened",
                "IMS0001|Ann|Bob|Closed Complete|Chat|2026-03-02 08:50:00",
            ),
            "request.csv": table(
                "number|cat_item|stage|state|requested_for|opened_at|closed_at",
                "RITM0001|Laptop|Completed|Closed Complete|Ann|2026-03-02 09:00:00"
                "|2026-03-04 09:00:00",
            ),
        },
        ("servicenow.change", "servicenow.cmdb", "servicenow.incident", "servicenow.metric",
         "servicenow.problem", "servicenow.request", "servicenow.survey", "servicenow.sys_audit",
         "servicenow.approval", "servicenow.task_sla", "servicenow.interaction"),
        (), {"record": 5, "target_result": 1, "change": 1, "problem": 1, "approval": 1, "survey": 2,
             "message": 2, "ci": 2, "change_ci": 1},
        frozenset({"opened", "started", "assigned", "paused", "resolved", "closed", "implemented"}),
    ),
    "servicenow metric by labels": Sample(
        {"metric.csv": table(
            "Number|Requested For|Assignment Group|State|Priority|Opened|Resolved|Closed|Change"
            "|Value|Start|End",
            "INC1|Ann|Net|Closed|3 - Moderate|2026-03-02 09:00:00|2026-03-02 12:00:00"
            "|2026-03-04 09:00:00|Assignment Group|Desk|2026-03-02 09:00:00|2026-03-02 10:00:00",
            "INC1|Ann|Net|Closed|3 - Moderate|2026-03-02 09:00:00|2026-03-02 12:00:00"
            "|2026-03-04 09:00:00|Assignment Group|Net|2026-03-02 10:00:00|2026-03-02 12:00:00")},
        ("servicenow.metric",), ("Change", "Value", "Start"), {"record": 1},
        frozenset({"opened", "assigned", "resolved", "closed"}),
    ),
    "jira csv": Sample(
        {"jira.csv": table(
            "Summary|Issue key|Issue id|Issue Type|Status|Priority|Assignee Id|Reporter Id|Created"
            "|Resolved|Custom field (Time to resolution)|Satisfaction rating|Comment|Comment",
            "Mail|HD-1|1001|[System] Incident|Done|High|a1|r1|02/Mar/26 9:00 AM|02/Mar/26 1:00 PM"
            "|-1:30|5|02/Mar/26 9:30 AM;a1;hello|02/Mar/26 9:40 AM;r1;thanks",
            "Disk|HD-2|1002|[System] Service request|Waiting for customer|Low|a1|r2"
            "|13/Mar/26 9:00 AM||8:00||13/Mar/26 9:30 AM;a1;hello|"),
         "history.csv": table(
            "id|issueid|field|value|created|change_group_id",
            "1|1001|status|Open|2026-03-02T09:00:00Z|1",
            "2|1001|status|In Progress|2026-03-02T09:10:00Z|2",
            "3|1001|assignee|a1|2026-03-02T09:10:00Z|2")},
        ("jira.csv", "jira.history"), ("Issue key", "Created"),
        {"record": 2, "target_result": 1, "survey": 1, "message": 3},
        frozenset({"opened", "resolved", "edited"}),
    ),
    "jira json": Sample(
        {"issues.json": listed(
            {"key": "HD-1", "id": "1001", "fields": {
                "summary": "Mail", "status": {"name": "Done", "statusCategory": {"name": "Done"}},
                "issuetype": {"name": "Incident"}, "priority": {"name": "High"},
                "created": "2026-03-02T09:00:00.000+0100",
                "resolutiondate": "2026-03-02T13:00:00.000+0100",
                "reporter": {"accountId": "r1"}, "customfield_1": {
                    "name": "Time to resolution", "completedCycles": [
                        {"startTime": {"epochMillis": 1}, "breached": True,
                         "breachTime": {"iso8601": "2026-03-02T12:00:00+0100"},
                         "elapsedTime": {"millis": 14400000}}]}},
             "changelog": {"total": 2, "histories": [
                 {"id": "5", "created": "2026-03-02T09:10:00.000+0100",
                  "author": {"accountId": "a1"}, "items": [
                      {"field": "status", "fromString": "To Do", "toString": "In Progress"},
                      {"field": "assignee", "fromString": None, "toString": "Bob"}]}]}},
            under="issues")},
        ("jira.json", "jira.changelog", "jira.sla"), (), {"record": 1, "target_result": 1},
        frozenset({"opened", "started", "assigned", "resolved"}),
    ),
    "servicenow list in German": Sample(
        {"inc.csv": table(
            "Nummer|Geöffnet|Status|Priorität|Zuweisungsgruppe|Zugewiesen an|Anrufer|Gelöst",
            "INC1|13.03.2026 09:00:00|Geschlossen|2 - Hoch|Desk|Bob|Ann|13.03.2026 13:00:00",
            "INC2|14.03.2026 09:00:00|In Bearbeitung|4 - Niedrig|Desk|Bob|Cem|", to=";")},
        ("servicenow.incident",), ("Nummer", "Geöffnet"), {"record": 2},
        frozenset({"opened", "resolved"}),
    ),
    "jira in German": Sample(
        {"jira.csv": table(
            "Zusammenfassung|Vorgangsschlüssel|Vorgangs-ID|Vorgangstyp|Status|Priorität|Bearbeiter"
            "|Autor|Erstellt|Erledigt",
            "Mail|HD-1|1001|Störung|Fertig|Hoch|ann|bob|13.03.26 09:00|13.03.26 13:00",
            "Disk|HD-2|1002|Anfrage|In Arbeit|Niedrig|ann|cem|14.03.26 09:00|")},
        ("jira.csv",), ("Vorgangsschlüssel",), {"record": 2}, frozenset({"opened", "resolved"}),
    ),
    "zendesk csv": Sample(
        {"zendesk.csv": table(
            "Id|Requester|Assignee|Group|Subject|Status|Priority|Via|Ticket type|Created at"
            "|Solved at|Satisfaction Score|Group stations|Reopens|First reply time in minutes",
            "1|Ann|Bob|Desk|Mail|Closed|High|Mail|Incident|2026-03-02 09:00|2026-03-02 13:00|Good"
            "|1|0|15",
            "2|Cem|Bob|Desk|Disk|Open|Low|Web|Question|2026-03-13 09:00||Offered|2|0|")},
        ("zendesk.csv",), ("Requester", "Status"), {"record": 2, "survey": 2},
        frozenset({"opened", "commented", "resolved"}),
    ),
    "zendesk json": Sample(
        {"tickets.json": listed(
            {"id": 1, "created_at": "2026-03-02T09:00:00Z", "status": "closed", "requester_id": 7,
             "type": "incident", "priority": "urgent", "via": {"channel": "email"}, "group_id": 3,
             "satisfaction_rating": {"score": "good"}},
            {"id": 2, "created_at": "2026-03-13T09:00:00Z", "status": "pending", "requester_id": 8,
             "type": None, "priority": "low", "via": {"channel": "web"}, "group_id": 3},
            under="tickets"),
         "audits.json": listed(
            {"id": 11, "ticket_id": 1, "created_at": "2026-03-02T09:05:00Z", "author_id": 9,
             "events": [{"type": "Change", "field_name": "status", "previous_value": "new",
                         "value": "open"},
                        {"id": 21, "type": "Comment", "public": True, "body": "hello"}]},
            {"id": 12, "ticket_id": 1, "created_at": "2026-03-02T12:00:00Z", "author_id": 9,
             "events": [{"type": "Change", "field_name": "status", "previous_value": "open",
                         "value": "solved"}, {"type": "Notification"}]}, under="audits")},
        ("zendesk.audits", "zendesk.json"), (), {"record": 2, "survey": 1, "message": 1},
        frozenset({"opened", "started", "commented", "resolved"}),
    ),
    "freshservice": Sample(
        {"freshservice.csv": table(
            "Ticket Id|Subject|Type|Status|Urgency|Impact|Priority|Group|Agent|Requester Name"
            "|Created Time|Initial Response Time|Resolved Time|Closed Time|Due by Time"
            "|Resolution Status|Time Tracked",
            "7|Mail|Major Incident|Closed|High|High|Urgent|Desk|Bob|Ann|2026-03-02 09:00:00"
            "|2026-03-02 09:20:00|2026-03-02 13:00:00|2026-03-05 09:00:00|2026-03-02 12:00:00"
            "|SLA Violated|01:30:00",
            "8|Disk|Service Request|Waiting on Customer|Low|Low|Low|Desk|Bob|Cem"
            "|2026-03-13 09:00:00||||||00:00:00")},
        ("freshservice.csv",), ("Created Time",),
        {"record": 2, "target_result": 1, "worklog": 1},
        frozenset({"opened", "commented", "resolved", "closed"}),
    ),
    "freshdesk": Sample(
        {"freshdesk.csv": table(
            "Ticket ID|Subject|Status|Priority|Source|Type|Agent|Group|Created time|Resolved time"
            "|Closed time|Initial response time|Resolution status|Survey results",
            "7|Mail|Closed|High|Email|Incident|Bob|Desk|2026-03-02 09:00:00|2026-03-02 13:00:00"
            "|2026-03-05 09:00:00|2026-03-02 09:10:00|Within SLA|103",
            "8|Disk|Pending|Low|Portal|Request|Bob|Desk|2026-03-13 09:00:00|||||")},
        ("freshdesk.csv",), ("Created time",), {"record": 2, "target_result": 1, "survey": 1},
        frozenset({"opened", "commented", "resolved", "closed"}),
    ),
    "glpi list": Sample(
        {"glpi.csv": table(
            "ID|Titre|Entité|Statut|Date d'ouverture|Priorité|Type|Date de résolution"
            "|Satisfaction - Satisfaction|Attribué à - Groupe de techniciens|",
            "12 345|Mail|Nord|Clos|02-03-2026 09:00|Très haute|Incident|02-03-2026 13:00|5|Desk|",
            "12 346|Disque|Nord|En attente|13-03-2026 09:00|Basse|Demande|||Desk\nNet|", to=";")},
        ("glpi.list",), ("Statut", "Date d'ouverture"), {"record": 2, "survey": 1},
        frozenset({"opened", "resolved"}),
    ),
    "glpi tables": Sample(
        {"glpi_tickets.csv": table(
            "id|entities_id|name|date|closedate|solvedate|status|type|priority|itilcategories_id",
            "5|1|Mail|2026-03-02 09:00:00|2026-03-05 09:00:00|2026-03-02 13:00:00|6|1|6|3",
            "6|1|Disk|2026-03-13 09:00:00|||4|2|2|3"),
         "glpi_logs.csv": table(
            "id|itemtype|items_id|id_search_option|old_value|new_value|user_name|date_mod",
            "1|Ticket|5|12|1|2|bob (4)|2026-03-02 09:10:00",
            "2|Ticket|5|5||bob (4)|bob (4)|2026-03-02 09:10:00",
            "3|Computer|5|12|1|2|bob (4)|2026-03-02 09:12:00")},
        ("glpi.logs", "glpi.db"), (), {"record": 2},
        frozenset({"opened", "assigned", "resolved", "closed"}),
    ),
    "otrs": Sample(
        {"ticket.csv": table(
            "id|tn|title|queue_id|queue|ticket_state_id|state|priority|customer_id"
            "|customer_user_id|create_time|sla_id",
            "1|2026030209000011|Mail|3|Desk|2|closed successful|4 high|Nord|ann"
            "|2026-03-02 09:00:00|1",
            "2|2026031309000022|Disk|3|Desk|6|pending reminder|2 low|Nord|cem"
            "|2026-03-13 09:00:00|1"),
         "ticket_history.csv": table(
            "id|name|history_type_id|ticket_id|create_time|create_by",
            "1|%%2026030209000011%%Desk%%3 normal%%new%%1|1|1|2026-03-02 09:00:00|ann",
            "2|%%new%%open%%|27|1|2026-03-02 09:05:00|bob",
            "3|%%Net%%4%%Desk%%3|16|1|2026-03-02 09:06:00|bob",
            "4|%%3 normal%%3%%4 high%%4|22|1|2026-03-02 09:07:00|bob",
            "5|%%bob%%12|23|1|2026-03-02 09:08:00|bob",
            "6|%%mail sent|8|1|2026-03-02 10:00:00|bob",
            "7|%%open%%closed successful%%|27|1|2026-03-02 13:00:00|bob")},
        ("otrs.ticket", "otrs.history"), (), {"record": 2, "message": 1},
        frozenset({"opened", "started", "assigned", "priority_changed", "commented", "closed"}),
    ),
    "zammad": Sample(
        {"tickets.json": listed(
            {"id": 1, "number": "67001", "title": "Mail", "group": "Desk", "state": "closed",
             "priority": "3 high", "created_at": "2026-03-02T09:00:00.000Z",
             "close_at": "2026-03-02T13:00:00.000Z", "first_response_diff_in_min": -5,
             "close_diff_in_min": 30, "article_count": 2, "customer": "ann", "owner": "-"},
            {"id": 2, "number": "67002", "title": "Disk", "group": "Desk",
             "state": "pending reminder", "priority": "1 low", "article_count": 1,
             "created_at": "2026-03-13T09:00:00.000Z", "customer": "cem", "owner": "bob"}),
         "history.json": listed(
            {"id": 1, "o_id": 1, "object": "Ticket", "attribute": "state", "value_from": "new",
             "value_to": "open", "created_at": "2026-03-02T09:10:00.000Z", "created_by_id": 4},
            {"id": 2, "o_id": 1, "object": "Ticket::Article", "attribute": "state",
             "value_from": "open", "value_to": "closed",
             "created_at": "2026-03-02T09:20:00.000Z", "created_by_id": 4}),
         "articles.json": listed(
            {"id": 1, "ticket_id": 1, "sender": "Customer", "internal": False, "type": "email",
             "created_at": "2026-03-02T09:00:00.000Z", "from": "ann"},
            {"id": 2, "ticket_id": 1, "sender": "Agent", "internal": False, "type": "email",
             "created_at": "2026-03-02T09:30:00.000Z", "from": "bob"})},
        ("zammad.articles", "zammad.history", "zammad"), (),
        {"record": 2, "message": 2, "target_result": 2}, frozenset({"opened", "started", "closed"}),
    ),
    "itop": Sample(
        {"itop.csv": table(
            "ref|org_name|title|status|priority|start_date|resolution_date|close_date|team_name"
            "|caller_name|sla_ttr_passed|user_satisfaction|public_log",
            "I-000001|Nord|Mail|closed|1|2026-03-02 09:00:00|2026-03-02 13:00:00"
            "|2026-03-09 09:00:00|Desk|Ann|no|1|====== 2026-03-02 09:30:00 : Bob (3) ======\nhello",
            "R-000002|Nord|Disk|pending|3|2026-03-13 09:00:00|||Desk|Cem|yes||")},
        ("itop.csv",), ("start_date",),
        {"record": 2, "survey": 1, "target_result": 1, "message": 1},
        frozenset({"opened", "resolved", "closed"}),
    ),
    "bmc": Sample(
        {"bmc.csv": table(
            "Incident Number|Service Type|Status|Priority|Assigned Group|Submit Date"
            "|Reported Date|Last Resolved Date|SLM Status|HPD_CI|Company",
            "INC000000000101|User Service Restoration|Closed|High|Desk|02/03/2026 09:10"
            "|02/03/2026 09:00|02/03/2026 13:00|Met|srv1|Nord",
            "INC000000000102|User Service Request|Pending|Low|Desk|13/03/2026 09:00"
            "|13/03/2026 09:00||In Process|srv2|Nord"),
         "survey.csv": table(
            "Survey ID|Incident ID|Sent Date|Response Date|Rating",
            "S1|INC000000000101|03/03/2026 09:00|13/03/2026 09:00|10",
            "S2|INC000000000102|14/03/2026 09:00||")},
        ("bmc", "bmc.survey"), ("Assigned Group",), {"record": 2, "survey": 2},
        frozenset({"opened", "resolved"}),
    ),
    "hp service manager": Sample(
        {"Detail_Incident.csv": table(
            "CI Name (aff)|CI Type (aff)|Service Component WBS (aff)|Incident ID|Status|Impact"
            "|Urgency|Priority|Category|KM number|Alert Status|# Reassignments|Open Time"
            "|Reopen Time|Resolved Time|Close Time|Handle Time (Hours)|Closure Code",
            "APP1|application|WBS1|IM0001|Closed|4|4|4|incident|KM1|closed|1|02-03-2026 09:00:00"
            "||02-03-2026 13:00:00|02-03-2026 13:01:00|3,5|Software",
            "APP2|application|WBS2|IM0002|Closed|5|4|4|request for information|KM2|closed|0"
            "|13-03-2026 09:00:00||13-03-2026 13:00:00|13-03-2026 13:01:00|3,5|User error", to=";"),
         "Detail_Incident_Activity.csv": table(
            "Incident ID|DateStamp|IncidentActivity_Number|IncidentActivity_Type"
            "|Assignment Group|KM number|Interaction ID",
            "IM0001|02-03-2026 09:00:00|001A1|Open|TEAM1|KM1|SD1",
            "IM0001|02-03-2026 10:00:00|001A2|Reassignment|TEAM2|KM1|SD1",
            "IM0001|02-03-2026 13:01:00|001A3|Closed|TEAM2|KM1|SD1",
            "IM0009|02-03-2026 13:01:00|001A4|Closed|TEAM2|KM1|SD1", to=";"),
         "Detail_Change.csv": table(
            "CI Name (aff)|Service Component WBS (aff)|Change ID|Change Type|Risk Assessment"
            "|Emergency Change|CAB-approval needed|Planned Start|Planned End|Actual Start"
            "|Actual End|Change record Open Time|Change record Close Time|Originated from",
            "APP1|WBS1|C0001|Standard Change Type 1|Minor Change|N|N|13-03-2026 18:00"
            "|13-03-2026 20:00|13-03-2026 18:05|13-03-2026 19:00|10-03-2026 09:00"
            "|14-03-2026 09:00|Problem", to=";")},
        ("hpsm.change", "hpsm.incident", "hpsm.activity"), (),
        {"record": 3, "change": 1, "change_ci": 1},
        frozenset({"opened", "assigned", "closed", "implemented"}),
    ),
    "manageengine": Sample(
        {"requests.csv": table(
            "Request ID|Subject|Request Type|Requester|Department|Technician|Group|Request Status"
            "|Priority|Mode|Category|Created Time|Responded Time|DueBy Time|Completed Time"
            "|Overdue Status",
            "31|Mail|Incident|Ann|Nord|Bob|Desk|Closed|High|E-Mail|Mail|02/03/2026 09:00"
            "|02/03/2026 09:10|02/03/2026 17:00|02/03/2026 13:00|false",
            "32|Disk|Service Request|Cem|Nord|Bob|Desk|Onhold|Low|Web Form|Disk"
            "|13/03/2026 09:00||||false")},
        ("manageengine.csv",), ("Request ID", "Created Time"), {"record": 2, "target_result": 1},
        frozenset({"opened", "commented", "closed"}),
    ),
    "topdesk": Sample(
        {"incidents.json": listed(
            {"number": "I 2603 001", "briefDescription": "Mail", "callDate":
             "2026-03-02T09:00:00.000+0000", "operatorGroup": {"name": "Desk"},
             "processingStatus": {"name": "Closed"}, "priority": {"name": "High"},
             "completedDate": "2026-03-02T13:00:00.000+0000", "callType": {"name": "Incident"},
             "closedDate": "2026-03-03T09:00:00.000+0000", "caller": {"id": "c1"}},
            {"number": "I 2603 002", "briefDescription": "Disk", "callDate":
             "2026-03-13T09:00:00.000+0000", "operatorGroup": {"name": "Desk"},
             "processingStatus": {"name": "In progress"}, "priority": {"name": "Low"},
             "callType": {"name": "Request"}, "caller": {"id": "c2"}})},
        ("topdesk",), (), {"record": 2}, frozenset({"opened", "resolved", "closed"}),
    ),
}  # fmt: skip


def read(folder: Path, sample: Sample, **settings: Any) -> Pack:
    """The files of a sample, written below `folder` and read by the intake."""
    exports = folder / "exports"
    exports.mkdir(parents=True)
    for name, text in sample.files.items():
        (exports / name).write_text(text, "utf-8")
    return open_inputs(sorted(exports.iterdir()), folder / "pack", Settings(**settings))
