"""The marks of a class in the layouts that learning management systems import, and filled into their own exports."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograde.lms.csv_text import new_table, read_table, with_cells
from autograde.lms.marks import Mark, new_sheet, not_graded, number
from autograde.lms.records import Record
from autograde.lms.template import filled_sheet
from autograde.paths import CourseError
from autograde.verbs.marks import lines

HW = "ch06_vb_code"


def mark(student: str, score: float | None, layout: str = "", lms_id: str = "", name: str = "") -> Mark:
    """A mark of 27 points; with a layout, of a collected submission."""
    record = Record(layout, lms_id, name or student, "", "", False) if layout else None
    return Mark(student, score, 27, 0.5, record)


MOODLE = [
    mark("Kim_Minsu", 26.5, "moodle", "101", "Kim Minsu"),
    mark("cmd", 3, "moodle", "102", "=cmd|' /C calc'!A0"),
    mark("홍_길동", None, "moodle", "103", "홍 길동"),
    mark("by_hand", 12),
]
CANVAS = [
    mark("kim", 26.5, "canvas", "4321"),
    mark("lee@univ.ac.kr", 2 / 3),
    mark("two", 1, "canvas", "4323"),
]


def parsed(data: bytes) -> list[list[str]]:
    """The rows, by the standard library's reader."""
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def test_moodle_gets_what_its_importer_asks_for() -> None:
    sheet = new_sheet(HW, MOODLE, "moodle")
    assert parsed(sheet.data) == [
        ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"],
        ["Participant 101", "Kim Minsu", "26.5", "27", "", ""],
        ["Participant 102", "'=cmd|' /C calc'!A0", "3", "27", "", ""],
    ]
    assert sheet.count == 2
    assert list(sheet.left_out.values()) == [["홍_길동"], ["by_hand"]]
    assert lines(sheet)[0] == "  left out: 홍_길동: some of it has no score yet: grade it first"


def test_canvas_gets_ids_or_logins_and_the_points() -> None:
    sheet = new_sheet(HW, CANVAS, "canvas")
    assert parsed(sheet.data) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", HW],
        ["    Points Possible", "", "", "", "", "27"],
        ["kim", "4321", "", "", "", "26.5"],
        ["lee@univ.ac.kr", "", "", "lee@univ.ac.kr", "", "0.6667"],
        ["two", "4323", "", "", "", "1"],
    ]
    assert sheet.left_out == {}


def test_blackboard_and_plain() -> None:
    marks = [mark("kim", 5, "blackboard", "k_im", "Kim"), mark("-1+1", 4)]
    sheet = new_sheet(HW, marks, "blackboard")
    assert parsed(sheet.data) == [["Username", HW], ["k_im", "5"], ["'-1+1", "4"]]
    assert "--template" in lines(sheet)[0]
    plain = new_sheet(HW, marks, "plain")
    assert parsed(plain.data)[1] == ["kim", "5", "27", "0.5"]
    assert lines(plain) == []


def test_who_handed_in_and_was_not_graded_is_named(tmp_path: Path) -> None:
    for student in ("kim", "홍_길동", "other"):
        folder = tmp_path / student / (HW if student != "other" else "ch07")
        folder.mkdir(parents=True)
        (folder / f"{HW}.ipynb").touch()
    assert list(not_graded(HW, [mark("kim", 1)], tmp_path).values()) == [["홍_길동"]]
    assert not_graded(HW, [mark("kim", 1), mark("홍_길동", None)], tmp_path) == {}


WORKSHEET = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    '"Participant 103","홍 길동",h@u.kr,"Submitted, late",7.00,27.00,Yes,-,-,\r\n'
    '"Participant 101", Kim Minsu ,k@u.kr,Submitted,,27.00,Yes,"a\nb",-,"He said ""hi"""\r\n'
    '"Participant 999",Nobody,,No submission,,27.00,Yes,-,-,\r\n'
).encode()


def test_a_moodle_worksheet_keeps_all_but_the_grades_byte_for_byte() -> None:
    marks = [MOODLE[0], mark("홍_길동", 8, "moodle", "103"), mark("Gone", 1, "moodle", "55")]
    sheet = filled_sheet(HW, marks, "moodle", WORKSHEET, "")
    expected = WORKSHEET.replace(b'late",7.00,', b'late",8,').replace(b"Submitted,,27", b"Submitted,26.5,27")
    assert sheet.data == expected
    assert sheet.left_out == {"no row of the exported file is theirs": ["Gone"]}
    assert sheet.notes == []


