"""The customer's pages: every agreement with what was promised, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.core.charts import Bar, bars
from trueup.core.money import Money
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import roles
from trueup.desk.base.access import Viewer, get, may
from trueup.desk.services import reads
from trueup.desk.services.models import Agreement
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.customer import kept, voice, wording
from trueup.desk.surfaces.web.customer.kept import Kept
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import results

CUSTOMER = frozenset({"customer_manager"})
READERS = frozenset({"customer_manager", *roles.STAFF})
ROWS = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One agreement as a list shows it."""

    agreement: Agreement
    promises: list[Kept]
    records: int
    sees_all: bool

    @property
    def light(self) -> str:
        """The worst of its promises."""
        return kept.state(self.promises)

    @property
    def sentence(self) -> str:
        """What became of it, frankly."""
        return kept.frank(self.promises, sees_all=self.sees_all)

    @property
    def kind(self) -> str:
        """What sort of promise it is."""
        return wording.KINDS[self.agreement.kind]

    @property
    def month(self) -> Money | None:
        """The price of a month."""
        price = self.agreement.price_month
        return None if price is None else Money(price, self.agreement.currency or "EUR")

    @property
    def year(self) -> Money | None:
        """The price of a year."""
        return self.month * Decimal(12) if self.month else None


@route(Policy("list", "agreement", READERS))
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every agreement in force, and those that wait for a decision."""
    viewer = viewer_in(request)
    cards = _cards(viewer, list(reads.agreements_of(viewer, timezone.now())))
    partly = not all(card.sees_all for card in cards)
    everything = [each for card in cards for each in card.promises]
    context = {
        "cards": cards,
        "waiting": [each for each in reads.proposed_to(viewer) if may(viewer, "agree", each)],
        "sentence": kept.frank(everything, sees_all=not partly) if everything else "",
        "period": kept.window()[1],
    }
    return render(request, "customer/overview.html", context)


@route(Policy("see", "agreement", READERS))
@require_safe
def agreement(request: HttpRequest, key: UUID) -> HttpResponse:
    """One agreement: facts, promises as kept, use, and what may be decided."""
    return agreement_page(request, get(viewer_in(request), Agreement, key))


def agreement_page(request: HttpRequest, found: Agreement, **more: object) -> HttpResponse:
    """The page, also after a refusal; `more` goes to the template."""
    viewer = viewer_in(request)
    card = _cards(viewer, [found])[0]
    context = {
        "card": card,
        "agreement": found,
        "versions": reads.versions_of(viewer, found),
        "period": kept.window()[1],
        "charts": [each for each in card.promises if len(each.months) > 1],
        "use": _use(viewer, found),
        "voice": voice.voice(viewer, found),
        "decides": found.state == "proposed" and may(viewer, "agree", found),
        "status": 200,
        **more,
    }
    return render(request, "customer/agreement.html", context, status=int(str(context["status"])))


@route(Policy("see", "agreement", READERS))
@require_safe
def behind(request: HttpRequest, key: UUID, metric: str) -> HttpResponse:
    """The records a figure was counted from."""
    viewer = viewer_in(request)
    found = get(viewer, Agreement, key)
    rows = results.behind(viewer, found.pk, metric)
    month = month_in(request.GET.get("month", ""))
    if month:
        rows = rows.filter(computed_at__year=month.year, computed_at__month=month.month)
    else:
        rows = rows.filter(computed_at__gte=kept.window()[0])
    if request.GET.get("met") in ("yes", "no"):
        rows = rows.filter(met=request.GET["met"] == "yes")
    start = _number(request.GET.get("after", ""))
    page = list(rows[start : start + ROWS + 1])
    context = {
        "agreement": found,
        "name": wording.name(metric),
        "rows": page[:ROWS],
        "next_key": start + ROWS if len(page) > ROWS else None,
        "period": kept.month_name(month) if month else kept.window()[1],
        "total": rows.count(),
        "broken": rows.filter(met=False).count(),
    }
    return render(request, "customer/behind.html", context)


def _cards(viewer: Viewer, agreements: list[Agreement]) -> list[Card]:
    keys = [each.pk for each in agreements]
    since = kept.window()[0]
    tallies = results.tallies(viewer, keys, kept.window(months=kept.SHOWN)[0])
    targets = reads.targets_by_agreement(keys)
    used = results.use(viewer, keys, since)
    return [
        Card(
            each,
            kept.kept(targets.get(each.pk, []), tallies, since),
            sum(one.n for one in used if one.agreement == each.pk),
            each.customer_id in viewer.customers or viewer.has("manager", "auditor"),
        )
        for each in agreements
    ]


def _use(viewer: Viewer, found: Agreement) -> str:
    """Records by month as bars; empty where there are none."""
    rows: dict[date, int] = {}
    for one in results.use(viewer, [found.pk], kept.window(months=6)[0]):
        rows[one.month] = rows.get(one.month, 0) + one.n
    page = reverse("agreement_records", args=[found.pk])
    made = [
        Bar(name=kept.month_name(month), value=n, words=str(n), href=f"{page}?month={month:%Y-%m}")
        for month, n in sorted(rows.items())
    ]
    return bars(made, label=str(found.service)) if made else ""


def month_in(text: str) -> date | None:
    """A month as 2026-10; None for nothing; Refused for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as wrong:
        raise Refused(N_("There is no such month."), field="month") from wrong


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
