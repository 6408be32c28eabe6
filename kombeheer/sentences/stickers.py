"""The sentences for refusals and findings about stickers, in Dutch. The rules of their writing, and
how they are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "stickers.account_unknown": _(
        "{value} is geen plaats van een sticker. Geef bijvoorbeeld dealer, transit of applied."
    ),
    "stickers.already_applied": _(
        "Sticker {number} zit al op een installatie. Pak een andere sticker van uw eigen rol."
    ),
    "stickers.ambiguous": _(
        "{value} past bij meer dan een serie. Leg de scan voor aan KOM; die zoekt uit welke het is."
    ),
    "stickers.before_previous": _(
        "Op {day} lagen deze nummers daar nog niet: hun vorige boeking is van {previous_on}. "
        "Kies {previous_on} of later."
    ),
    "stickers.check_balance": _(
        "De rekening van {key} klopt niet: volgens de nummers zijn er {found} in handen, volgens "
        "de boekingen {expected}."
    ),
    "stickers.check_counters": _(
        "Boeking {key} ({found}) zegt boeking {expected} terug te draaien, maar die bestaat niet "
        "eerder, of ging niet zo."
    ),
    "stickers.check_digits_wrong": _(
        "Nummer {value} klopt niet: de laatste twee cijfers passen niet bij de rest. "
        "Scan de sticker opnieuw of controleer de cijfers."
    ),
    "stickers.check_document": _("Boeking {key} noemt een bewijsstuk dat er niet is: {found}."),
    "stickers.check_extra": _("Sticker {key} staat op {found}, maar geen boeking bracht hem daar."),
    "stickers.check_gap": _(
        "Boeking {key} volgt op een gat in de keten: hier had boeking {expected} moeten staan."
    ),
    "stickers.check_hash": _(
        "Boeking {key} heeft hash {found} in plaats van {expected}: deze of de vorige boeking is "
        "veranderd, weggehaald of verplaatst."
    ),
    "stickers.check_head_hash": _(
        "De ketenkop ({table}) heeft hash {found}; de laatste boeking heeft {expected}."
    ),
    "stickers.check_head_number": _(
        "De ketenkop ({table}) telt {found} boekingen; de laatste boeking is {expected}. Er is "
        "aan het einde iets weggehaald of toegevoegd."
    ),
    "stickers.check_legal": _("Boeking {key} mag niet bestaan: {found}."),
    "stickers.check_missing": _("Sticker {key} is geboekt, maar staat niet in de tabel {table}."),
    "stickers.check_source": _(
        "Boeking {key} haalt een nummer weg waar het niet lag: {found}, terwijl de boeking "
        "{expected} zegt."
    ),
    "stickers.check_sticker": _(
        "Sticker {key} staat op: {found}. Volgens de boekingen is het: {expected}."
    ),
    "stickers.check_text": _(
        "Boeking {key} is veranderd: haar tekst zegt {found}, haar kolommen zeggen {expected}."
    ),
    "stickers.check_witness": _(
        "De elders bewaarde ketenkop {expected} komt in de keten niet voor; de laatste hash is "
        "{found}. De keten is vervangen of ingekort."
    ),
    "stickers.check_words": _("Boeking {key} is onleesbaar: {found}."),
    "stickers.day_impossible": _(
        "Op {day} kan dit niet gebeurd zijn. Kies een dag die niet na vandaag ligt."
    ),
    "stickers.dealer_ceased": _(
        "{dealer} is gestopt op {ceased_on}. Kies een andere dealer of een eerdere dag."
    ),
    "stickers.declared_lost": _(
        "Sticker {number} is als vermist opgegeven. Pak een andere; meld bij KOM dat hij terug is."
    ),
    "stickers.declared_spoiled": _(
        "Sticker {number} is als onbruikbaar opgegeven. Pak een andere sticker."
    ),
    "stickers.declared_stolen": _(
        "Sticker {number} is als gestolen opgegeven. Plak hem niet en bel KOM."
    ),
    "stickers.destroyed": _("Sticker {number} is vernietigd. Plak hem niet en bel KOM."),
    "stickers.digits_wrong": _(
        "{value} is geen stickernummer: een nummer heeft tien cijfers. Scan de sticker opnieuw."
    ),
    "stickers.document_wrong": _(
        "Bij {kind} hoort een ander bewijsstuk: {expected} in plaats van {document}."
    ),
    "stickers.holder_wrong": _(
        "Bij deze boeking hoort niet wie de stickers krijgt, of dat ontbreekt. Kies een monteur "
        "bij een overdracht aan een monteur, een dealer bij een overdracht aan een dealer."
    ),
    "stickers.issued_after_service": _(
        "Sticker {number} is uitgegeven op {issued_on}, na de beurt van {day}. "
        "Controleer de datum of pak een andere sticker."
    ),
    "stickers.move_illegal": _("Van {source} naar {target} kan een sticker niet gaan met {kind}."),
    "stickers.moved_meanwhile": _(
        "Een ander was u net voor met een van deze {count} stickers. Bekijk waar ze nu zijn en "
        "probeer het opnieuw. Er is niets verplaatst."
    ),
    "stickers.not_allowed": _(
        "Deze boeking doet het secretariaat. Vraag KOM om haar te doen; er is niets verplaatst."
    ),
    "stickers.not_at_printer": _(
        "Serie {series}: {count} nummers zijn niet besteld of al ontvangen: {serials}. Kies "
        "alleen nummers die nog bij de drukker zijn; er is niets verplaatst."
    ),
    "stickers.not_in_account": _(
        "Serie {series}: {count} nummers liggen niet waar ze vandaan moeten komen: {serials}. Er "
        "is niets verplaatst."
    ),
    "stickers.not_in_stock": _(
        "Serie {series}: {count} nummers liggen niet in de voorraad: {serials}. Kies andere "
        "nummers; er is niets verplaatst."
    ),
    "stickers.not_issued": _(
        "Sticker {number} is nog niet uitgegeven. Pak een sticker van uw eigen rol."
    ),
    "stickers.not_movable": _(
        "Serie {series}: met {count} nummers kan dit niet: {serials}. Bekijk bij elk nummer waar "
        "het is; er is niets verplaatst."
    ),
    "stickers.not_on_the_way": _(
        "Serie {series}: {count} nummers zijn niet onderweg: {serials}. Kies alleen nummers van "
        "de pakbon die nog niet bevestigd zijn; er is niets verplaatst."
    ),
    "stickers.not_received": _(
        "Van sticker {number} is de ontvangst nog niet bevestigd. Bevestig eerst de ontvangst "
        "van het pakket bij Stickers, dan kunt u hem gebruiken."
    ),
    "stickers.not_yours": _(
        "Sticker {number} is niet aan uw bedrijf uitgegeven. Pak een sticker van uw eigen rol."
    ),
    "stickers.note_taken": _(
        "{reference} van deze dag heeft al een opmerking. Laat de opmerking leeg, of geef een "
        "ander kenmerk."
    ),
    "stickers.note_unusable": _(
        "Deze opmerking is niet te bewaren. Schrijf hoogstens {most} leesbare tekens."
    ),
    "stickers.nothing_on_the_way": _(
        "Van deze pakbon is niets meer onderweg. Bekijk bij Stickers wat er nog komt; er is "
        "niets verplaatst."
    ),
    "stickers.other_series": _(
        "{value} hoort bij een andere serie dan {series}. Kies de goede serie of een nummer van "
        "serie {series}."
    ),
    "stickers.range_empty": _(
        "De reeks {first} t/m {last} is leeg. Geef een begin dat niet na het einde ligt."
    ),
    "stickers.range_exists": _(
        "Serie {series}: {count} nummers zijn al eerder besteld: {serials}. Kies een reeks die "
        "nog vrij is; er is niets vastgelegd."
    ),
    "stickers.range_large": _(
        "{count} nummers is te veel voor één keer. Doe er hoogstens {most} tegelijk; er is niets "
        "verplaatst."
    ),
    "stickers.range_or_count": _(
        "Geef een eerste en een laatste nummer, of een aantal, niet beide."
    ),
    "stickers.range_reversed": _(
        "Het eerste nummer {first} ligt na het laatste {last}. Draai ze om of kies een ander "
        "nummer."
    ),
    "stickers.reason_missing": _(
        "Schrijf waarom de uitgifte wordt teruggedraaid; dat staat later bij de stickers."
    ),
    "stickers.reference_taken": _(
        "{reference} bestaat al, van {day}. Geef een ander kenmerk, of laat het leeg; dan kiest "
        "KOM-beheer er een."
    ),
    "stickers.reference_unusable": _(
        "Het kenmerk {value} is niet te gebruiken. Geef hoogstens {most} leesbare tekens, of "
        "laat het leeg."
    ),
    "stickers.sent_back": _("Sticker {number} is teruggestuurd naar KOM. Pak een andere sticker."),
    "stickers.serial_outside": _(
        "{value} past niet in serie {series}: die loopt van 1 t/m {highest}. Controleer het nummer."
    ),
    "stickers.serial_unreadable": _(
        "{value} is geen nummer. Schrijf alleen cijfers, bijvoorbeeld 1201 of 26-001201."
    ),
    "stickers.series_closed": _(
        "Sticker {number} geldt van {valid_from} t/m {valid_until}, niet op {day}. "
        "Pak een sticker van het goede jaar."
    ),
    "stickers.series_code_unusable": _(
        "De code {value} is niet te gebruiken. Een jaarserie heeft twee cijfers, zoals 27; een "
        "oude voorraad een eigen naam van letters en cijfers, geen twee cijfers."
    ),
    "stickers.series_exists": _(
        "Serie {series} is er al. Kies een andere code of bestel nummers in die serie."
    ),
    "stickers.series_period_missing": _(
        "Geef de eerste en de laatste dag waarop de stickers van deze serie gelden."
    ),
    "stickers.series_period_reversed": _(
        "De eerste dag ({valid_from}) ligt na de laatste ({valid_until}). Draai ze om."
    ),
    "stickers.series_width_unusable": _(
        "Een nummer van {width} cijfers kan niet. Geef {least} t/m {most} cijfers."
    ),
    "stickers.stock_short": _(
        "Serie {series}: u vraagt er {count}, in de voorraad liggen er {there}: {serials}. Geef "
        "er minder uit, of ontvang eerst een levering; er is niets verplaatst."
    ),
    "stickers.unknown": _(
        "Nummer {value} is niet bekend. Controleer de cijfers, of leg de scan voor aan KOM."
    ),
    "stickers.used_before": _(
        "Sticker {number} is volgens de overgenomen administratie al gebruikt. Pak een andere "
        "sticker van uw eigen rol."
    ),
}
