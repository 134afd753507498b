"""Tables of the room: what we promise."""

from __future__ import annotations

from django.db import models

from trueup.desk.base.models import CalendarRow, Customer, Person, Subject, Team


class Service(models.Model):
    """What is delivered, to whomever agrees to it; words and columns of the evidence schema."""

    STATES = ("pipeline", "live", "retiring", "retired")
    REVENUE = ("per_unit", "flat", "tiered", "chargeback", "none")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True, max_length=4000)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="owns_services")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="services")
    calendar = models.ForeignKey(CalendarRow, models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=8, default="live", choices=[(s, s) for s in STATES])
    criticality = models.PositiveSmallIntegerField(default=3)
    function_tag = models.CharField(max_length=60, blank=True)
    revenue_model = models.CharField(
        max_length=10, default="none", choices=[(r, r) for r in REVENUE]
    )
    launched = models.DateField(null=True, blank=True)
    rto_h = models.FloatField(null=True, blank=True)
    rpo_h = models.FloatField(null=True, blank=True)
    catalogue_entry = models.BooleanField(default=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Offering(models.Model):
    """One way of taking a service, with its price per month."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=4000)
    price_month = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """A promise to a customer: one row per version, frozen once both sides agreed.

    A changed promise is a new row that supersedes this one; records keep the row they began with.
    Without a customer it is the default promise of the service. `end` is the first day after it.
    """

    KINDS = ("sla", "ola", "contract", "subscription")
    STATES = ("draft", "proposed", "agreed", "reviewed", "ended")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=12, default="sla", choices=[(k, k) for k in KINDS])
    state = models.CharField(max_length=8, default="draft", choices=[(s, s) for s in STATES])
    number = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    price_month = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    included_units = models.FloatField(null=True, blank=True)
    auto_renew = models.BooleanField(default=False)
    notice_by = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    calendar = models.ForeignKey(CalendarRow, models.PROTECT, null=True, blank=True)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["service", "customer", "kind", "start"], name="agreement_lookup")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} for {self.customer_id} from {self.start}"


class Target(models.Model):
    """One number of an agreement; without a priority it holds for all.

    `pause_states` lists, comma separated, for whom waiting stops the clock; `calendar` only where
    it differs from the agreement's.
    """

    METRICS = (
        "response",
        "resolve",
        "fulfil",
        "update",
        "availability",
        "recovery",
        "satisfaction",
    )
    UNITS = ("minutes", "hours", "days", "percent", "score")
    STOPS = ("resolved", "closed", "first_response", "restored")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="targets")
    metric = models.CharField(max_length=12, choices=[(m, m) for m in METRICS])
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    value = models.FloatField()
    unit = models.CharField(max_length=8, choices=[(u, u) for u in UNITS])
    calendar = models.ForeignKey(CalendarRow, models.PROTECT, null=True, blank=True)
    clock_start = models.CharField(max_length=20, default="opened")
    clock_stop = models.CharField(max_length=14, blank=True, choices=[(s, s) for s in STOPS])
    pause_states = models.CharField(max_length=100, default="customer", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "metric", "priority"], name="target_once"),
            models.UniqueConstraint(
                fields=["agreement", "metric"],
                condition=models.Q(priority=None),
                name="target_for_all_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value} {self.unit}"
