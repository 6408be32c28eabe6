"""What templates say: escaped, with its values filled in, and alike in and out of a request."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import gettext

from blueprints.texts import lazy


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('Naam') }}", "Naam"),
        ("{{ _('t/m %(day)s', day='5 mrt') }}", "t/m 5 mrt"),
        ("{{ _('van %(name)s', name='<b>&') }}", "van &lt;b&gt;&amp;"),
        ("{{ _('van %(name)s', name='<b>'|safe) }}", "van <b>"),
        ("{{ _('%(count)d keer', count=3) }}", "3 keer"),
        ("{{ _('100 %%') }}", "100 %"),
        ("{{ _('<b>vet</b>') }}", "<b>vet</b>"),
        ("{{ 0|numberformat }} {{ 12345|numberformat }}", "0 12.345"),
    ],
)
def test_a_text_of_a_template(app: Flask, template: str, shown: str) -> None:
    with app.test_request_context():
        assert render_template_string(template) == shown


def test_a_lazy_text_is_one_where_it_is_shown(app: Flask) -> None:
    least = lazy("Ten minste %(least)s tekens.", least=12)
    assert str(lazy("100 %")) == "100 %"
    assert str(least) == "Ten minste 12 tekens."
    with app.test_request_context():
        assert str(least) == gettext("Ten minste %(least)s tekens.", least=12)
        assert render_template_string("{{ text }}", text=lazy("Naam")) == "Naam"
