"""The sentences for refusals about service reports, in Dutch.

The rules of their writing, and how they are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "reports.batch_closed": _(
        "Stapel {number} is gesloten en neemt geen verslagen meer aan. Heropen de stapel, of "
        "open een nieuwe; er is niets vastgelegd."
    ),
    "reports.batch_count_impossible": _(
        "Een stapel van {value} verslagen kan niet. Geef een aantal van {least} tot en met {most}."
    ),
    "reports.batch_day_in_future": _(
        "{day} moet nog komen. Kies de dag waarop de stapel binnenkwam."
    ),
    "reports.batch_differs": _(
        "Ingevoerd: {count}. In de stapel geteld: {announced}. Voer de rest in, of schrijf waarom "
        "dit verschilt."
    ),
    "reports.batch_open_already": _("Stapel {number} is al open. U kunt er verslagen in invoeren."),
    "reports.batch_unknown": _(
        "Stapel {number} is hier niet te vinden. Zoek hem op in de lijst van stapels."
    ),
    "reports.before_the_last": _(
        "{day} ligt voor de laatste beurt die hier geregistreerd is ({last_on}). Controleer de "
        "datum, of bevestig dat hij klopt."
    ),
    "reports.changed_meanwhile": _(
        "Verslag {number} is intussen door iemand anders gewijzigd. Bekijk de nieuwe versie en doe "
        "uw wijziging opnieuw; er is niets vastgelegd."
    ),
    "reports.correction_waits": _(
        "Over verslag {number} wacht al een correctie op een besluit van KOM. Wacht dat af, of bel "
        "het secretariaat; er is niets vastgelegd."
    ),
    "reports.day_in_future": _("{other_on} moet nog komen. Kies vandaag of een eerdere dag."),
    "reports.deadline_earlier": _(
        "De hersteltermijn ({day}) ligt voor het bezoek van KKM ({other_on}). Verbeter een "
        "van beide."
    ),
    "reports.delivered_later": _(
        "{other_on} ligt na de beurt van {day}. Kies voor oplevering of pomp die dag of eerder."
    ),
    "reports.delivery_differs": _(
        "Volgens het verslag is de installatie van {told_on}, bij KOM staat {known_on}."
    ),
    "reports.earlier_norm_closed": _(
        "ISO 1984 geldt alleen voor installaties van voor {built_from}. Vul de datum van de pomp "
        "of de oplevering in, of laat het resultaat van ISO 1984 weg."
    ),
    "reports.former_dealer": _(
        "Verslag {number} is van een bedrijf waar u niet meer werkt; u kunt het lezen. Laat dat "
        "bedrijf of KOM het wijzigen."
    ),
    "reports.installation_differs": _(
        "Het verslag zegt {value} bij {field}, bij KOM staat {known}."
    ),
    "reports.installation_not_found": _(
        "Geen installatie gevonden met “{value}”. Scan de sticker van vorig jaar, of zoek op UBN, "
        "naam of plaats."
    ),
    "reports.kind_without_mark": _(
        "Bij een beperkte beurt hoort kb, en kb hoort alleen bij een beperkte beurt. Kies de soort "
        "of de uitkomst die klopt."
    ),
    "reports.kkm_visit_later": _(
        "Het bezoek van KKM ({other_on}) ligt na het herstel van {day}. Verbeter een van beide."
    ),
    "reports.mark_missing": _(
        "Op de plaats van het nummer staat niets. Scan de sticker, of vul geen KOM of kb in."
    ),
    "reports.mechanic_of_other_dealer": _(
        "Monteur {mechanic} werkte op {day} niet bij de dealer van deze stapel. Verbeter monteur "
        "of datum, of leg het verslag bij de stapel van zijn eigen dealer."
    ),
    "reports.needs_delivery_date": _("de datum van oplevering of renovatie"),
    "reports.needs_kkm_visit": _("de dag van het KKM-bezoek en de hersteltermijn"),
    "reports.needs_norm_result": _("of rubriek 1 en 2 aan de norm voldoen"),
    "reports.needs_placing": _(
        "dat de sticker droog, zichtbaar en binnen {metres} meter van de pomp zit"
    ),
    "reports.needs_remark": _("een opmerking: waarom de installatie niet voldoet"),
    "reports.needs_stamp": _("de dag en de paraaf van het KOM-stempel"),
    "reports.needs_wash": _("de temperaturen van de hoofdreiniging, of een beoordeling daarvan"),
    "reports.needs_wash_advice": _(
        "een opmerking en een advies: de hoofdreiniging is te koud (begin boven {start} °C, eind "
        "boven {end} °C)"
    ),
    "reports.nothing_changed": _(
        "Er is niets veranderd. Wijzig een veld, of ga terug naar het verslag."
    ),
    "reports.number_without_norm": _(
        "Rubriek 1 en 2 voldoen niet, en toch staat er een sticker. Kies geen KOM, of verbeter het "
        "resultaat."
    ),
    "reports.paper_day_differs": _("Op het papier staat {told_on}, bij KOM staat al {known_on}."),
    "reports.paper_differs": _("Op het papier staat {value}, bij KOM staat al {known}."),
    "reports.paper_entered_already": _(
        "Dit verslag is al ingevoerd: het staat als {number} in stapel {reference}. Leg dit papier "
        "opzij, of controleer het nummer."
    ),
    "reports.period_locked": _(
        "Over deze beurt is de afrekening tot en met {locked_until} al gemaakt. Vraag KOM dit "
        "bezoek ongedaan te maken; tot KOM beslist blijft het staan."
    ),
    "reports.reason_long": _(
        "Deze reden is te lang of onleesbaar. Gebruik hoogstens {most} tekens."
    ),
    "reports.reason_missing": _(
        "Een correctie heeft een reden nodig. Schrijf in een zin waarom het verslag verandert."
    ),
    "reports.repaired_late": _("Het herstel van {day} kwam na de hersteltermijn ({repair_until})."),
    "reports.service_after_receipt": _(
        "De beurt van {day} kan niet na de ontvangst van de stapel zijn ({received_on}). "
        "Verbeter de datum."
    ),
    "reports.service_in_future": _(
        "De beurt van {day} moet nog komen. Kies vandaag of een eerdere dag."
    ),
    "reports.serviced_that_day": _("Op {day} is voor deze installatie al een beurt vastgelegd."),
    "reports.stamp_earlier": _(
        "Het stempel van {day} is van voor de beurt ({other_on}). Verbeter een van beide."
    ),
    "reports.temperature_impossible": _(
        "{value} °C kan niet. Vul een temperatuur in van 0 tot en met 100 °C."
    ),
    "reports.two_marks": _(
        "Op de plaats van het nummer staat meer dan een ding: {value}. Laat er een staan: het "
        "nummer, geen KOM of kb."
    ),
    "reports.units_differ": _("Op het papier staan {value} standen, bij KOM {known}."),
    "reports.units_impossible": _(
        "{value} standen kan niet. Vul een aantal in van {least} tot en met {most}."
    ),
    "reports.units_verified_impossible": _(
        "{value} geijkte glazen of meters kan niet. Vul een aantal in van 0 tot en met 400."
    ),
    "reports.unknown": _(
        "Verslag {number} is hier niet te vinden. Zoek het op in de lijst van bezoeken."
    ),
    "reports.value_derived": _(
        "“{field}” ({value}) kan hier niet worden ingevuld: het volgt vanzelf uit het verslag. "
        "Laat het weg en verstuur opnieuw; er is niets vastgelegd."
    ),
    "reports.withdrawn": _(
        "Verslag {number} is ongedaan gemaakt en verandert niet meer. Leg het bezoek opnieuw vast."
    ),
}
