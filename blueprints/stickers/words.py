"""The Dutch for where numbers are, what happened to them and the papers behind it; drawings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from blueprints.texts import lazy as _l
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind
from kombeheer.services.stickers.holders import Holder
from kombeheer.services.stickers.life import LifeLine
from kombeheer.services.stickers.standing import Standing


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: its kind of tag (ok, warn, bad, info or ''), its drawing, its word."""

    kind: str
    icon: str
    word: Any


ACCOUNTS: dict[AccountKind, Look] = {
    AccountKind.ORIGIN: Look("", "circle-question-mark", _l("Nog niet besteld")),
    AccountKind.PRINTER: Look("info", "printer", _l("Bij de drukker")),
    AccountKind.STOCK: Look("", "warehouse", _l("In voorraad")),
    AccountKind.TRANSIT: Look("info", "truck", _l("Onderweg")),
    AccountKind.DEALER: Look("", "package", _l("Bij dealer")),
    AccountKind.MECHANIC: Look("", "package", _l("Bij monteur")),
    AccountKind.USED: Look("", "circle-check", _l("Gebruikt, niet bekend waar")),
    AccountKind.APPLIED: Look("ok", "circle-check", _l("Geplakt")),
    AccountKind.SPOILED: Look("warn", "triangle-alert", _l("Onbruikbaar")),
    AccountKind.LOST: Look("warn", "circle-question-mark", _l("Vermist")),
    AccountKind.STOLEN: Look("bad", "octagon-x", _l("Gestolen")),
    AccountKind.RETURN: Look("info", "undo-2", _l("Op de terugweg")),
    AccountKind.RETURNED: Look("", "inbox", _l("Ingeleverd")),
    AccountKind.DESTROYED: Look("", "circle-slash", _l("Vernietigd")),
}
PLACES: dict[str, Any] = {
    str(kind): look.word for kind, look in ACCOUNTS.items() if kind is not AccountKind.ORIGIN
}
DOCUMENTS: dict[DocumentKind, Any] = {
    DocumentKind.PRINT_ORDER: _l("drukorder"),
    DocumentKind.DELIVERY_NOTE: _l("levering"),
    DocumentKind.PACKING_LIST: _l("pakbon"),
    DocumentKind.RECEIPT: _l("ontvangst"),
    DocumentKind.HANDOVER: _l("overdracht"),
    DocumentKind.REPORT: _l("verslag"),
    DocumentKind.SPOIL_NOTE: _l("melding"),
    DocumentKind.STATEMENT: _l("verklaring"),
    DocumentKind.POLICE_REPORT: _l("aangifte"),
    DocumentKind.RETURN_NOTE: _l("terugzending"),
    DocumentKind.RETURN_RECEIPT: _l("inlevering"),
    DocumentKind.DESTRUCTION_RECORD: _l("vernietiging"),
    DocumentKind.DECISION: _l("besluit"),
    DocumentKind.PAPER_BATCH: _l("stapel papier"),
    DocumentKind.TAKEOVER: _l("overname"),
}
STANDINGS: dict[Standing, Look] = {
    Standing.VALID: Look("ok", "circle-check", _l("Geldig")),
    Standing.EXPIRED: Look("bad", "octagon-alert", _l("Verlopen")),
    Standing.REPLACED: Look("", "circle-slash", _l("Niet meer in gebruik")),
    Standing.NOT_IN_USE: Look("", "circle-slash", _l("Niet in gebruik")),
    Standing.DISPUTED: Look("warn", "triangle-alert", _l("Betwist")),
    Standing.AMBIGUOUS: Look("", "circle-question-mark", _l("Niet eenduidig")),
    Standing.UNKNOWN: Look("bad", "circle-question-mark", _l("Onbekend")),
    Standing.WRONG: Look("warn", "keyboard", _l("Nummer klopt niet")),
    Standing.UNREADABLE: Look("warn", "keyboard", _l("Geen stickernummer")),
}
_ICONS: dict[MoveKind, tuple[str, str]] = {
    MoveKind.TAKE_OVER: ("", "inbox"),
    MoveKind.ORDER: ("", "printer"),
    MoveKind.DELIVER: ("", "warehouse"),
    MoveKind.ISSUE: ("", "truck"),
    MoveKind.CONFIRM: ("", "check"),
    MoveKind.HAND_OUT: ("", "users"),
    MoveKind.HAND_IN: ("", "users"),
    MoveKind.HAND_OVER: ("", "users"),
    MoveKind.USE: ("", "circle-check"),
    MoveKind.APPLY: ("ok", "circle-check"),
    MoveKind.SPOIL: ("warn", "triangle-alert"),
    MoveKind.LOSE: ("warn", "circle-question-mark"),
    MoveKind.STEAL: ("bad", "octagon-x"),
    MoveKind.FIND: ("", "search"),
    MoveKind.SEND_BACK: ("", "undo-2"),
    MoveKind.TAKE_BACK: ("", "inbox"),
    MoveKind.RESTOCK: ("", "warehouse"),
    MoveKind.DESTROY: ("", "circle-slash"),
}


