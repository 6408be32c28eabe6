"""Enter and correct a mechanic's certificate."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.certification.forms import CertificateForm
from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.parties.looking import found, mechanic_of
from kombeheer.clock import now_utc
from kombeheer.services import certification

blueprint = Blueprint("certification", __name__, url_prefix="/certification")

AT_FIELD = {
    "certification.number_taken": "number",
    "certification.period_backward": "valid_until",
}


def _page(form: CertificateForm, mechanic: str, number: str | None) -> ResponseReturnValue:
    return form_page(
        "certification/certificate_form.html", form, mechanic=mechanic_of(mechanic), number=number
    )


@blueprint.route("/mechanics/<public:mechanic>/certificates/new", methods=["GET", "POST"])
def new_certificate(mechanic: str) -> ResponseReturnValue:
    """Enter a certificate."""
    mechanic_id, form = mechanic_of(mechanic).id, CertificateForm()
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> str:
            return certification.enter_certificate(
                writing,
                present,
                mechanic_id,
                now,
                number=form.number.data,
                modules=form.chosen_modules(),
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                country=form.certifying_country(),
            ).number

        number = stored(form, work, AT_FIELD)
        if number is not None:
            flash(gettext("Certificaat %(number)s staat erin.", number=number), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=mechanic))
    return _page(form, mechanic, None)


@blueprint.route("/mechanics/<public:mechanic>/certificates/<int:number>", methods=["GET", "POST"])
def edit_certificate(mechanic: str, number: int) -> ResponseReturnValue:
    """Correct a certificate."""
    mechanic_id = mechanic_of(mechanic).id
    rows = certification.certificates_of(db.session(), mechanic_id)
    view = found(next((one for one in rows if one.certificate.id == number), None))
    told = view.certificate.number
    form = CertificateForm(obj=view.certificate, modules=[str(one) for one in view.modules])
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            certification.change_certificate(
                writing,
                present,
                mechanic_id,
                number,
                now,
                number=form.number.data,
                modules=form.chosen_modules(),
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                country=form.certifying_country(),
            )
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("Certificaat %(number)s is verbeterd.", number=form.number.data), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=mechanic))
    return _page(form, mechanic, told)
