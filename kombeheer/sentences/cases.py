"""The sentences for refusals about cases, in Dutch.

The rules of their writing, and how they are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "cases.claimed_once": _(
        "Het nummer van zaak {number} staat op geen ander verslag meer. Leg de scan vast of wijs "
        "hem af."
    ),
    "cases.colleague_unknown": _(
        "Kies uit de lijst een collega die kan inloggen. De zaak ligt nog waar zij lag."
    ),
    "cases.dealer_missing": _(
        "Zaak {number} gaat niet over een dealer. Beslis zelf; er is niets veranderd."
    ),
    "cases.decided_already": _("Over zaak {number} is al beslist; daar verandert niets meer aan."),
    "cases.due_far": _(
        "{day} is te ver weg. Kies een dag tot en met {most_until}; er is niets veranderd."
    ),
    "cases.due_passed": _(
        "{day} is voorbij. Kies vandaag ({today}) of een latere dag; er is niets veranderd."
    ),
    "cases.due_same": _("{day} is al de uiterste dag. Kies een andere dag, of laat het zo."),
    "cases.nothing_to_reject": _(
        "Een installatie die er staat, wijst u niet af. Verbeter haar gegevens, voeg het bedrijf "
        "samen met een dubbel, of laat haar stoppen; keur haar daarna goed."
    ),
    "cases.only_closed": _(
        "Een verslag dat er staat, wijst u niet af. Laat het aanvullen of verbeteren, of sluit de "
        "zaak met een reden."
    ),
    "cases.proposal_overtaken": _(
        "Verslag {number} is na dit verzoek gewijzigd (nu versie {version}), dus deze correctie "
        "past er niet meer op. Wijs haar af en vraag een nieuwe, of verbeter het verslag zelf."
    ),
    "cases.reason_long": _("Schrijf de reden in hoogstens {most} gewone tekens."),
    "cases.reason_missing": _("Schrijf waarom u zo beslist. Er is nog niets besloten."),
    "cases.text_missing": _("Vul dit eerst in. De zaak is nog zoals zij was."),
    "cases.unknown": _("Zaak {number} is er niet. Ga terug naar de lijst."),
    "cases.with_dealer": _(
        "Zaak {number} ligt al bij de dealer. Wacht op zijn antwoord, of haal haar terug."
    ),
    "cases.with_office": _(
        "Zaak {number} ligt al bij KOM. U hoeft nu niets te doen; er is niets veranderd."
    ),
}