def _who(holder: Holder | None) -> str:
    """Return a holder's name; nobody reads which other firm it was."""
    if holder is None:
        return str(gettext("een ander bedrijf"))
    return f"{holder.name}, {holder.place}" if holder.place and not holder.number else holder.name


def place(account: Account, holder: Holder | None) -> str:
    """Return where numbers are, with who holds them when that is known, within a sentence."""
    word = str(ACCOUNTS[account.kind].word)
    word = word[:1].lower() + word[1:]
    if holder is None:
        return word
    who = _who(holder)
    with_holder = {
        AccountKind.TRANSIT: gettext("onderweg naar %(who)s", who=who),
        AccountKind.RETURN: gettext("op de terugweg van %(who)s", who=who),
        AccountKind.APPLIED: gettext("geplakt bij %(who)s", who=who),
    }
    return str(with_holder.get(account.kind, f"{word} {who}"))


def title(line: LifeLine) -> str:
    """Return what a movement was, in words."""
    source, target = _who(line.source_holder), _who(line.target_holder)
    if line.is_counter:
        source, target = target, source
    titles = {
        MoveKind.TAKE_OVER: gettext("Overgenomen, uitgegeven aan %(who)s", who=target),
        MoveKind.ORDER: gettext("Besteld bij de drukker"),
        MoveKind.DELIVER: gettext("Ontvangen in voorraad"),
        MoveKind.ISSUE: gettext("Uitgegeven aan %(who)s", who=target),
        MoveKind.CONFIRM: gettext("Ontvangst bevestigd door %(who)s", who=target),
        MoveKind.HAND_OUT: gettext("Van %(source)s naar %(target)s", source=source, target=target),
        MoveKind.HAND_IN: gettext("Van %(source)s naar %(target)s", source=source, target=target),
        MoveKind.HAND_OVER: gettext("Van %(source)s naar %(target)s", source=source, target=target),
        MoveKind.USE: gettext("Gebruikt; op welke installatie is niet bekend"),
        MoveKind.APPLY: gettext("Geplakt op %(who)s", who=target),
        MoveKind.SPOIL: gettext("Onbruikbaar gemeld"),
        MoveKind.LOSE: gettext("Vermist gemeld"),
        MoveKind.STEAL: gettext("Gestolen gemeld"),
        MoveKind.FIND: gettext("Teruggevonden"),
        MoveKind.SEND_BACK: gettext("Teruggestuurd naar KOM"),
        MoveKind.TAKE_BACK: gettext("Ingeleverd bij KOM"),
        MoveKind.RESTOCK: gettext("Terug in de voorraad"),
        MoveKind.DESTROY: gettext("Vernietigd"),
    }
    what = str(titles[line.kind])
    return str(gettext("Teruggedraaid: %(what)s", what=what)) if line.is_counter else what


def look(line: LifeLine) -> tuple[str, str]:
    """Return the kind (ok, warn, bad or '') and the drawing of a movement."""
    if line.is_counter:
        return "", "undo-2"
    kind, icon = _ICONS[line.kind]
    return ("" if line.is_undone else kind), icon
