"""Whatever the services write into the journal has a Dutch word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
from flask import Flask

from blueprints.journal.words import ACTIONS, FIELDS, SUBJECTS, VALUES
from blueprints.stickers.words import place
from kombeheer.rules.accounts import Role, UserState
from kombeheer.rules.billing import ChargePeriod, ChargeScope
from kombeheer.rules.cases import CaseOwner, CaseState
from kombeheer.rules.certification import Country, Module
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.reports import BatchState, LatenessCause, Norm, ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import InstallationState, ParlourType, Species
from kombeheer.rules.stickers import HOLDER_KINDS, Account, AccountKind, MoveKind
from kombeheer.services.stickers.holders import Holder
from kombeheer.wording import SENTENCES
from models.parties import Dealer, Farm, Mechanic
from models.reports import PaperBatch
from models.sites import Installation, InstallationConfiguration, Site
from tests.house import tree

CODE = re.compile(r"[a-z]+\.[a-z_]+")
AREAS = tree.AREAS | {"cases", "journal"}
RECORDING = {"record", "record_many", "record_changes"}
CHANGED = (Dealer, Farm, Installation, InstallationConfiguration, Mechanic, PaperBatch, Site)
HIDDEN = {"opened_at"}  # of a batch: the entry itself tells when it was opened
WRITTEN = (
    *(BatchState, CaseOwner, CaseState, ChargePeriod, ChargeScope, Country, Ending),
    *(IdentifierKind, InstallationState, LatenessCause, Module, Norm, ParlourType, ReportState),
    *(Role, ServiceKind, Species, UserState),
)


def of_services() -> Iterator[tuple[str, ast.AST]]:
    for path in tree.sources("kombeheer"):
        if tree.name(path).startswith("kombeheer.services."):
            for node in ast.walk(tree.syntax(path)):
                yield tree.name(path), node


def test_every_action_has_a_word() -> None:
    """What looks like a code and is no refusal, is an action."""
    refused = {
        node.args[0].value
        for _, node in of_services()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refusal"
        and isinstance(node.args[0], ast.Constant)
    }
    actions = {
        (node.value, module)
        for module, node in of_services()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
        and node.value.partition(".")[0] in AREAS
        and node.value not in SENTENCES
        and node.value not in refused
    }
    assert len(actions) > 10
    missing = {action for action in actions if action[0] not in ACTIONS}
    assert missing == set(), "give it a word in blueprints/journal/words.py"


def test_every_subject_has_a_word() -> None:
    subjects = {
        (node.args[4].value, module)
        for module, node in of_services()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RECORDING
        and len(node.args) > 4
        and isinstance(node.args[4], ast.Constant)
    }
    assert len(subjects) > 5
    missing = {subject for subject in subjects if subject[0] not in SUBJECTS}
    assert missing == set(), "give it a word in blueprints/journal/words.py"


def test_every_field_that_is_named_has_a_word() -> None:
    fields = {
        (key.value, module)
        for module, call in of_services()
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in RECORDING
        for keyword in call.keywords
        for given in ast.walk(keyword.value)
        if isinstance(given, ast.Dict)
        for key in given.keys
        if isinstance(key, ast.Constant)
    }
    assert len(fields) > 30
    assert {field for field in fields if field[0] not in FIELDS} == set(), "give it a word"


def test_every_field_of_what_people_change_has_a_word() -> None:
    """What is told by `changed_fields`: columns by their names."""
    not_told = {"id", "public_id", "created_at", "created_by_id", "recorded_at", "actor_id"}
    for model in CHANGED:
        columns = {column.name for column in model.__table__.columns} - not_told
        kept = {name for name in columns if not name.endswith("_id")}
        assert kept - FIELDS.keys() - HIDDEN == set(), model


@pytest.mark.parametrize("values", WRITTEN, ids=lambda values: values.__name__)
def test_every_value_that_is_a_word_is_told_in_dutch(values: type[StrEnum]) -> None:
    assert {value for value in values if str(value) not in VALUES} == set()


def test_every_move_of_stickers_that_people_make_has_a_word() -> None:
    booked_otherwise = {
        *(MoveKind.TAKE_OVER, MoveKind.USE),  # stickers.taken_over
        *(MoveKind.ORDER, MoveKind.DELIVER, MoveKind.ISSUE, MoveKind.CONFIRM),
        MoveKind.APPLY,  # with its scan
    }
    assert {f"stickers.{kind}" for kind in set(MoveKind) - booked_otherwise} <= ACTIONS.keys()
    for kind in ("farm", "mechanic"):
        assert {f"parties.{kind}_merged", f"parties.{kind}_taken_in"} <= ACTIONS.keys()


@pytest.mark.parametrize("kind", AccountKind)
def test_every_place_of_numbers_has_a_word(app: Flask, kind: AccountKind) -> None:
    account = Account(kind, 4 if kind in HOLDER_KINDS else None)
    with app.test_request_context():
        told = place(account, Holder("p", "0118", "Boersma") if account.holder_id else None)
    assert told
    assert str(account) not in told.split()
    assert ("Boersma" in told) == (kind in HOLDER_KINDS)


def test_an_action_is_an_area_and_what_happened() -> None:
    assert [action for action in ACTIONS if not CODE.fullmatch(action)] == []
