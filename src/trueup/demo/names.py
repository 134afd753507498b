"""Names of invented people, by the language their customer speaks."""

from __future__ import annotations

from random import Random

FIRST: dict[str, tuple[str, ...]] = {
    "de": (
        "Anke", "Bernd", "Christa", "Daniel", "Elke", "Florian", "Gesa", "Holger", "Imke", "Jan",
        "Karin", "Lars", "Maren", "Niklas", "Olaf", "Petra", "Ralf", "Silke", "Thorsten",
        "Volker", "Wiebke", "Yannick", "Antje", "Dirk", "Heike", "Kai", "Meike", "Rainer",
    ),
    "en": (
        "Abigail", "Benjamin", "Charlotte", "Dominic", "Eleanor", "Frederick", "Grace", "Harriet",
        "Isaac", "Joanna", "Kieran", "Lydia", "Marcus", "Naomi", "Oscar", "Penelope", "Reuben",
        "Sophie", "Theodore", "Victoria", "William", "Zoe", "Callum", "Fiona", "Gareth", "Imogen",
    ),
    "sv": (
        "Agneta", "Björn", "Carina", "Dag", "Elin", "Fredrik", "Gunilla", "Håkan", "Ingrid",
        "Johan", "Karolina", "Linnea", "Magnus", "Nils", "Oskar", "Pernilla", "Rikard", "Sigrid",
    ),
}  # fmt: skip
LAST: dict[str, tuple[str, ...]] = {
    "de": (
        "Ahrens", "Behrens", "Clausen", "Dierks", "Ehlers", "Franke", "Gerdes", "Harms", "Issing",
        "Janssen", "Kruse", "Lüders", "Möller", "Niemann", "Oltmanns", "Paulsen", "Quast", "Rohde",
        "Schröder", "Thiessen", "Uhlig", "Voss", "Wendt", "Zander", "Böttcher", "Lange", "Siemers",
    ),
    "en": (
        "Ashworth", "Bennett", "Carver", "Dalton", "Ellison", "Fletcher", "Garner", "Hartley",
        "Ingram", "Jarvis", "Kendall", "Lockwood", "Mercer", "Norwood", "Osborne", "Pembroke",
        "Radcliffe", "Sinclair", "Thornton", "Underwood", "Vaughan", "Whitaker", "Yates",
    ),
    "sv": (
        "Almgren", "Bergström", "Dahlberg", "Ekström", "Forsberg", "Granqvist", "Hedlund",
        "Isaksson", "Johansson", "Kjellberg", "Lundgren", "Mattsson", "Nyström", "Öberg",
        "Sandström", "Wallin",
    ),
}  # fmt: skip
PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "Å": "a", "Ö": "oe", "'": "", " ": "."}
)


def address(name: str, domain: str) -> str:
    """The mail address of a name at a domain that never exists."""
    return f"{name.lower().translate(PLAIN)}@{domain}"


def people(rng: Random, language: str, count: int, taken: set[str]) -> list[str]:
    """So many different full names; none that is `taken`, to which they are added."""
    found: list[str] = []
    while len(found) < count:
        name = f"{rng.choice(FIRST[language])} {rng.choice(LAST[language])}"
        if name not in taken:
            taken.add(name)
            found.append(name)
    return found
