"""What the address of the list of reports asks of the term of a service."""

from __future__ import annotations

from flask_babel import gettext

from blueprints import words
from blueprints.listing import Filters
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import Kept
from kombeheer.services.sites.terms import Services, TermFilter

UNTOLD = "untold"
TERM_FILTERS = ("term", "month", "cause", "stops")


def term_asked(filters: Filters) -> TermFilter:
    """Return what is asked of the term, every figure of R35 having its own address."""
    of = filters.choice("term", gettext("Termijn"), words.KEPT | words.COUNTED)
    months = {str(month): word for month, word in words.month_words().items()}
    month = filters.choice("month", gettext("Gekomen"), months)
    causes = {**words.LATENESS_CAUSES, UNTOLD: words.CAUSE_UNTOLD}
    cause = filters.choice("cause", gettext("Oorzaak te laat"), causes)
    stops = filters.choice("stops", gettext("Stopt"), {"1": gettext("voor de volgende beurt")})
    told = "" if cause == UNTOLD else LatenessCause(cause) if cause else None
    return TermFilter(
        of=Kept(of) if of in words.KEPT else Services(of) if of else None,
        month=int(month) if month else None,
        cause=told,
        is_stopping=bool(stops),
    )
