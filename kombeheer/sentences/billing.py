"""The sentences for refusals about tariffs, charges and statements, in Dutch.

The rules of their writing, and how they are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "billing.amount_unreadable": _(
        "“{value}” is geen bedrag. Schrijf het in euro's, met hoogstens twee cijfers achter de "
        "komma, zoals 26,05."
    ),
    "billing.check_amount": _(
        "Kostenregel {key} rekent verkeerd: er staat {found}, aantal maal prijs is {expected}."
    ),
    "billing.check_cancelled": _(
        "Kostenregel {key} is vervallen ({expected}), maar de tegenboeking daarvan is: {found}."
    ),
    "billing.check_counter": _(
        "Kostenregel {key} zegt regel {expected} tegen te boeken, maar die is: {found}."
    ),
    "billing.check_differs": _(
        "Kostenregel {key} zegt {found}; volgens het verslag en het tarief is het {expected}."
    ),
    "billing.check_document": _(
        "Kostenregel {key} hoort bij verslag {expected}, maar noemt een ander bewijsstuk: {found}."
    ),
    "billing.check_groundless": _(
        "Kostenregel {key} ({found}) staat op een verslag dat daar geen reden voor geeft."
    ),
    "billing.check_missing": _(
        "Verslag {key} geeft reden voor {expected}, maar niemand is het in rekening gebracht."
    ),
    "billing.check_statement": _(
        "Kostenregel {key} ({found}) staat op opgave {expected}, die van een andere dealer of een "
        "andere periode is."
    ),
    "billing.check_twice": _(
        "Kostenregel {key} brengt {found} nog eens in rekening; dat mag maar {expected} keer."
    ),
    "billing.check_unreadable": _("In de tabel {table} staat iets onleesbaars: {found}."),
    "billing.nothing_new": _(
        "Sinds versie {version} is er niets veranderd. Een nieuwe versie zou hetzelfde vertellen; "
        "gebruik versie {version}."
    ),
    "billing.period_overlaps": _(
        "Voor deze dealer is al een afrekening gemaakt van {from_on} tot en met {until_on}. "
        "Kies precies die dagen voor een nieuwe versie, of dagen die daarbuiten liggen."
    ),
    "billing.period_reversed": _(
        "De periode eindigt op {until_on}, voor haar begin op {from_on}. Kies een latere laatste "
        "dag."
    ),
    "billing.period_running": _(
        "Deze periode loopt nog: zij eindigt op {until_on} en vandaag is het {today}. Maak de "
        "afrekening vanaf de dag erna, of kies een periode die voorbij is."
    ),
    "billing.price_impossible": _(
        "Een prijs van {value} kan niet. Vul een bedrag in van 0,00 tot en met {most}."
    ),
    "billing.remark_long": _(
        "Deze opmerking is te lang of onleesbaar. Gebruik hoogstens {most} gewone tekens op een "
        "regel."
    ),
    "billing.statement_changed": _(
        "Intussen is er iets bijgekomen of veranderd. Er is nog geen afrekening gemaakt. Bekijk de "
        "nieuwe bedragen en maak haar dan."
    ),
    "billing.statement_empty": _(
        "In deze periode heeft deze dealer geen verslagen. Kies een andere periode of dealer."
    ),
    "billing.tariff_charged": _(
        "Vanaf {day} kan niet: een beurt van {charged_on} is al afgerekend met het tarief dat toen "
        "gold, en dat blijft zo. Kies een latere dag dan {charged_on}."
    ),
    "billing.tariff_day_impossible": _(
        "{day} kan hier niet. Kies een dag van {first} tot en met {last}."
    ),
    "billing.tariff_overlaps": _(
        "Vanaf {day} geldt al een ander tarief, en een tarief verandert nooit. Kies een andere "
        "eerste dag."
    ),
    "billing.version_unknown": _(
        "Van deze afrekening is geen versie {version}. Kies een versie uit de lijst op haar pagina."
    ),
}
