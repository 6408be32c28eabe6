"""What stands below a list: which of how many rows, and the way to the others."""

from __future__ import annotations

import re

import pytest
from flask import Flask, get_template_attribute

from blueprints.listing import Filters, Listing
from kombeheer.services.listing import Page


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (Page([], 70, 1, 2, "name", False), "1 t/m 50 van 70 bladzijde 1 van 2 Volgende"),
        (Page([], 70, 2, 2, "name", False), "51 t/m 70 van 70 bladzijde 2 van 2 Vorige"),
        (
            Page([], 10_000, 1, 200, "name", False, is_more=True),
            "1 t/m 50 van meer dan 10.000 bladzijde 1 van 200 Volgende",
        ),
        (
            Page([], 10_000, 200, 200, "name", False, is_more=True),
            "9.951 t/m 10.000 van meer dan 10.000 bladzijde 200 van 200 Vorige "
            "Er zijn er meer: zoek of filter, of download ze alle.",
        ),
        (Page([], 3, 1, 1, "name", False), "1 t/m 3 van 3"),
        (Page([], 0, 1, 1, "name", False), ""),
    ],
)
def test_it_tells_which_rows_of_how_many(app: Flask, page: Page, shown: str) -> None:
    with app.test_request_context("/parties/farms/"):
        paging = get_template_attribute("_macros/tables.html", "paging")
        written = paging(Listing(page, Filters()))
    assert " ".join(re.sub(r"<[^>]+>", " ", written).split()) == shown
