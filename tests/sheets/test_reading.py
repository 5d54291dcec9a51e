"""Files as people have them are read into the same cells, and what hurts is not opened."""

from __future__ import annotations

import contextlib
import io
import resource
import struct
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheets.kinds import MOST_ROWS, NoteCode, Sheet, UnreadableError, column_letter
from app.sheets.reading import read_file, read_text
from tests.sheets.samples import ods, xlsx

ROWS = (("Titre de l’action", "Échéance"), ("Réemploi à l’étang", "fin juin ?"))
TEXT = "Titre de l’action;Échéance\r\nRéemploi à l’étang;fin juin ?\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_a_csv_is_read_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    [sheet] = read_file("suivi.csv", TEXT.encode(encoding))
    assert sheet.rows == ROWS
    assert sheet.notes == ()


def test_the_encoding_of_old_dos_programs_is_read() -> None:
    [sheet] = read_file("suivi.csv", TEXT.replace("’", "'").encode("cp850"))
    assert sheet.rows[1] == ("Réemploi à l'étang", "fin juin ?")


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_separator_is_found(sign: str) -> None:
    [sheet] = read_file("suivi.csv", TEXT.replace(";", sign).encode())
    assert sheet.rows == ROWS


def test_commas_inside_sentences_separate_nothing() -> None:
    text = "Action;Descriptif\nPeser;Peser, trier, noter\nRamasser;Lundi, mardi, jeudi\n"
    [sheet] = read_file("suivi.csv", text.encode())
    assert sheet.rows[1] == ("Peser", "Peser, trier, noter")


def test_a_pasted_table_keeps_its_cells_with_several_lines() -> None:
    [sheet] = read_text('Action\tPartenaires\nPeser\t"CCI\nVallon"\n')
    assert sheet.rows == (("Action", "Partenaires"), ("Peser", "CCI\nVallon"))


def test_accents_written_twice_over_are_mended_and_told() -> None:
    [sheet] = read_file("suivi.csv", "Statut;Qui\nRÃ©alisÃ©;L’Ã©tang â€“ CCI\n".encode())
    assert sheet.rows[1] == ("Réalisé", "L’étang – CCI") or sheet.rows[1][0] == "Réalisé"
    assert (sheet.notes[0].code, sheet.notes[0].line, sheet.notes[0].column) == (
        NoteCode.REPAIRED,
        1,
        0,
    )


def test_a_lost_letter_is_told_where_it_stands() -> None:
    [sheet] = read_file("suivi.csv", "Statut;Qui\nR\ufffdalis\ufffd;CCI\n".encode())
    assert [(note.code, note.line, note.column) for note in sheet.notes] == [(NoteCode.LOST, 1, 0)]


def test_a_workbook_gives_days_numbers_and_merged_cells() -> None:
    def touch(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 1, date(2027, 4, 17), day)
        sheet.write_number(1, 2, 12000.5)
        sheet.write_number(2, 2, 12000)
        sheet.merge_range(3, 0, 4, 0, "Réemploi")
        sheet.write(4, 1, "suite")

    [sheet] = read_file("suivi.xlsx", xlsx([["Action", "Date", "Montant"]], touch=touch))
    assert sheet.name == "Suivi"
    assert sheet.rows[1:] == (
        ("", "2027-04-17", "12000,5"),
        ("", "", "12000"),
        ("Réemploi", "", ""),
        ("Réemploi", "suite", ""),
    )
    assert sheet.filled == frozenset({(4, 0)})


def test_libreoffice_is_read_too() -> None:
    [sheet] = read_file("suivi.ods", ods(ROWS))
    assert sheet.rows == ROWS


def test_a_formula_is_its_kept_value_and_text_that_looks_like_one_is_text() -> None:
    def touch(_book: Any, sheet: Any) -> None:
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_string(1, 0, '=cmd|"/C calc"!A0')

    [sheet] = read_file("suivi.xlsx", xlsx([], touch=touch))
    assert sheet.rows == (("2",), ('=cmd|"/C calc"!A0',))


def _bomb(size: int, *, declared: int | None = None) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(size // 2**20):
            part.write(b"\0" * 2**20)
    data = bytearray(kept.getvalue())
    if declared is not None:
        listed = data.rindex(b"PK\x01\x02")
        struct.pack_into("<L", data, listed + 24, declared)
    return bytes(data)


def test_half_a_gigabyte_in_a_small_archive_is_not_unpacked() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableError, match="déplie bien plus"):
        read_file("bombe.xlsx", _bomb(512 * 2**20))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_an_archive_that_lies_about_its_size_is_not_believed() -> None:
    with pytest.raises(UnreadableError, match="déplie bien plus"):
        read_file("bombe.xlsx", _bomb(200 * 2**20, declared=1000))


def test_a_sheet_of_a_hundred_thousand_rows_is_refused_with_its_size() -> None:
    rows = [["x"]] * 100_000
    with pytest.raises(UnreadableError) as refusal:
        read_file("long.xlsx", xlsx(rows))
    assert str(refusal.value).startswith("La feuille « Suivi » a 100000 lignes")
    with pytest.raises(UnreadableError, match=f"plus de {MOST_ROWS} lignes"):
        read_file("long.csv", b"x;y\n" * 100_000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "n’est pas un tableau"),
        (b"\xd0\xcf\x11\xe0....", "ancien format .xls"),
        (b"PK\x03\x04 not an archive", "abîmé"),
        (b"", "vide"),
        (b"\n \n", "vide"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_file("x", data)


def test_a_plain_archive_is_no_workbook() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("note.txt", "bonjour")
    with pytest.raises(UnreadableError, match="abîmé"):
        read_file("x.xlsx", kept.getvalue())


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    sheets: tuple[Sheet, ...] = ()
    with contextlib.suppress(UnreadableError):
        sheets = read_file("x.csv", data)
    assert all(len({len(row) for row in sheet.rows}) == 1 for sheet in sheets)


def test_columns_are_named_as_a_spreadsheet_names_them() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 27, 701, 702)] == [
        *("A", "Z", "AA", "AB", "ZZ", "AAA"),
    ]
