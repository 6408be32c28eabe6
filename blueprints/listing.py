"""What a list page asks (filters, sorting, page) and the `listing` that its macros read.

The address holds everything: each filter is one argument, `sort` a column, `desc` its direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from kombeheer.services.listing import Page, Wanted

_PAGE_MAX = 10**6


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in force: its argument, its label, and its value in words."""

    name: str
    label: str
    value: str


@dataclass(slots=True)
class Filters:
    """The filters of a list page, read from the address; what cannot be meant is left out."""

    chosen: list[Filter] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, label: str, most: int = 100) -> str:
        """Return what was typed in a field of the filter form, empty when nothing was."""
        typed = "".join(sign for sign in request.args.get(name, "") if sign.isprintable())
        value = " ".join(typed.split())[:most]
        return self._keep(name, label, value, value)

    def choice(self, name: str, label: str, options: Mapping[str, object]) -> str:
        """Return the chosen one of `options` (value to words), empty when none or another."""
        value = request.args.get(name, "")
        return self._keep(name, label, value, str(options[value])) if value in options else ""

    def _keep(self, name: str, label: str, value: str, shown: str) -> str:
        if value:
            self.chosen.append(Filter(name, label, shown))
            self.values[name] = value
        return value


def wanted() -> Wanted:
    """Return the page and the order that the address asks for."""
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else 1
    return Wanted(
        min(page, _PAGE_MAX), request.args.get("sort") or None, request.args.get("desc") == "1"
    )


def _order() -> dict[str, str]:
    """Return what the address asks of the order, as its arguments."""
    return {name: request.args[name] for name in ("sort", "desc") if name in request.args}


def file_links(endpoint: str, **values: Any) -> list[tuple[str, str]]:
    """Return (word, address) of each file of a list; `values` are the arguments of the address."""
    kept = request.view_args or {}
    return [
        (extension.upper(), url_for(endpoint, extension=extension, **kept, **values))
        for extension in ("csv", "xlsx")
    ]


class Listing:
    """A page of rows with its filters and addresses, as templates/_macros/tables.html reads it.

    The list stands at the present endpoint, unless another is named; `file` is the endpoint of its
    files, which hold the whole list with these filters in this order.
    """

    def __init__(
        self,
        page: Page,
        filters: Filters,
        items: Sequence[Any] | None = None,
        endpoint: str | None = None,
        file: str | None = None,
    ) -> None:
        self._endpoint, self._file = endpoint or request.endpoint, file
        self.items = page.items if items is None else items
        self.total, self.page, self.pages = page.total, page.page, page.pages
        self.is_more = page.is_more
        self.first, self.last = page.first, page.last
        self.sort, self.descending, self.sorts = page.sort, page.descending, page.sorts
        self.filters, self._values = filters.chosen, filters.values

    @property
    def files(self) -> list[tuple[str, str]]:
        """Return (word, address) of each file of this list."""
        if self._file is None:
            return []
        return file_links(self._file, **self._values, **_order())

    def url(
        self,
        page: int | None = None,
        sort: str | None = None,
        descending: bool | None = None,
        drop: str | None = None,
    ) -> str:
        """Return the address of this list with that changed; a change of rows is page 1 again."""
        values: dict[str, Any] = {
            name: value for name, value in self._values.items() if name != drop
        }
        if sort is not None:
            values |= {"sort": sort} | ({"desc": "1"} if descending else {})
        else:
            values |= _order()
        if page is not None and page > 1:
            values["page"] = page
        assert self._endpoint is not None, "a list page has an endpoint"
        return url_for(self._endpoint, **(request.view_args or {}), **values)