def test_a_worksheet_in_another_language_with_commas() -> None:
    template = WORKSHEET.decode().replace("Participant", "Teilnehmer/in").replace("27.00", '"100,00"')
    template = template.replace("Identifier", "ID").replace("Grade,", "Bewertung,", 1)
    with pytest.raises(
        CourseError, match=r"no column has the title 'Grade'\. Name one with --column: .*Bewertung"
    ):
        filled_sheet(HW, MOODLE[:1], "moodle", template.encode(), "")
    sheet = filled_sheet(HW, MOODLE[:1], "moodle", template.encode(), "Bewertung")
    assert parsed(sheet.data)[2][4] == "26,5"
    assert parsed(sheet.data)[1][4] == "7.00"  # who has no mark keeps what was there
    assert "of 27 points, and the system's column is of 100" in sheet.notes[0]


GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 5 (77),Homework 6 (78),Total (read only)\n"
    "    Points Possible,,,,,10,27,\n"
    '"Kim, Minsu",4321,,kim@univ.ac.kr,A,9,,90\n'
    '"Lee, Ann",4322,,lee@univ.ac.kr,A,8,,80\n'
    '"Student, Test",4323,,,A,,,\n'
)


def test_a_canvas_gradebook_is_filled_by_id_or_login() -> None:
    sheet = filled_sheet(HW, CANVAS, "canvas", GRADEBOOK.encode(), "Homework 6")
    assert sheet.data.decode() == GRADEBOOK.replace("A,9,,", "A,9,26.5,").replace(
        "A,8,,", "A,8,0.6667,"
    ).replace("A,,,\n", "A,,1,\n")
    assert (sheet.count, sheet.left_out, sheet.notes) == (3, {}, [])
    assert "of 10" in filled_sheet(HW, CANVAS, "canvas", GRADEBOOK.encode(), "Homework 5 (77)").notes[0]
    renamed = GRADEBOOK.replace("Homework 6 (78)", "CH06_vb_code (78)")
    assert filled_sheet(HW, CANVAS, "canvas", renamed.encode(), "").count == 3


def test_a_blackboard_export_in_utf16_with_tabs() -> None:
    text = '"Last Name"\t"First Name"\t'
    text += f'"Username"\t"{HW} [Total Pts: 27 Score] |664617"\r\n"김"\t"민수"\t"kim"\t""\r\n'
    sheet = filled_sheet(HW, [mark("kim", 26.5)], "blackboard", b"\xff\xfe" + text.encode("utf-16-le"), "")
    assert sheet.data == b"\xff\xfe" + text.replace('kim"\t""', 'kim"\t26.5').encode("utf-16-le")
    assert sheet.notes == []


@pytest.mark.parametrize(
    ("data", "layout", "column", "words"),
    [
        (b"", "moodle", "", "no row of a student"),
        ("이름,점수\n".encode("cp949"), "moodle", "", "neither UTF-8 nor UTF-16"),
        (b'ID,Grade\n"1,2\n', "moodle", "", "quote that starts in row 2"),
        (b"A,Grade,Grade\n1,2,3\n", "moodle", "", "more than one column"),
        (b"Name,Homework 6 (78)\nKim,2\n", "canvas", "Homework 6", "no export of Canvas"),
        (
            GRADEBOOK.replace(",27,\n", ",27,(read only)\n").encode(),
            "canvas",
            "Total (read only)",
            "read only",
        ),
    ],
)
def test_what_is_no_export_gets_a_sentence(data: bytes, layout: str, column: str, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        filled_sheet(HW, MOODLE, layout, data, column)


def test_a_row_that_two_could_have_is_filled_for_neither() -> None:
    template = b"student,name,score\nkim,lee,\npark,park,\n"
    sheet = filled_sheet(HW, [mark("kim", 1), mark("lee", 2), mark("park", 3)], "plain", template, "")
    assert sheet.data == template.replace(b"park,park,", b"park,park,3")
    assert list(sheet.left_out.values()) == [["kim", "lee"]]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5), st.data())
def test_any_table_reads_as_the_standard_reader_does_and_only_one_cell_changes(
    rows: list[list[str]], data: st.DataObject
) -> None:
    raw = new_table(rows)
    table = read_table(raw)
    texts = [[cell.text for cell in row] for row in table.rows]
    assert texts == parsed(raw)
    assert all(not text or text[0] not in "=+-@\t\r" for row in texts for text in row)
    y = data.draw(st.integers(0, len(rows) - 1))
    x = data.draw(st.integers(0, len(rows[y]) - 1))
    changed = with_cells(table, {(y, x): "26.5"})
    texts[y][x] = "26.5"
    assert parsed(changed) == texts
    assert with_cells(table, {}) == raw


@given(st.floats(0, 1e6))
def test_a_number_is_what_it_was_to_four_digits(points: float) -> None:
    assert abs(float(number(points)) - points) <= 0.00005 + 1e-9
    assert not number(points).endswith(".")
