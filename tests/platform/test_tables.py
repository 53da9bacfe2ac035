"""The tables of the docs that `make tables` writes from results/."""

import json

import pytest

from beliefsim import paths
from benchmarks import tables

DOCS = paths.clone() / "docs"


@pytest.mark.parametrize(("page", "name"), [("speed.md", "benchmarks"), ("faults.md", "faults")])
def test_a_page_has_a_place_for_its_table_and_a_table_in_it(page, name):
    text = (DOCS / page).read_text()
    again = tables.replaced(text, name, "| a table |")
    assert "| a table |" in again and again.count("\n#") == text.count("\n#")
    assert tables.replaced(again, name, "") == tables.replaced(text, name, "")
    assert text.count("\n|") > 5


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="begin"):
        tables.replaced("# Speed", "benchmarks", "")


def test_faults_are_a_row_each_with_sums():
    row = {
        "fault": "500",
        "injected": 10,
        "sent": 43,
        "written": 30,
        "lost": 0,
        "asked_twice": 0,
        "wrong": 0,
        "seconds": 1.0,
    }
    table = tables.fault_table(
        {"injected": 20, "lost": 0, "asked_twice": 0, "wrong": 0, "faults": [row, row | {"fault": "hang"}]}
    )
    assert [line.split("|")[1].strip() for line in table.splitlines()[2:]] == ["500", "hang", "together"]


def test_a_figure_without_a_description_is_not_left_out():
    assert "`new_s`" in tables.benchmark_table({"new_s": 1.5, "import_s": 0.2})


def test_what_is_missing_is_told_with_the_command_that_makes_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr(paths, "clone", lambda: tmp_path)
    assert tables.main() == 1
    assert "make bench" in capsys.readouterr().err
    for page in ("speed.md", "faults.md"):
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / page).write_text((DOCS / page).read_text())
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "benchmarks.json").write_text(json.dumps({"import_s": 9.87}))
    assert tables.main() == 1  # no faults.json yet
    assert "9.87" in (tmp_path / "docs" / "speed.md").read_text()
