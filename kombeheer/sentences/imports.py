"""The sentences about files that are taken over, in Dutch. The rules of their writing, and how they
are filled in, stand in kombeheer/wording.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


SENTENCES: dict[str, str] = {
    "imports.ceased_before": _(
        "De installatie zou gestopt zijn voordat zij zo was. Verbeter een van beide dagen."
    ),
    "imports.cell_empty": _("Deze kolom is leeg en moet gevuld zijn."),
    "imports.cell_failed": _(
        "Hier staat {value}: een formule die mislukt is. Verbeter haar, of typ de waarde zelf."
    ),
    "imports.cell_rounded": _(
        "Hier staat het getal {value}: een spreadsheet onthoudt van een getal vijftien cijfers. "
        "Maak de cel tekst en typ het opnieuw."
    ),
    "imports.cells_shifted": _(
        "De regel heeft {count} velden, de kop {expected}. Er is een veld te veel of te weinig, of "
        "een scheidingsteken in een tekst: zet zo'n tekst tussen aanhalingstekens."
    ),
    "imports.certificate_incomplete": _(
        "Van een certificaat horen nummer, eerste en laatste dag erbij. Vul ze aan of laat ze alle "
        "drie leeg."
    ),
    "imports.certificate_of_other": _(
        "Certificaat {number} staat op naam van monteur {mechanic}. Een nummer hoort bij een "
        "monteur; verbeter het nummer, of voeg beide monteurs samen."
    ),
    "imports.certificate_twice": _(
        "Certificaat {number} staat ook bij een andere monteur, op regel {first}. Verbeter een van "
        "beide."
    ),
    "imports.column_missing": _(
        "Deze kolommen ontbreken: {columns}. Neem de kop van het voorbeeldbestand over."
    ),
    "imports.column_twice": _("De kolom {column} staat er twee keer. Laat er een weg."),
    "imports.column_unknown": _("De kolom {value} wordt niet gelezen."),
    "imports.columns_beyond": _(
        "Alleen de eerste {most} kolommen zijn gelezen; deze regel heeft er meer."
    ),
    "imports.count_outside": _("{value} ligt buiten {least} t/m {most}."),
    "imports.count_unreadable": _("{value} is geen heel getal. Schrijf alleen cijfers."),
    "imports.day_unreadable": _(
        "{value} is geen dag die bestaat. Schrijf 31-12-2025 of 2025-12-31, met vier cijfers voor "
        "het jaar."
    ),
    "imports.days_backward": _(
        "De regels van een installatie staan van oud naar nieuw, elk met een latere dag."
    ),
    "imports.dealer_differs": _(
        "Monteur {mechanic} was op {day} in dienst bij een andere dealer. Verbeter de dealer, of "
        "neem eerst zijn dienstverbanden over."
    ),
    "imports.dealer_missing": _(
        "Van monteur {mechanic} is op {day} geen dienstverband bekend. Vul de kolom dealer, of "
        "neem eerst zijn dienstverbanden over."
    ),
    "imports.dealer_not_employer": _(
        "Van monteur {mechanic} is op {day} geen dienstverband bekend; de dealer van de regel "
        "geldt."
    ),
    "imports.dealer_unknown": _(
        "Dealer {number} is niet bekend. Verbeter het nummer, of neem eerst de dealers over."
    ),
    "imports.decimal_unreadable": _(
        "{value} is geen getal met hoogstens een cijfer achter de komma, zoals 67,5."
    ),
    "imports.differs_from_line": _(
        "Dit is anders dan op regel {first}: {other}. Zet op elke regel hetzelfde."
    ),
    "imports.employment_incomplete": _(
        "Van een dienstverband horen dealer en eerste dag erbij. Vul ze aan of laat alles leeg."
    ),
    "imports.farm_nameless": _(
        "Zonder kenmerk of nummer is niet te zien welk bedrijf dit is. Vul een kenmerk, UBN, "
        "KvK-nummer of een Belgisch nummer in."
    ),
    "imports.farm_unknown": _(
        "Bedrijf {reference} is niet bekend. Verbeter het kenmerk, of neem eerst de bedrijven over."
    ),
    "imports.file_broken": _(
        "Het bestand is beschadigd en niet te openen. Sla het opnieuw op en probeer het nog eens."
    ),
    "imports.file_empty": _("Het bestand is leeg."),
    "imports.file_declares": _(
        "Het bestand bevat verwijzingen die een spreadsheet niet heeft. Sla het op als CSV."
    ),
    "imports.file_inflates": _(
        "Het bestand wordt uitgepakt {size} MB, meer dan de {most} MB die het mag worden. Sla het "
        "op als CSV, of in delen."
    ),
    "imports.file_large": _(
        "Het bestand is groter dan {most} MB. Verdeel het, bijvoorbeeld per jaar."
    ),
    "imports.file_no_table": _(
        "Dit is geen CSV en geen XLSX. Sla het bestand in een van beide op."
    ),
    "imports.file_old_excel": _(
        "Dit is een Excelbestand van voor 2007. Sla het op als XLSX of CSV."
    ),
    "imports.file_wide": _(
        "Dit bestand is in UTF-16 geschreven. Sla het op als CSV UTF-8 of als XLSX."
    ),
    "imports.formula": _(
        "Hier staat een formule. Formules worden nooit uitgerekend: plak de waarde zelf."
    ),
    "imports.heads_missing": _(
        "De kop van het bestand is niet herkend: {value}. Verwacht wordt: {expected}."
    ),
    "imports.installation_unknown": _(
        "Installatie {reference} is niet bekend. Verbeter het kenmerk, of neem eerst de "
        "installaties over."
    ),
    "imports.kind_other": _(
        "Dit bestand heeft de kop van soort {kind}. Kies die soort, of een ander bestand."
    ),
    "imports.kind_unknown": _("De soort {value} bestaat niet. Kies uit: {known}."),
    "imports.line_long": _(
        "Deze regel is langer dan {most} tekens. Er ontbreekt een regeleinde of een "
        "aanhalingsteken."
    ),
    "imports.line_twice": _("Dit staat ook op regel {first}. Laat er een weg."),
    "imports.line_undecodable": _(
        "Het bestand is geschreven in {encoding}, maar deze regel heeft tekens die dat niet zijn. "
        "Sla het opnieuw op als UTF-8."
    ),
    "imports.line_unreadable": _(
        "Vanaf deze regel is het bestand niet te lezen; meestal ontbreekt een aanhalingsteken."
    ),
    "imports.lines_beyond_sheet": _(
        "Een spreadsheet heeft hoogstens {most} regels en deze lijst heeft er meer. Kies CSV, of "
        "maak de filters enger."
    ),
    "imports.lines_many": _(
        "Het bestand heeft meer dan {most} regels. Verdeel het, bijvoorbeeld per jaar."
    ),
    "imports.mechanic_known": _(
        "Iemand met deze naam en dealer of dit e-mailadres staat bekend als monteur {number}. "
        "Gebruik dat nummer, of onderscheid hen met voorletters."
    ),
    "imports.mechanic_twice": _(
        "Deze monteur staat ook onder een ander nummer, op regel {first}. Gebruik een van beide, "
        "of onderscheid hen met voorletters."
    ),
    "imports.number_of_other_report": _(
        "Nummer {value} staat op het verslag van een andere installatie, van {day}. Zoek uit welke "
        "van beide klopt."
    ),
    "imports.number_of_year": _(
        "{value} is geschreven als een nummer met het jaar. Serie {series} heeft nummers van "
        "{width} cijfers: schrijf alleen die, en een reeks met t/m."
    ),
    "imports.number_twice": _(
        "{value} staat ook op regel {first}. Zoek uit welke van beide klopt."
    ),
    "imports.number_unchecked": _(
        "Nummer {value} mist zijn twee controlecijfers. Schrijf alle tien cijfers van de sticker."
    ),
    "imports.number_unknown": _(
        "Nummer {value} ligt in geen reeks die bekend is. Schrijf het met alle cijfers van de "
        "sticker, zonder de code van een serie, of neem eerst de stickers over."
    ),
    "imports.numbers_elsewhere": _(
        "Deze nummers zijn al ergens anders: {numbers}. Zoek uit wat er met ze gebeurd is."
    ),
    "imports.numbers_of_several": _(
        "De nummers op deze regel horen bij meer dan een bedrijf: {farms}. Verbeter de nummers, of "
        "voeg die bedrijven eerst samen."
    ),
    "imports.numbers_outside": _("Deze nummers liggen buiten de reeks van de regel: {numbers}."),
    "imports.numbers_stay": _(
        "Deze nummers zijn al bekend als {what}: {numbers}. Dat blijft zo; een bestand neemt het "
        "niet terug."
    ),
    "imports.numbers_twice": _("Deze nummers staan er meer dan een keer: {numbers}."),
    "imports.numbers_unreadable": _(
        "{value} is geen nummer of reeks. Schrijf bijvoorbeeld 1 t/m 480, 482."
    ),
    "imports.pages_beyond": _("Alleen blad {page} is gelezen. Er staat ook iets op: {value}."),
    "imports.range_backward": _("Het laatste nummer ligt voor het eerste. Draai ze om."),
    "imports.range_large": _("Een reeks heeft hoogstens {most} nummers. Verdeel haar."),
    "imports.range_of_other": _(
        "Deze nummers zijn bekend bij een andere dealer: {numbers}. Zoek uit wie ze kreeg."
    ),
    "imports.range_overlaps": _(
        "Deze nummers staan ook in de reeks van regel {first}: {numbers}. Een nummer is aan een "
        "dealer uitgegeven."
    ),
    "imports.range_partly_known": _(
        "Een deel van de reeks is al bekend; deze nummers niet: {numbers}. Splits de regel daar."
    ),
    "imports.reference_other": _(
        "Dit staat bekend onder het kenmerk {present}. Gebruik dat, of laat het kenmerk leeg."
    ),
    "imports.row_unreadable": _(
        "Vanaf deze regel is het bestand beschadigd en niet te lezen. Open het in een spreadsheet "
        "en sla het opnieuw op."
    ),
    "imports.rows_unordered": _(
        "Rijen of cellen van dit blad staan door elkaar in het bestand. Open het in een "
        "spreadsheet en sla het opnieuw op."
    ),
    "imports.run_busy": _("Er loopt al een import. Wacht tot die klaar is."),
    "imports.run_unknown": _("Deze import bestaat niet of is opgeruimd. Kies het bestand opnieuw."),
    "imports.series_other_days": _(
        "Serie {series} is bekend met een andere dag: {day}. Verbeter het bestand."
    ),
    "imports.series_other_width": _(
        "De nummers van serie {series} hebben {width} cijfers. Verbeter de kolom cijfers."
    ),
    "imports.series_of_year": _(
        "Serie {series} is die van een jaar: met controlecijfers en nummers van {width} cijfers. "
        "Geef een serie zonder controlecijfers een eigen code, zoals {example}."
    ),
    "imports.series_unknown": _(
        "Serie {series} is niet bekend. Van een serie zonder controlecijfers horen cijfers, "
        "geldig_van en geldig_tot erbij."
    ),
    "imports.serviced_after_ceasing": _(
        "De installatie is gestopt op {ceased_on}, de beurt was op {day}. Verbeter een van beide."
    ),
    "imports.stays": _(
        "Dit blijft {present}: een bestand verandert dit niet. Er is niets te doen als dat klopt."
    ),
    "imports.site_of_other": _("Deze locatie is van een ander bedrijf. Verbeter het kenmerk."),
    "imports.site_unknown": _(
        "Locatie {reference} is niet bekend. Verbeter het kenmerk, of neem eerst de locaties over."
    ),
    "imports.text_long": _("De tekst heeft {count} tekens; er passen er {most}."),
    "imports.text_unreadable": _("De tekst {value} heeft tekens die niet te tonen zijn."),
    "imports.total_row": _("Dit is een regel met totalen. Haal haar weg."),
    "imports.word_unknown": _("{value} is niet bekend. Kies uit: {known}."),
    "imports.yes_no_unreadable": _("{value} is geen ja en geen nee."),
}
