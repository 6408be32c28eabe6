"""The sentence for every refusal, in Dutch: what is wrong, what to do now, what was kept.

Texts are gettext sources. The edge gives its own gettext, so this file knows no request.
Not here: the words on pages, which stand in the templates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kombeheer.rules.refusal import Refusal

DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    # accounts
    "accounts.belongs_wrong": _(
        "Een gebruiker met de rol dealer hoort bij een dealer, een monteur bij een monteur en "
        "ieder ander bij geen van beide. Kies de goede en probeer het opnieuw."
    ),
    "accounts.device_not_yours": _(
        "Toestel {device} hoort niet bij deze gebruiker. Meld dit toestel opnieuw aan; "
        "er is niets vastgelegd."
    ),
    "accounts.email_invalid": _("{email} is geen e-mailadres. Schrijf het als naam@bedrijf.nl."),
    "accounts.email_taken": _(
        "{email} is al een gebruiker. Zoek hem op bij Gebruikers of kies een ander adres."
    ),
    "accounts.invitation_invalid": _(
        "Deze link werkt niet meer. Vraag het secretariaat om een nieuwe."
    ),
    "accounts.login_failed": _(
        "E-mailadres en wachtwoord horen niet bij elkaar. Controleer beide en probeer het opnieuw."
    ),
    "accounts.not_yourself": _(
        "Dit kunt u niet bij uzelf doen. Vraag een collega, of ga naar Mijn toegang."
    ),
    "accounts.password_guessable": _(
        "Dit wachtwoord is te makkelijk te raden. Kies een zin van vier of meer gewone woorden."
    ),
    "accounts.password_long": _(
        "Dit wachtwoord heeft {length} tekens. Kies er een van hoogstens {most}."
    ),
    "accounts.password_short": _(
        "Dit wachtwoord heeft {length} tekens. Kies er een van minstens {least}, "
        "bijvoorbeeld een zin."
    ),
    "accounts.token_invalid": _(
        "De toegangssleutel is onbekend of ingetrokken. Maak een nieuwe bij Mijn toegang "
        "en stuur hem mee als Authorization: Bearer."
    ),
    "accounts.token_name_missing": _("Geef de toegangssleutel een naam, dan herkent u hem later."),
    "accounts.too_many_tries": _(
        "Te vaak een verkeerd wachtwoord. Wacht {minutes} minuten en probeer het dan opnieuw, "
        "of vraag het secretariaat om een nieuwe link."
    ),
    "accounts.unknown_dealer": _(
        "Er is geen dealer met nummer {number}. Zoek het nummer op bij Dealers."
    ),
    "accounts.unknown_mechanic": _(
        "Er is geen monteur met nummer {number}. Zoek het nummer op bij Monteurs."
    ),
    "accounts.unknown_session": _("Deze sessie is niet van deze gebruiker."),
    "accounts.unknown_token": _("Deze toegangssleutel is niet van deze gebruiker."),
    "accounts.unknown_user": _("Niemand logt in met {email}. Controleer het adres."),
    "accounts.user_locked": _("{email} is geblokkeerd. Laat deze gebruiker eerst weer toe."),
    # programs
    "api.batch_too_large": _(
        "Dit bericht heeft {count} scans. Stuur er hoogstens {most} tegelijk; er is niets bewaard."
    ),
    "api.body_too_large": _(
        "Dit bericht is te groot. Stuur minder scans tegelijk; er is niets bewaard."
    ),
    "api.field_invalid": _("Het veld {field} is niet te gebruiken: {value}. {expected}"),
    "api.method_not_allowed": _("Deze handeling bestaat hier niet. Zie /api/v1/openapi.json."),
    "api.not_allowed": _("Deze gebruiker mag dit niet. Vraag het secretariaat om het recht."),
    "api.not_found": _("Dit is hier niet te vinden. Zie /api/v1/openapi.json voor wat er is."),
    "api.not_json": _(
        "Dit bericht is geen JSON. Stuur een JSON-object met Content-Type application/json."
    ),
    "api.unavailable": _(
        "KOM is even niet bereikbaar. Bewaar wat u stuurt en probeer het over een minuut opnieuw."
    ),
    "api.unexpected": _(
        "Er ging bij ons iets mis. Er is niets half vastgelegd; noem nummer {number} als u belt."
    ),
    # cases
    "cases.decided_already": _("Over zaak {number} is al beslist; daar verandert niets meer aan."),
    "cases.reason_long": _("Schrijf de reden in hoogstens {most} gewone tekens."),
    "cases.reason_missing": _("Schrijf waarom u zo beslist. Er is nog niets besloten."),
    "cases.unknown": _("Zaak {number} is er niet. Ga terug naar de lijst."),
    # certification
    "certification.module_missing": _(
        "De monteur heeft op {day} geen module AMS, die voor een robot nodig is. "
        "Laat een monteur met de module het bezoek doen."
    ),
    "certification.not_certified": _(
        "De monteur heeft op {day} geen geldig certificaat. Controleer de datum en de monteur, "
        "of vraag KOM naar het certificaat."
    ),
    # parties
    "parties.not_employed": _(
        "Monteur {mechanic} werkte op {day} niet bij uw bedrijf. Kies een eigen monteur of "
        "laat KOM het dienstverband bijwerken."
    ),
    # reports
    "reports.unknown": _(
        "Verslag {number} is hier niet te vinden. Zoek het op in de lijst van bezoeken."
    ),
    # scanning
    "scanning.already_recorded": _(
        "Sticker {number} stond al op deze installatie. Er is niets dubbel vastgelegd."
    ),
    "scanning.already_withdrawn": _("Scan {id} was al ongedaan gemaakt."),
    "scanning.cannot_post_installation": _(
        "Deze scan noemt geen bekende installatie. Wijs hem af en vraag de dealer om hem opnieuw "
        "te sturen met de goede installatie."
    ),
    "scanning.cannot_post_number": _(
        "Nummer {value} is geen bekende sticker. Wijs de scan af; de dealer stuurt hem opnieuw."
    ),
    "scanning.cannot_post_sticker": _(
        "Sticker {number} ligt niet bij deze dealer. Zoek eerst uit waar hij is, of wijs af."
    ),
    "scanning.cannot_post_visit": _(
        "Deze scan is geen bezoek dat vastgelegd kan worden. Wijs hem af."
    ),
    "scanning.date_doubtful": _(
        "{day} kan niet de datum van deze beurt zijn. Controleer de datum."
    ),
    "scanning.ending_with_number": _(
        "Een bezoek dat eindigt met {ending} heeft geen stickernummer. Laat het nummer leeg of "
        "kies Goedgekeurd."
    ),
    "scanning.field_invalid": _("Het veld {field} is niet te gebruiken: {value}. {expected}"),
    "scanning.id_unusable": _(
        "De scan heeft geen bruikbaar kenmerk: {value}. Geef elke scan een eigen id van 1 tot en "
        "met 64 letters, cijfers of streepjes. De scan is bewaard."
    ),
    "scanning.id_used": _(
        "Het kenmerk {id} is al voor een andere scan gebruikt. Beide zijn bewaard; geef deze scan "
        "een nieuw kenmerk."
    ),
    "scanning.installation_unknown": _(
        "Installatie {installation} is niet bekend. Zoek haar op naam of plaats, of voeg haar toe."
    ),
    "scanning.kind_not_built": _(
        "Scans van de soort {kind} kan KOM nog niet verwerken. Gebruik visit of withdraw. "
        "De scan is bewaard."
    ),
    "scanning.mechanic_unknown": _(
        "Monteur {mechanic} is niet bekend. Controleer het monteurnummer."
    ),
    "scanning.not_stored": _("De scan is niet opgeslagen. Bewaar hem en stuur hem straks opnieuw."),
    "scanning.nothing_to_withdraw": _(
        "Scan {id} heeft niets vastgelegd; er valt niets ongedaan te maken."
    ),
    "scanning.number_missing": _(
        "Er is geen stickernummer gescand. Scan de nieuwe sticker, of kies Geen KOM of kb."
    ),
    "scanning.other_mechanic": _(
        "Monteur {mechanic} bent u niet. Leg alleen uw eigen bezoeken vast."
    ),
    "scanning.previous_unknown": _(
        "Sticker {number} zit op geen installatie. Zoek op naam, plaats of UBN, of voeg de "
        "installatie toe."
    ),
    "scanning.state_final": _("Over deze scan is al beslist; daar verandert niets meer aan."),
    "scanning.sticker_moved_on": _(
        "Sticker {number} zit niet meer op deze installatie. Leg het voor aan KOM."
    ),
    "scanning.target_unknown": _(
        "Scan {id} is bij KOM niet bekend onder uw bedrijf. Een medewerker kijkt ernaar."
    ),
    "scanning.unexpected": _(
        "Er ging bij ons iets mis met scan {id}. Hij is bewaard en een medewerker kijkt ernaar."
    ),
    "scanning.unreadable": _(
        "'{value}' is geen stickernummer. Scan de sticker opnieuw of toets de tien cijfers in."
    ),
    # sites
    "sites.installation_ceased": _(
        "Deze installatie is gestopt op {ceased_on}. Controleer of u bij de goede installatie bent."
    ),
    "sites.one_per_box": _(
        "{boxes} boxen met {pumps} vacuümpompen en {facilities} reinigingsinstallaties zijn "
        "{required} installaties, elk met een eigen sticker. Voeg ze een voor een toe, met 1 box."
    ),
    # stickers
    "stickers.already_applied": _(
        "Sticker {number} zit al op een installatie. Pak een andere sticker van uw eigen rol."
    ),
    "stickers.ambiguous": _(
        "{value} past bij meer dan een serie. Leg de scan voor aan KOM; die kiest de goede."
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
    "stickers.issued_after_service": _(
        "Sticker {number} is uitgegeven op {issued_on}, na de beurt van {day}. "
        "Controleer de datum of pak een andere sticker."
    ),
    "stickers.move_illegal": _("Van {source} naar {target} kan een sticker niet gaan met {kind}."),
    "stickers.moved_meanwhile": _(
        "Een ander was u net voor met een van deze {count} stickers. Bekijk waar ze nu zijn en "
        "probeer het opnieuw. Er is niets verplaatst."
    ),
    "stickers.not_in_account": _(
        "Serie {series}: {count} nummers liggen niet waar ze vandaan moeten komen: {serials}. "
        "Er is niets verplaatst."
    ),
    "stickers.not_issued": _(
        "Sticker {number} is nog niet uitgegeven. Pak een sticker van uw eigen rol."
    ),
    "stickers.not_received": _(
        "Van sticker {number} is de ontvangst nog niet bevestigd. Bevestig eerst de ontvangst "
        "van het pakket bij Stickers, dan kunt u hem gebruiken."
    ),
    "stickers.not_yours": _(
        "Sticker {number} is niet aan uw bedrijf uitgegeven. Pak een sticker van uw eigen rol."
    ),
    "stickers.range_empty": _(
        "De reeks {first} t/m {last} is leeg. Geef een begin dat niet na het einde ligt."
    ),
    "stickers.range_exists": _(
        "In de reeks {first} t/m {last} bestaan al nummers. Kies een reeks die nog vrij is."
    ),
    "stickers.sent_back": _("Sticker {number} is teruggestuurd naar KOM. Pak een andere sticker."),
    "stickers.series_closed": _(
        "Sticker {number} geldt van {valid_from} t/m {valid_until}, niet op {day}. "
        "Pak een sticker van het goede jaar."
    ),
    "stickers.unknown": _(
        "Nummer {value} is niet bekend. Controleer de cijfers, of leg de scan voor aan KOM."
    ),
}


def day_text(day: date) -> str:
    """Return a day as `do 5 maart 2026`."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def sentence(refusal: Refusal, translate: Callable[[str], str] = str) -> str:
    """Return the sentence for a refusal in the reader's language, its facts filled in."""
    facts = {name: _shown(value) for name, value in refusal.facts.items()}
    return translate(SENTENCES[refusal.code]).format(**facts)


def _shown(value: object) -> object:
    """Return a fact as people read it: an ISO day as a day, the rest as it is."""
    if isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-":
        try:
            return day_text(date.fromisoformat(value))
        except ValueError:
            return value
    return value
