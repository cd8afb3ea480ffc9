"""Tables of regions and postcodes: read as CBS exports them, used while they are fresh, "onbekend" otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey import municipalities
from survey.cli import survey
from survey.kinds.municipality import Municipality
from survey.region_tables import BadTable, import_postcodes, import_regions

#: As StatLine exports 86059NED: a path for a heading, codes filled with spaces, a last line with the source.
STATLINE = (
    "\ufeff\"Gebieden in Nederland 2025\"\r\n"
    "\"Regio's\";\"Codes en namen van gemeenten/Code (code)\";\"Codes en namen van gemeenten/Naam (naam)\";"
    "\"Lokaliseringen van gemeenten/Arbeidsmarktregio's/Code (code)\";\"Lokaliseringen van gemeenten/Arbeidsmarktregio's/Naam (naam)\";"
    "\"Lokaliseringen van gemeenten/RMC-regio's/Code (code)\";\"Lokaliseringen van gemeenten/RMC-regio's/Naam (naam)\"\r\n"
    "\"Purmerend\";\"GM0439    \";\"Purmerend\";\"AM12\";\"Zaanstreek/Waterland\";\"RM22\";\"Agglomeratie Amsterdam\"\r\n"
    "\"Nieuwstad\";\"GM1999    \";\"Nieuwstad\";\"AM12\";\"Zaanstreek/Waterland\";\"RM22\";\"\"\r\n"
    "\"Bron: CBS\";\"\";\"\";\"\";\"\";\"\";\"\"\r\n"
).encode()
POSTCODES = b"PC6;Buurt2025;Gemeente2025\r\n1441AB;x;439\r\n1441AC;x;0439\r\n1452AA;y;GM0852\r\n1452AB;y;439\r\n1452AB;y;852\r\n"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Leave no imported table to other tests."""
    yield
    municipalities.use(Path("/nowhere"))


def test_shipped_list_knows_no_region(tmp_path: Path) -> None:
    municipalities.use(tmp_path)
    assert len(municipalities.names()) == 342 and municipalities.regions_year() is None
    assert municipalities.region_of("GM0439", 2026) is None and municipalities.code_of_postcode("1441 AB") is None


def test_table_of_cbs_gives_names_and_regions_with_their_year(tmp_path: Path) -> None:
    done = import_regions(STATLINE, 2025, tmp_path, least=2)
    assert (done.path.name, done.rows, done.lacks) == ("regions-2025.csv", 2, ())
    municipalities.use(tmp_path)
    region = municipalities.region_of("GM0439", 2026)
    assert region == municipalities.Region("Agglomeratie Amsterdam", "Zaanstreek/Waterland", 2025)
    assert municipalities.region_of("GM1999", 2026) == municipalities.Region("", "Zaanstreek/Waterland", 2025)
    assert municipalities.region_of("GM0363", 2026) is None and municipalities.region_of(None, 2026) is None
    assert municipalities.name_of("GM1999") == "Nieuwstad" and municipalities.name_of("GM0363") == "Amsterdam"
    menu = Municipality(id="waar", kind="municipality").menu("nl")
    assert [name for _, name in menu[1:]] == ["Nieuwstad", "Purmerend"]


def test_stale_table_is_no_region(tmp_path: Path) -> None:
    import_regions(STATLINE, 2025, tmp_path, least=2)
    municipalities.use(tmp_path)
    assert municipalities.region_of("GM0439", 2026) and municipalities.region_of("GM0439", 2027) is None


def test_newest_table_counts(tmp_path: Path) -> None:
    import_regions(STATLINE, 2024, tmp_path, least=2)
    import_regions(STATLINE.replace(b"Zaanstreek/Waterland", b"Groot Amsterdam"), 2026, tmp_path, least=2)
    municipalities.use(tmp_path)
    region = municipalities.region_of("GM0439", 2026)
    assert region and (region.labour_market, region.year) == ("Groot Amsterdam", 2026)


def test_table_without_regions_says_what_it_lacks(tmp_path: Path) -> None:
    done = import_regions(b"code;naam\nGM0439;Purmerend\n", 2025, tmp_path, least=1)
    assert done.lacks == ("doorstroompunt", "labour_market")
    municipalities.use(tmp_path)
    assert municipalities.region_of("GM0439", 2025) == municipalities.Region("", "", 2025)


@pytest.mark.parametrize(
    ("content", "year", "says"),
    [
        (b"a;b\n1;2\n", 2025, "no columns"),
        (STATLINE, 2025, "2 municipalities in this table, fewer than 300"),
        (b"", 2025, "empty"),
        (b"\0\1;x", 2025, "no CSV"),
    ],
)
def test_other_table_is_refused(tmp_path: Path, content: bytes, year: int, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        import_regions(content, year, tmp_path)
    assert not list(tmp_path.iterdir())


def test_year_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="25 is no year"):
        import_regions(STATLINE, 25, tmp_path, least=2)


def test_postcode_tells_the_municipality_where_the_table_decides(tmp_path: Path) -> None:
    done = import_postcodes(POSTCODES, 2025, tmp_path, least=2)
    assert done.path.read_text() == "postcode;code\n1441;GM0439\n1452AA;GM0852\n"
    municipalities.use(tmp_path)
    assert municipalities.code_of_postcode("1441 ZZ") == "GM0439"
    assert municipalities.code_of_postcode("1452 AA") == "GM0852"
    assert municipalities.code_of_postcode("1452 AB") is None and municipalities.postcodes_year() == 2025


def test_half_a_table_of_postcodes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="fewer than 3000"):
        import_postcodes(POSTCODES, 2025, tmp_path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Purmerend", "GM0439"), (" purmerend ", "GM0439"), ("GM0439", "GM0439"), ("439", "GM0439"), ("0439", "GM0439"),
        ("Gemeente Purmerend", "GM0439"), ("Den Haag", "GM0518"), ("'s-Gravenhage", "GM0518"), ("Hengelo", "GM0164"),
        ("Sudwest-Fryslan", "GM1900"), ("Bergen", None), ("Bergen (NH.)", "GM0373"), ("Zaandam", None), ("", None), ("99999", None),
    ],
)  # fmt: skip
def test_municipality_is_known_as_lists_write_it(text: str, code: str | None) -> None:
    assert municipalities.find_code(text) == code


def test_commands_import_and_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path))
    monkeypatch.setenv("SURVEY_MASTER_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=")
    run = CliRunner().invoke
    assert "no table was imported" in run(survey, ["regions", "show"]).stdout
    table = tmp_path / "tabel.csv"
    lines = [f"GM{1000 + number};Plaats {number};Regio" for number in range(300)]
    table.write_text("\n".join(["code;naam;arbeidsmarktregio", *lines]), encoding="utf-8")
    done = run(survey, ["regions", "import", str(table), "--year", "2025"])
    assert done.exit_code == 0 and "300 rows of municipalities" in done.stderr
    assert "does not name the Doorstroompunt: it stays unknown" in done.stderr
    assert "municipalities: 300, of 2025" in run(survey, ["regions", "show"]).stdout
    refused = run(survey, ["regions", "import-postcodes", str(table), "--year", "2025"])
    assert refused.exit_code == 2 and "no columns with a postcode" in refused.stderr
