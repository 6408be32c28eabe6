"""What a rule says of a line of a file, in Dutch: to the office that has the papers before it.

At a visit the same rule speaks to who has the sticker in his hand; where that is no help to who
mends a file, a sentence stands here. The rules of their writing stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "certification.certified_abroad": _(
        "De monteur was op {day} voor dit werk alleen in België gecertificeerd. Controleer de "
        "datum en de monteur."
    ),
    "certification.module_missing": _(
        "Van de monteur is op {day} geen module AMS bekend, die voor een robot nodig is. "
        "Controleer de datum en de monteur, of neem zijn certificaten over."
    ),
    "certification.not_certified": _(
        "Van de monteur is op {day} geen geldig certificaat bekend. Controleer de datum en de "
        "monteur, of neem zijn certificaten over."
    ),
    "parties.not_employed": _(
        "Monteur {mechanic} werkte op {day} niet bij deze dealer. Verbeter de monteur of de "
        "datum, of neem eerst zijn dienstverbanden over."
    ),
    "reports.correction_waits": _(
        "Over verslag {number} wacht nog een correctie op een besluit. Beslis die eerst, bij Zaken."
    ),
    "reports.mark_missing": _(
        "Op de plaats van het nummer staat niets. Vul het nummer in, of geen KOM of kb."
    ),
    "reports.service_after_receipt": _(
        "De beurt van {day} kan niet na de ontvangst zijn ({received_on}). Verbeter een van beide."
    ),
    "reports.withdrawn": _(
        "Verslag {number} is ongedaan gemaakt en verandert niet meer. Laat de regel weg."
    ),
    "stickers.already_applied": _(
        "Nummer {number} zit al op een andere installatie. Zoek uit welk van beide verslagen klopt."
    ),
    "stickers.ambiguous": _(
        "{value} past bij meer dan een serie. Schrijf het nummer met zijn serie ervoor."
    ),
    "stickers.check_digits_wrong": _(
        "Nummer {value} klopt niet: de laatste twee cijfers passen niet bij de rest. Verbeter het "
        "met het verslag erbij."
    ),
    "stickers.declared_lost": _(
        "Nummer {number} staat als vermist te boek. Verbeter het nummer, of boek de sticker eerst "
        "als teruggevonden."
    ),
    "stickers.declared_spoiled": _(
        "Nummer {number} staat als onbruikbaar te boek. Verbeter het nummer, of zoek uit wat er "
        "met de sticker gebeurd is."
    ),
    "stickers.declared_stolen": _(
        "Nummer {number} staat als gestolen te boek. Verbeter het nummer, of boek de sticker eerst "
        "als teruggevonden."
    ),
    "stickers.destroyed": _(
        "Nummer {number} staat als vernietigd te boek. Verbeter het nummer, of zoek uit wat er met "
        "de sticker gebeurd is."
    ),
    "stickers.issued_after_service": _(
        "Nummer {number} is uitgegeven op {issued_on}, na de beurt van {day}. Verbeter de datum of "
        "het nummer."
    ),
    "stickers.not_issued": _(
        "Nummer {number} is aan geen dealer uitgegeven. Verbeter het nummer, of geef het eerst uit."
    ),
    "stickers.not_received": _(
        "De dealer heeft de ontvangst van nummer {number} nog niet bevestigd. Verbeter het nummer, "
        "of bevestig de ontvangst eerst bij Stickers."
    ),
    "stickers.not_yours": _(
        "Nummer {number} is niet aan de dealer van deze regel uitgegeven. Verbeter het nummer, de "
        "monteur of de dealer."
    ),
    "stickers.sent_back": _(
        "Nummer {number} staat als teruggestuurd te boek. Verbeter het nummer, of zoek uit wat er "
        "met de sticker gebeurd is."
    ),
    "stickers.series_closed": _(
        "Nummer {number} geldt van {valid_from} t/m {valid_until}, niet op {day}. Verbeter de "
        "datum of het nummer."
    ),
    "stickers.unknown": _(
        "Nummer {value} is niet bekend. Verbeter het, of neem eerst de stickers over."
    ),
    "stickers.used_before": _(
        "Nummer {number} is volgens een overgenomen reeks al gebruikt. Zoek uit op welke "
        "installatie."
    ),
}
