"""Scores of every scale end on 1 (worst) to 5 (best); no answer stays no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.intake.samples import table
from tests.audit.intake.test_several_files import asked, read

GLPI = ("ID|Titre|Entité|Statut|Date d'ouverture|Priorité|Satisfaction - Satisfaction"
        "|Satisfaction - Date de réponse")  # fmt: skip
ITOP = "ref|org_name|title|status|priority|start_date|caller_name|user_satisfaction"
BMC = "Survey ID|Incident ID|Sent Date|Response Date|Rating"
TICKET = "2026-03-13 09:00:00"


def glpi(id: int, score: str, answered: str) -> str:
    return f"{id}|a|N|Clos|{TICKET}|Haute|{score}|{answered}"


def itop(id: int, score: str) -> str:
    return f"I-00000{id}|N|a|closed|1|{TICKET}|Ann|{score}"


def bmc(id: int, score: str) -> str:
    return f"S{id}|INC00000000000{id}|{TICKET}|{TICKET}|{score}"


@pytest.mark.parametrize(("rows", "scores"), [
    # 0 to 5; 0 is the worst score where it was given, and no answer without its date
    ((GLPI, glpi(1, "5", TICKET), glpi(2, "0", TICKET), glpi(3, "0", ""), glpi(4, "", "")),
     [5, 1, None]),
    # upside down, without a middle
    ((ITOP, itop(1, "1"), itop(2, "2"), itop(3, "3"), itop(4, "4")), [5, 4, 2, 1]),
    # five steps as they are, ten in twos
    ((BMC, bmc(1, "1"), bmc(2, "2"), bmc(3, "5"), bmc(4, "")), [1, 2, 5, None]),
    ((BMC, bmc(1, "2"), bmc(2, "6"), bmc(3, "10"), bmc(4, "4")), [1, 3, 5, 2]),
])  # fmt: skip
def test_a_scale(tmp_path: Path, rows: tuple[str, ...], scores: list[int | None]) -> None:
    pack = read(tmp_path, {"x.csv": table(*rows)})
    assert [csat for _, csat in asked(pack, "survey", "id, csat")] == scores
