"""Papers, read back: heads on every page, sums that go on, parts of at most so many lines."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pypdfium2
import pytest

from kombeheer.printing import papers
from kombeheer.printing.papers import Paper, PaperLine, parts, zip_pieces

MADE = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)


def paper(count: int, farm: str = "Hoeve") -> Paper:
    lines = (
        PaperLine(
            (
                ("5 mrt 2026",),
                (f"{farm} {number}", "Oudega · Visgraat, 24 koeien"),
                ("26-000001-26",),
            ),
            (2605, 624, 0, 0, 3229),
        )
        for number in range(count)
    )
    return Paper(
        "Afrekening Hoekstra, 2026",
        "afrekening",
        [("Dealer", "Hoekstra"), ("Stand", "versie 1")],
        ("Datum", "Bedrijf en plaats", "Nummer"),
        ("Basis", "Toeslag", "Glazen", "Meters", "Totaal"),
        lines,
        count,
        (2605 * count, 624 * count, 0, 0, 3229 * count),
        MADE,
    )


def pages(content: bytes) -> list[str]:
    read = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in read]


def test_heads_and_page_numbers_stand_on_every_page() -> None:
    [(name, content)] = parts(paper(100))
    texts = pages(content)
    assert name == "afrekening.pdf"
    assert len(texts) > 1
    for number, text in enumerate(texts, 1):
        assert "Bedrijf en plaats" in text
        assert "Opgeteld" in text
        assert f"blz. {number} van {len(texts)}" in text
    assert "Totaal 2.605,00 624,00 0,00 0,00 3.229,00 3.229,00" in texts[-1]
    assert all("Hoeve 99" not in text for text in texts[:-1])


def test_the_sum_so_far_stands_in_every_line() -> None:
    [(_, content)] = parts(paper(3))
    assert [f"32,29 {total}" in pages(content)[0] for total in ("32,29", "64,58", "96,87")] == [
        True
    ] * 3


def test_a_paper_is_tagged_and_tells_what_it_is() -> None:
    [(_, content)] = parts(paper(2))
    read = pypdfium2.PdfDocument(content)
    assert read.is_tagged()
    assert read.get_metadata_dict()["Title"] == "Afrekening Hoekstra, 2026"
    assert [content for _, content in parts(paper(2))] == [content]  # the same each time


def test_what_a_farm_is_called_is_never_source_text() -> None:
    [(_, content)] = parts(paper(1, farm='#panic("x") *vet* $x$ \\ "'))
    assert '#panic("x") *vet* $x$ \\ " 0' in pages(content)[0]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "LINES_AT_MOST", 40)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("count", "files"), [(0, 1), (1, 1), (40, 1), (41, 2), (80, 2), (81, 3)])
def test_a_part_holds_at_most_so_many_lines(count: int, files: int) -> None:
    made = paper(count)
    assert made.part_count == files
    assert len(list(parts(made))) == files


@pytest.mark.usefixtures("short")
def test_parts_say_which_they_are_and_carry_the_sum() -> None:
    files = dict(parts(paper(81)))
    assert list(files) == [f"afrekening-deel-{number}.pdf" for number in (1, 2, 3)]
    first, second, third = ("\n".join(pages(content)) for content in files.values())
    assert "deel 1 van 3" in first
    assert "Transport van" not in first
    assert "Transport naar deel 2 1.291,60" in first
    assert "Transport van deel 1 1.291,60" in second
    assert "Transport naar deel 3 2.583,20" in second
    assert "Hoeve 79" in second
    assert "Totaal" not in second.replace("Totaal Opgeteld", "")
    assert "Transport van deel 2 2.583,20" in third
    assert "Hoeve 80" in third
    assert "2.615,49 2.615,49" in third


@pytest.mark.usefixtures("short")
def test_a_zip_gives_one_part_after_another() -> None:
    asked = []

    def watched():
        for name, content in parts(paper(81)):
            asked.append(name)
            yield name, content

    pieces = zip_pieces(watched(), MADE)
    begin = next(pieces)
    assert len(asked) == 1
    packed = zipfile.ZipFile(io.BytesIO(begin + b"".join(pieces)))
    assert packed.testzip() is None
    assert packed.namelist() == asked == [f"afrekening-deel-{number}.pdf" for number in (1, 2, 3)]
    assert dict(parts(paper(81)))["afrekening-deel-2.pdf"] == packed.read(asked[1])
