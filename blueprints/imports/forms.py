"""The form that asks for a file, and reads it as far as is needed to say that it will not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from blueprints.fields import ChoiceField, add_error, place_refusal
from blueprints.imports.words import kind_name
from blueprints.texts import lazy as _l
from kombeheer.importing import Source, kept, require_readable
from kombeheer.rules.imports import FILE_BYTES_MAX
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.kinds import KINDS, file_label
from kombeheer.tables.workbooks import pieces

AT_FIELD = {"imports.kind_unknown": "kind", "imports.kind_other": "kind"}


class TryForm(FlaskForm):
    """A kind and a file."""

    kind = ChoiceField(
        _l("Wat staat erin?"),
        needed=_l("Kies wat er in het bestand staat."),
        description=_l("Een soort per bestand."),
    )
    file = FileField(
        _l("Bestand"),
        description=_l(
            "CSV of XLSX, hoogstens %(most)s MB. Proberen verandert nog niets.",
            most=FILE_BYTES_MAX // 1024**2,
        ),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.kind.choices = [(kind, kind_name(kind)) for kind in KINDS]

    @contextmanager
    def sent(self) -> Iterator[Source | None]:
        """Yield what was sent; None with what is wrong at its field."""
        sent = self.file.data
        if not self.validate():
            yield None
        elif not isinstance(sent, FileStorage) or not sent.filename:
            add_error(self.file, gettext("Kies een bestand."))
            yield None
        else:
            label = file_label(Path(sent.filename))
            with kept(str(self.kind.data), label, pieces(sent.stream)) as source:
                yield source if self._is_readable(source) else None

    def _is_readable(self, source: Source) -> bool:
        try:
            require_readable(source)
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: Refusal) -> None:
        """Put a sentence at its field."""
        if refusal.code == "imports.kind_other":
            named = {**refusal.facts, "kind": kind_name(str(refusal.facts["kind"]))}
            refusal = Refusal(refusal.code, **named)
        place_refusal(self, refusal, {refusal.code: AT_FIELD.get(refusal.code, "file")})
