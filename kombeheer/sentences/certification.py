"""The sentences for refusals about certification, in Dutch.

The rules of their writing, and how they are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    # Another country than Belgium needs a sentence of its own.
    "certification.certified_abroad": _(
        "De monteur is op {day} voor dit werk alleen in België gecertificeerd. Hij mag het doen, "
        "maar met een Belgisch verslag en zonder KOM-sticker. Plak er geen en leg het bezoek "
        "voor aan KOM."
    ),
    "certification.module_missing": _(
        "De monteur heeft op {day} geen module AMS, die voor een robot nodig is. "
        "Laat een monteur met de module het bezoek doen."
    ),
    "certification.not_certified": _(
        "De monteur heeft op {day} geen geldig certificaat. Controleer de datum en de monteur, "
        "of vraag KOM naar het certificaat."
    ),
    "certification.number_taken": _(
        "Certificaat {number} staat al bij {mechanic}. Controleer het nummer op het certificaat."
    ),
    "certification.period_backward": _(
        "De laatste dag ({valid_until}) ligt voor de eerste ({valid_from}). Kies een latere dag."
    ),
    "certification.unknown": _(
        "Dit certificaat is niet van deze monteur. Open het vanaf de pagina van de monteur."
    ),
}
