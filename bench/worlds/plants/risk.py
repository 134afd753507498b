"""Defects of the register of risks, of safeguards, of single points and of decisions."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT
from bench.worlds.world import World


def overdue(world: World, rows: Array) -> None:
    """The reviews of some risks were due and not held."""
    as_of = world.as_of.astype("M8[D]")
    risk = world.tables["risk"]
    risk["review_due"][rows] = as_of - 60
    risk["reviewed_on"][rows] = as_of - 300


@plant("X01")
def asleep(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Nobody looks at many risks any more."""
    more = rng.integers(0, world.n("risk") - 1, 36)
    copies = {name: values[more] for name, values in world.tables["risk"].items()}
    copies["id"] = np.array([f"RX{i:02d}" for i in range(36)], dtype=object)
    world.append("risk", **copies)
    n = world.n("risk")
    rows = rng.choice(n, {"medium": 13, "large": 30}[size], replace=False)
    overdue(world, rows[: len(rows) // 2])
    world.tables["risk"]["owner"][rows[len(rows) // 2 :]] = None
    return Truth("X01", ("organisation", "*"), value=len(rows) / n)


@plant("X01", variant="service")
def asleep_at_one(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One service has a long list of risks, and half of them are not reviewed."""
    risk = world.tables["risk"]
    row = np.flatnonzero(risk["service"] == "S07")[0]
    copies = {name: np.repeat(values[row], 30) for name, values in risk.items()}
    copies["id"] = np.array([f"RX{i:02d}" for i in range(30)], dtype=object)
    world.append("risk", **copies)
    mine = np.flatnonzero(world.col("risk.service") == "S07")
    rows = mine[: {"medium": 10, "large": 22}[size]]
    overdue(world, rows)
    return Truth("X01", ("service", "S07"), value=len(rows) / len(mine))


def matters(world: World) -> float:
    """The amount that matters: half a hundredth of the yearly cost."""
    year = world.inside("cost.month", np.datetime64(world.shape.months[12]))
    return max(1000.0, 0.005 * float(world.col("cost.amount")[year].sum()))


def unforeseen(world: World, size: str, rng: np.random.Generator, records: Array) -> None:
    """Thirty losses of the year, most of them not in the register."""
    missed = {"medium": 18, "large": 27}[size]
    risk = [None] * missed + ["RK01"] * (30 - missed)
    at = world.as_of - minutes(rng.uniform(5, 350, 30) * 1440)
    loss = np.round(matters(world) * rng.uniform(1.1, 3.0, 30), 2)
    world.append("risk_event", risk=risk, at=at, loss=loss, record=records)


@plant("X02")
def surprises(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Most large losses were foreseen by no risk."""
    unforeseen(world, size, rng, np.full(30, None, dtype=object))
    large = world.inside("risk_event.at") & (world.col("risk_event.loss") >= matters(world))
    value = np.mean([r is None for r in world.col("risk_event.risk")[large]])
    return Truth("X02", ("organisation", "*"), value=float(value))


@plant("X02", variant="service")
def surprises_of_one(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same at one service."""
    mine = world.where("record", kind="incident", service="S07") & world.inside("record.opened_at")
    unforeseen(world, size, rng, rng.choice(world.col("record.id")[mine], 30, replace=False))
    value = {"medium": 18, "large": 27}[size] / 30
    return Truth("X02", ("service", "S07"), value=value, also=(("organisation", "*"),))


@plant("X03")
def above(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A risk costs more in a middling year than was accepted."""
    risk = world.tables["risk"]
    row = np.flatnonzero(risk["service"] == "S08")[0]
    for name, times in (("low", 2.0), ("mode", 3.0), ("high", 4.5)):
        risk[f"per_year_{name}"][row] = times
    loss = risk["loss_mode"][row]
    risk["appetite"][row] = loss * {"medium": 1.8, "large": 0.4}[size]
    years = rng.poisson(rng.triangular(1.7, 3.0, 5.0, 20_000))
    draws = [rng.triangular(0.35 * loss, loss, 2.5 * loss, n).sum() for n in years]
    return Truth("X03", ("service", "S08"), branch="above appetite", value=float(np.median(draws)))


@plant("X03", variant="accepted")
def for_ever(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Risks are accepted without an end, or the end has passed."""
    risk = world.tables["risk"]
    rows = np.flatnonzero(np.isin(risk["service"].astype(str), ["S09", "S10"]))
    rows = rows[:1] if size == "medium" else rows
    risk["state"][rows] = "accepted"
    risk["accepted_until"][rows] = world.as_of.astype("M8[D]") - 30
    if size == "large":
        risk["accepted_until"][rows[:1]] = np.datetime64("NaT")
    return Truth("X03", ("service", str(risk["service"][rows[0]])), branch="acceptance ran out")


@plant("X03", variant="nowhere")
def of_no_service(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same for a risk of no service, beside one of a service."""
    risk = world.tables["risk"]
    rows = np.flatnonzero([s is None for s in risk["service"]])[:2]
    if size == "large":
        rows = np.append(rows, np.flatnonzero(risk["service"] == "S09"))
    risk["state"][rows] = "accepted"
    risk["accepted_until"][rows] = world.as_of.astype("M8[D]") - 30
    ids = tuple(("risk", str(i)) for i in risk["id"][rows])
    return Truth("X03", ids[0], also=(*ids[1:], ("organisation", "*")))


def control_home(world: World, control: str) -> str:
    """The service whose risk a control holds."""
    risk = world.lookup("control.risk", [control])
    return str(world.lookup("risk.service", risk)[0])


@plant("X04")
def not_used(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A safeguard that is required on every normal change is often left out."""
    mine = world.where("control_use", control="CT1")
    skipped = world.pick(mine, {"medium": 0.2, "large": 0.55}[size])
    world.set("control_use", skipped, "done", False)
    seen = mine & world.inside("control_use.at")
    value = float(np.mean([bool(d) for d in world.col("control_use.done")[seen]]))
    home = ("service", control_home(world, "CT1"))
    return Truth("X04", ("control", "CT1"), branch="not used", value=value, also=(home,))


@plant("X04", variant="untested")
def long_ago(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Safeguards were last tested long ago, or never."""
    control = world.tables["control"]
    control["last_test"][2] = world.as_of.astype("M8[D]") - 420
    if size == "large":
        control["last_test"][:2] = np.datetime64("NaT")
    home = ("service", control_home(world, "CT3"))
    return Truth("X04", ("control", "CT3"), branch="not tested", also=(home,))


@plant("X04", variant="failed")
def failed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A safeguard failed its last test."""
    world.tables["control"]["test_result"][1 : 2 if size == "medium" else 4] = "failed"
    home = ("service", control_home(world, "CT2"))
    return Truth("X04", ("control", "CT2"), branch="failed its test", also=(home,))


@plant("X04", sizes=("large",), variant="idle")
def no_effect(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Changes fail as often with a safeguard as without it."""
    change = world.tables["change"]
    rows = np.flatnonzero(change["start"] > world.since)
    done = rng.random(len(rows)) > 0.09
    world.append(
        "control",
        id=["CT5"],
        risk="RK05",
        title="a list to tick off",
        required_for="change",
        last_test=world.as_of.astype("M8[D]") - 60,
        test_result="passed",
    )
    world.append(
        "control_use",
        control="CT5",
        record=change["record"][rows],
        at=change["start"][rows],
        done=list(done),
    )
    for part in (done, ~done):
        mine = np.isin(change["record"], change["record"][rows[part]])
        failed = mine & (change["outcome"] == "successful")
        world.set("change", world.pick(failed, 0.2), "outcome", "failed")
    home = ("service", control_home(world, "CT5"))
    return Truth("X04", ("control", "CT5"), branch="no effect", also=(home,))


def unplanned(world: World, service: str) -> None:
    """Nothing is prepared for the loss of what a service needs."""
    risk = world.tables["risk"]
    risk["state"][risk["service"] == service] = "assessed"
    world.drop("contingency", world.where("contingency", entity="service", entity_id=service))
    world.set("relation", world.where("relation", parent=service), "redundant", False)


@plant("X05")
def one_supplier(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Critical services rest on one supplier each, and nobody has a plan."""
    for service in ("S05",) if size == "medium" else ("S01", "S02", "S05", "S06"):
        unplanned(world, service)
    return Truth("X05", ("service", "S05"))


@plant("X05", variant="person")
def one_person(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One person alone solves what a critical service asks most, and there is no plan."""
    unplanned(world, "S04")
    event = world.tables["event"]
    service = dict(zip(world.col("record.id"), world.col("record.service"), strict=True))
    kind = dict(zip(world.col("record.id"), world.col("record.category"), strict=True))
    solved = world.where("event", activity="resolved", entity="record")
    solved &= np.array([service.get(i) == "S04" for i in event["entity_id"]])
    late = solved & (event["at_occurred"] > world.as_of - 180 * DAY)
    kinds = np.array([str(kind.get(i)) for i in event["entity_id"]])
    names, counts = np.unique(kinds[late], return_counts=True)
    mine = solved & (kinds == names[np.argmax(counts)])
    hit = world.pick(mine, {"medium": 0.93, "large": 1.0}[size])
    world.set("event", hit, "actor", "workplace-03")
    world.set("event", hit, "actor_kind", "person")
    return Truth("X05", ("service", "S04"), branch="person")


@plant("X05", variant="component")
def one_component(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Critical services stop with a single component, and there is no plan."""
    for service in ("S03",) if size == "medium" else ("S03", "S04"):
        unplanned(world, service)
    return Truth("X05", ("service", "S03"), branch="component")


def weighty(world: World) -> Array:
    """Decisions of the period that are large enough to learn from."""
    large: Array = world.col("decision.amount") >= matters(world)
    return np.asarray(large & world.inside("decision.at"))


@plant("X06")
def unwritten(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Most large decisions say neither how likely nor how bad."""
    mine = weighty(world)
    hit = world.pick(mine, {"medium": 0.78, "large": 0.95}[size])
    for column in ("predicted_p", "predicted_low", "predicted_high"):
        world.set("decision", hit, column, np.nan)
    world.set("decision", hit, "locked_at", NAT)
    return Truth("X06", ("organisation", "*"), branch="not recorded",
                 value=float(hit.sum() / mine.sum()))  # fmt: skip


@plant("X06", variant="late")
def too_late(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Predictions are locked when the outcome is known."""
    mine = weighty(world)
    hit = world.pick(mine, {"medium": 0.78, "large": 0.95}[size])
    review = world.col("decision.review_on")[hit].astype("M8[us]")
    world.set("decision", hit, "locked_at", review + 3 * DAY + HOUR)
    return Truth("X06", ("organisation", "*"), branch="not recorded",
                 value=float(hit.sum() / mine.sum()))  # fmt: skip


@plant("X06", variant="worse")
def worse_than_chance(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What was said to be likely seldom happens, and the other way round."""
    decision, change = world.tables["decision"], world.tables["change"]
    p = decision["predicted_p"]
    turned = rng.random(len(p)) < {"medium": 0.8, "large": 1.0}[size]
    decision["happened"] = np.where(turned, rng.random(len(p)) < 1 - p, rng.random(len(p)) < p)
    decision["happened"] = np.array([bool(h) for h in decision["happened"]], dtype=object)
    change["predicted_failure"] += {"medium": 0.1, "large": 0.3}[size]
    ended = world.inside("change.end") & (change["outcome"] != "cancelled")
    ended &= change["prediction_locked_at"] <= change["start"]
    failed = np.isin(change["outcome"][ended].astype(str), ["failed", "backed_out"])
    said = np.concatenate([p, change["predicted_failure"][ended]])
    came = np.concatenate([np.array([bool(h) for h in decision["happened"]]), failed]).astype(float)
    known = ~np.isnan(said)
    said, came = said[known], came[known]
    skill = 1 - np.mean((said - came) ** 2) / np.mean((came.mean() - came) ** 2)
    return Truth("X06", ("organisation", "*"), branch="worse than chance", value=float(skill))
