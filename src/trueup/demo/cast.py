"""Who and what the demo organisation is made of: plain tables, no behaviour.

Elbwerk IT in Hamburg runs three services for six customers; four teams stand in three lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueup.core.words import N_

ORGANISATION = "Elbwerk IT"
DOMAIN = "elbwerk.example"
ZONE = "Europe/Berlin"
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Client:
    """A customer: how much of the work comes from there, who manages it, how many users it has."""

    key: str
    name: str
    segment: str
    language: str
    domain: str
    manager: str
    users: int
    weight: float


@dataclass(frozen=True, slots=True)
class Crew:
    """A team of technicians; the first of `people` leads it."""

    key: str
    name: str
    level: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A service, its owner, and what it costs per month in each size."""

    key: str
    name: str
    about: str
    owner: str
    team: str
    criticality: int
    sizes: tuple[tuple[str, int], ...]


CLIENTS = (
    Client("nordhafen", "Nordhafen Logistik GmbH", "Logistics", "de", "nordhafen.example",
           "Gerrit Petersen", 28, 1.5),
    Client("hansa", "Hansa Medical Group", "Health", "en", "hansamedical.example",
           "Margaret Whitfield", 24, 1.2),
    Client("brunner", "Brunner Maschinenbau AG", "Manufacturing", "de", "brunner.example",
           "Dieter Brunner", 22, 1.2),
    Client("greenfield", "Greenfield Foods Ltd", "Food", "en", "greenfieldfoods.example",
           "Samuel Okafor", 20, 1.0),
    Client("lindqvist", "Lindqvist Retail AB", "Retail", "sv", "lindqvist.example",
           "Astrid Lindqvist", 15, 0.8),
    Client("ostheide", "Stadtwerke Ostheide", "Utilities", "de", "ostheide.example",
           "Renate Schulze", 11, 0.6),
)  # fmt: skip
CREWS = (
    Crew("desk", "Service desk", 1,
         ("Mara Jensen", "Aylin Demir", "Tobias Krüger", "Jonas Feld")),
    Crew("workplace", "Workplace", 2, ("Sven Albrecht", "Nadia Rossi", "Pavel Novak")),
    Crew("platform", "Platform", 2, ("Katrin Vogt", "Liam Byrne", "Mehmet Yilmaz")),
    Crew("apps", "Applications", 3, ("Ines Baumann", "Henrik Lund")),
)  # fmt: skip
OFFERS = (
    Offer("workplace", "Workplace", "Computers, printers, remote access, software.",
          "Claudia Reimann", "desk", 3, (("Standard", 49), ("Mobile", 62))),
    Offer("mail", "Mail & Calendar", "Mailboxes, shared calendars, distribution lists, protection.",
          "Peter Hofmann", "desk", 2, (("Mailbox 50 GB", 7), ("Mailbox Archive", 11))),
    Offer("erp", "ERP Gateway", "Connects the customer's ERP with banks, carriers and partners.",
          "Birgit Sander", "platform", 1, (("Gateway Office", 1900), ("Gateway 24x7", 3400))),
)  # fmt: skip

# Customer, service, price per month, days until the next review (below zero: it is overdue).
PROMISES = (
    ("nordhafen", "workplace", 13_900, 41), ("nordhafen", "mail", 2_300, 41),
    ("nordhafen", "erp", 3_400, -23), ("hansa", "workplace", 11_200, 88),
    ("hansa", "mail", 2_050, 88), ("brunner", "workplace", 10_400, 12),
    ("brunner", "mail", 1_800, 12), ("brunner", "erp", 1_900, 12),
    ("greenfield", "workplace", 9_300, 60), ("greenfield", "mail", 1_650, 60),
    ("greenfield", "erp", 1_900, 60), ("lindqvist", "workplace", 7_150, 120),
    ("lindqvist", "mail", 1_240, 120), ("ostheide", "workplace", 5_200, -64),
    ("ostheide", "mail", 980, -64), ("ostheide", "erp", 1_900, 30),
)  # fmt: skip

# Hours promised by priority 1 to 5.
RESPONSE = (0.5, 1.0, 4.0, 8.0, 16.0)
RESOLVE = (4.0, 8.0, 20.0, 40.0, 80.0)
UPDATE = (1.0, 4.0, 12.0, 20.0, 40.0)
FULFIL = 50.0

# Everybody else of the house, by key: name and roles.
HOUSE: dict[str, tuple[str, tuple[str, ...]]] = {
    "claudia": ("Claudia Reimann", ("service_owner", "approver")),
    "peter": ("Peter Hofmann", ("service_owner", "approver")),
    "birgit": ("Birgit Sander", ("service_owner", "approver")),
    "frank": ("Frank Meissner", ("process_owner",)),
    "julia": ("Julia Brandt", ("manager",)),
    "thomas": ("Thomas Keller", ("auditor",)),
    "sabine": ("Sabine Wolff", ("finance",)),
    "ole": ("Ole Hansen", ("administrator",)),
}
ROBOT = "Monitoring"


@dataclass(frozen=True, slots=True)
class Door:
    """A log-in that the demo offers: whose, in which role, and what that person sees first."""

    login: str
    name: str
    role: str
    sees: str


PASSWORD = "see-for-yourself"  # noqa: S105 - a demo's password is told to everybody
DOORS = (
    Door("julia", "Julia Brandt", N_("Manager"), N_("Four lights, and the three first steps")),
    Door("aylin", "Aylin Demir", N_("Technician"), N_("The queue: what needs me now")),
    Door("lena", "Lena Hoffmann", N_("User"), N_("Report, follow, answer, confirm")),
    Door("dieter", "Dieter Brunner", N_("Customer manager"),
         N_("What was promised, and what was kept")),
    Door("mara", "Mara Jensen", N_("Team lead"), N_("The service desk's work and who holds it")),
    Door("birgit", "Birgit Sander", N_("Service owner"), N_("One service as a business")),
    Door("thomas", "Thomas Keller", N_("Auditor"), N_("Findings with every record behind them")),
    Door("ole", "Ole Hansen", N_("Administrator"), N_("People, rights, calendars and health")),
)  # fmt: skip
USER = ("Lena Hoffmann", "brunner")
