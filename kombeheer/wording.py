"""The sentence for every refusal, in Dutch: what is wrong, what to do now, what was kept.

Texts are gettext sources. The edge gives its own gettext, so this file knows no request.
Not here: the words on pages, which stand in the templates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kombeheer.rules.refusal import Refusal
from kombeheer.sentences import billing, cases, certification, imports, lines, reports, stickers

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
DAY_FACTS = ("day", "today")
DAY_ENDINGS = ("_on", "_from", "_until")


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
    "api.bad_request": _(
        "Zo is dit verzoek niet te behandelen; er is niets bewaard. Vergelijk het met "
        "/api/v1/openapi.json en stuur het opnieuw."
    ),
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
    # billing
    **billing.SENTENCES,
    # cases
    **cases.SENTENCES,
    # certification
    **certification.SENTENCES,
    # imports
    **imports.SENTENCES,
    # parties
    "parties.customer_overlaps": _(
        "{dealer} bedient {farm} al sinds {from_on}. Kies een andere dealer, of een dag erna."
    ),
    "parties.customer_unknown": _(
        "Deze dealer bedient dit bedrijf niet meer. Bekijk de dealers van het bedrijf opnieuw."
    ),
    "parties.day_in_future": _("{day} moet nog komen. Kies vandaag ({today}) of een eerdere dag."),
    "parties.dealer_ceased": _(
        "{dealer} is gestopt op {ceased_on}. Kies een andere dealer of een eerdere dag."
    ),
    "parties.dealer_number_comma": _("In een dealernummer staat geen komma, zoals in {number}."),
    "parties.dealer_number_taken": _("Nummer {number} is al van {dealer}. Kies een ander nummer."),
    "parties.dealer_unknown": _("Deze dealer is niet bekend. Kies een dealer uit de lijst."),
    "parties.double_holds_stickers": _(
        "Op naam van {mechanic} staan nog {count} stickers: {numbers}. Neem ze eerst in bij "
        "Stickers, Verdeel over monteurs; daarna kunt u de twee samenvoegen."
    ),
    "parties.employment_overlaps": _(
        "Van {wanted_from} t/m {wanted_until} loopt door het dienstverband bij {dealer} van "
        "{present_from} t/m {present_until} heen. Beëindig dat eerst, of kies andere dagen."
    ),
    "parties.employment_served": _(
        "Op {day} deed deze monteur een beurt voor deze dealer; die dag moet er binnen blijven. "
        "Kies ruimere dagen, of laat de beurt eerst ongedaan maken."
    ),
    "parties.farm_ceased": _(
        "{farm} is gestopt op {ceased_on}. Kies een eerdere dag, of haal die datum eerst weg."
    ),
    "parties.herd_invalid": _(
        "{value} is geen beslagnummer. Dat is BE met 8 cijfers, en soms nog 4 erachter."
    ),
    "parties.identifier_taken": _(
        "{value} staat al bij {farm}. Is het hetzelfde bedrijf? Voeg de twee dan samen."
    ),
    "parties.kbo_invalid": _(
        "{value} is geen KBO-nummer. Dat heeft 10 cijfers, zoals 0403.019.261."
    ),
    "parties.kbo_mistyped": _(
        "KBO-nummer {value} klopt niet: de laatste twee cijfers passen niet bij de rest. "
        "Controleer de cijfers."
    ),
    "parties.kvk_invalid": _(
        "{value} is geen KvK-nummer. Dat heeft 8 cijfers; een vestigingsnummer heeft er 12."
    ),
    "parties.mechanic_holds_stickers": _(
        "Op naam van {mechanic} staan nog {count} stickers: {numbers}. Neem ze eerst in bij "
        "Stickers, Verdeel over monteurs; daarna kan het dienstverband eindigen."
    ),
    "parties.mechanic_merged_already": _(
        "{mechanic} is al samengevoegd met een andere monteur. Zoek hem opnieuw op."
    ),
    "parties.mechanic_number_taken": _(
        "Nummer {number} is al van {mechanic}. Kies een ander nummer."
    ),
    "parties.merge_employments_overlap": _(
        "Monteur {double} werkte van {double_from} t/m {double_until} bij {double_dealer}, en "
        "{mechanic} van {present_from} t/m {present_until} bij {dealer}. Eén monteur werkt bij één "
        "dealer tegelijk. Verbeter eerst de dagen, of kies een andere monteur."
    ),
    "parties.merge_mechanic_with_himself": _(
        "{mechanic} is een en dezelfde monteur. Kies een andere om mee samen te voegen."
    ),
    "parties.merge_with_itself": _(
        "{farm} is een en hetzelfde bedrijf. Kies een ander bedrijf om mee samen te voegen."
    ),
    "parties.merged_already": _(
        "{farm} is al samengevoegd met een ander bedrijf. Zoek het bedrijf opnieuw op."
    ),
    "parties.move_before_start": _(
        "{dealer} bedient {farm} pas sinds {from_on}. Kies een dag daarna."
    ),
    "parties.move_nothing": _(
        "Er is geen bedrijf van {dealer} gekozen. Vink bedrijven aan, of kies ze allemaal."
    ),
    "parties.move_to_itself": _("De bedrijven zijn al van {dealer}. Kies een andere dealer."),
    "parties.moved_meanwhile": _(
        "U zag {expected} bedrijven, maar het zijn er nu {count}. Er is niets verhuisd; "
        "kijk nog eens en bevestig opnieuw."
    ),
    "parties.not_employed": _(
        "Monteur {mechanic} werkte op {day} niet bij uw bedrijf. Kies een eigen monteur of "
        "laat KOM het dienstverband bijwerken."
    ),
    "parties.pe_invalid": _(
        "{value} is geen PE-nummer. Dat heeft 6 t/m 12 cijfers, met of zonder BE ervoor."
    ),
    "parties.period_backward": _(
        "De laatste dag ({until_on}) ligt voor de eerste ({from_on}). Kies een latere laatste dag."
    ),
    "parties.postcode_invalid": _(
        "{value} is geen postcode van dit land. Schrijf hem als {example}."
    ),
    "parties.ubn_invalid": _("{value} is geen UBN. Dat heeft 1 t/m 7 cijfers."),
    # reports
    **reports.SENTENCES,
    # scanning
    "scanning.already_recorded": _(
        "Sticker {number} zit al op deze installatie. Er is geen nieuw bezoek vastgelegd: scan "
        "daarvoor de nieuwe sticker."
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
    "scanning.series_not_chosen": _(
        "{value} past bij meer dan een serie. Kies welke serie het is; er is nog niets besloten."
    ),
    "scanning.state_final": _("Over deze scan is al beslist; daar verandert niets meer aan."),
    "scanning.sticker_moved_on": _(
        "Sticker {number} zit niet meer op deze installatie. Leg het voor aan KOM."
    ),
    "scanning.target_unknown": _(
        "Scan {id} is bij KOM niet bekend onder uw bedrijf. Controleer welk bezoek u bedoelt."
    ),
    "scanning.unexpected": _(
        "Er ging bij ons iets mis met scan {id}. Hij is bewaard en een medewerker kijkt ernaar."
    ),
    "scanning.unreadable": _(
        "'{value}' is geen stickernummer. Scan de sticker opnieuw of toets de tien cijfers in."
    ),
    # sites
    "sites.leniency_longer": _(
        "{day} ligt niet voor de huidige laatste dag ({until_on}). Een coulance kan alleen eerder "
        "eindigen; leg voor langer een nieuwe vast, vanaf de dag erna."
    ),
    "sites.leniency_overlaps": _(
        "Van {from_on} tot en met {until_on} geldt al een coulance. "
        "Kies dagen die daarbuiten liggen."
    ),
    "sites.leniency_reversed": _(
        "De coulance eindigt op {until_on}, voor haar begin op {from_on}. "
        "Kies een latere laatste dag."
    ),
    "sites.leniency_unknown": _("Coulance {number} is niet bekend. Kies er een uit de lijst."),
    "sites.boxes_without_robot": _(
        "Alleen een robot heeft boxen, en hier staan er {boxes}. Vul 0 in of kies Robot."
    ),
    "sites.configuration_earlier": _(
        "{day} ligt voor het begin van de huidige inrichting ({from_on}). Kies die dag om haar te "
        "verbeteren, of een latere als er iets verandert."
    ),
    "sites.day_in_future": _("{day} moet nog komen. Kies vandaag ({today}) of een eerdere dag."),
    "sites.installation_ceased": _(
        "Deze installatie is gestopt op {ceased_on}. Controleer of u bij de goede installatie bent."
    ),
    "sites.one_per_box": _(
        "{boxes} boxen met {pumps} vacuümpompen en {facilities} reinigingsinstallaties zijn "
        "{required} installaties, elk met een eigen sticker. Voeg ze een voor een toe, met 1 box."
    ),
    "sites.other_farm": _(
        "Deze locatie is van een ander bedrijf. Kies een locatie van dit bedrijf."
    ),
    "sites.serviced_after": _(
        "Op {day} is hier nog een beurt geregistreerd; op {ceased_on} was zij dus niet gestopt. "
        "Kies een latere dag, of laat de beurt eerst ongedaan maken."
    ),
    # stickers
    **stickers.SENTENCES,
}


def day_text(day: date) -> str:
    """Return a day as `do 5 maart 2026`."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def sentence(
    refusal: Refusal, translate: Callable[[str], str] = str, *, of_line: bool = False
) -> str:
    """Return the sentence for a refusal in the reader's language, its facts filled in.

    Args:
        of_line: it is said of a line of a file, to who mends the file.
    """
    facts = {name: _shown(name, value) for name, value in refusal.facts.items()}
    said = SENTENCES[refusal.code]
    if of_line:
        said = lines.SENTENCES.get(refusal.code, said)
    return translate(said).format(**facts)


def is_day(name: str) -> bool:
    """Return whether a fact of this name is a day: its name says so, as a column's does."""
    return name in DAY_FACTS or name.endswith(DAY_ENDINGS)


def _shown(name: str, value: object) -> object:
    """Return a fact as people read it: a day in words, the rest as it is.

    What people typed stays as they typed it, also when it looks like a day; and what stands
    instead of a day, such as an open end, stays too.
    """
    if not is_day(name) or not isinstance(value, str):
        return value
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return value
