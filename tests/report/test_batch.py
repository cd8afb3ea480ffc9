"""A package holds a cover list and every document, and is written as it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest
from pyzipper import AESZipFile

from survey.i18n import catalogue
from survey.report.batch import Cover, Enclosed, file_name, stream

COVER = Cover("ROC Waterland", "Purmerend", "Voorjaar 2026", datetime(2026, 6, 4, 12, 30, tzinfo=UTC))


def enclosed(name: str, pdf: bytes = b"%PDF-1.7", version: int = 1) -> Enclosed:
    """Give one document of a student."""
    return Enclosed(name, "V2B", "V2B-0112", version, lambda: pdf)


def test_package_holds_list_and_documents() -> None:
    chunks = stream(COVER, [enclosed("Yara El Amrani", b"one"), enclosed("Bram Vos", b"two")], catalogue("nl"))
    with ZipFile(BytesIO(b"".join(chunks))) as package:
        assert package.testzip() is None
        assert package.namelist() == ["00-lijst.html", "01-yara-el-amrani-1.pdf", "02-bram-vos-1.pdf"]
        assert package.read("02-bram-vos-1.pdf") == b"two"
        assert {entry.compress_type for entry in package.infolist()} == {ZIP_STORED}
        page = package.read("00-lijst.html").decode()
    for words in ("Vertrouwelijk", "gemeente Purmerend", "Yara El Amrani", "Gewone mail is niet veilig"):
        assert words in page


def test_package_with_a_password_opens_with_it_alone() -> None:
    chunks = stream(COVER, [enclosed("Yara El Amrani", b"one")], catalogue("nl"), "7K2QF-00000")
    with AESZipFile(BytesIO(b"".join(chunks))) as package:
        package.setpassword(b"7K2QF-00001")
        with pytest.raises(RuntimeError):
            package.read("01.pdf")
        package.setpassword(b"7K2QF-00000")
        assert package.read("01.pdf") == b"one" and b"Yara El Amrani" in package.read("00-lijst.html")


def test_documents_are_opened_one_at_a_time() -> None:
    opened: list[int] = []

    def document(number: int) -> Enclosed:
        return Enclosed("Yara", "V2B", "1", 1, lambda: opened.append(number) or b"pdf")  # type: ignore[func-returns-value]

    chunks = stream(COVER, [document(1), document(2)], catalogue("en"))
    next(chunks)
    assert opened == []
    next(chunks)
    assert opened == [1]


def test_hostile_name_stays_text() -> None:
    package = b"".join(stream(COVER, [enclosed("<script>x</script>/../..")], catalogue("nl")))
    with ZipFile(BytesIO(package)) as opened:
        assert opened.namelist()[1] == "01-script-x-script-1.pdf"
        assert b"<script>" not in opened.read("00-lijst.html")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Zoë d'Åmelie", "07-zoe-d-amelie-3.pdf"), ("ኣበበ", "07-document-3.pdf"), ("x" * 500, f"07-{'x' * 60}-3.pdf")],
)
def test_file_name_is_plain(name: str, expected: str) -> None:
    assert file_name(enclosed(name, version=3), 7) == expected
