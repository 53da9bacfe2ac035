"""What notebooks leave behind."""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from beliefsim import outputs
from beliefsim.run import Run


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setenv(*Run(study="99_test").setting)
    return tmp_path


def _figure():
    fig = Figure()
    fig.subplots().plot([0, 1], [1, 0])
    return fig


def test_equal_figures_give_equal_files(results):
    kept = []
    for _ in range(2):
        outputs.figure(_figure(), "line", caption="A line.", alt="It falls.")
        kept.append([(results / "figures/99_test" / f"line.{kind}").read_bytes() for kind in ("svg", "png")])
    assert kept[0] == kept[1]
    assert kept[0][0].startswith(b"<?xml") and kept[0][1].startswith(b"\x89PNG")


def test_a_figure_without_alternative_text_is_refused(results):
    with pytest.raises(ValueError, match="'line' needs a caption and an alternative text"):
        outputs.figure(_figure(), "line", caption="A line.")


@pytest.mark.parametrize("name", ["", "../up", "Two words", "a/b"])
def test_a_name_that_does_not_suit_a_file_is_refused(results, name):
    with pytest.raises(ValueError, match="lower-case letters"):
        outputs.table(pd.DataFrame({"a": [1]}), name)


def test_a_table_keeps_the_rows_as_given_and_writes_missing_as_nothing(results):
    frame = pd.DataFrame({"level": pd.Categorical(["b", "a", "a|c"]), "mean": [1 / 3, np.nan, -0.0], "n": [3, 1, 2]})
    outputs.table(frame, "means", "Means.")
    folder = results / "tables/99_test"
    assert (folder / "means.csv").read_text() == "level,mean,n\nb,0.333333,3\na,,1\na|c,0,2\n"
    assert "| b       | 0.333  | 3   |" in (folder / "means.md").read_text()
    assert "a\\|c" in (folder / "means.md").read_text()


def test_differences_below_six_digits_do_not_reach_the_files(results):
    outputs.table(pd.DataFrame({"x": [0.1 + 0.2]}), "one")
    outputs.table(pd.DataFrame({"x": [0.3]}), "two")
    folder = results / "tables/99_test"
    assert (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()


def test_counts_stay_whole_numbers_beside_missing_ones(results):
    outputs.table(pd.DataFrame({"n": [50, np.nan], "p": [0.5, 1.0]}), "counts")
    assert (results / "tables/99_test/counts.csv").read_text() == "n,p\n50,0.5\n,1\n"
    text = (results / "tables/99_test/counts.md").read_text()
    assert "| 50  | 0.500 |" in text and "| –   | 1.000 |" in text


def test_an_empty_table_keeps_its_header(results):
    outputs.table(pd.DataFrame({"n": pd.Series(dtype=float), "level": pd.Series(dtype=str)}), "empty")
    assert (results / "tables/99_test/empty.csv").read_text() == "n,level\n"


def test_column_groups_and_a_named_index_become_plain_columns(results):
    index = pd.Index(["age"], name="attribute")
    columns = pd.MultiIndex.from_tuples([("gemma", "rho"), ("llama", "rho")])
    outputs.table(pd.DataFrame([[0.5, 1.0]], index=index, columns=columns), "wide")
    assert (results / "tables/99_test/wide.csv").read_text() == "attribute,gemma · rho,llama · rho\nage,0.5,1\n"


def test_a_cell_run_again_replaces_its_entry(results):
    outputs.table(pd.DataFrame({"x": [1]}), "first", "old")
    outputs.table(pd.DataFrame({"x": [1]}), "second")
    outputs.table(pd.DataFrame({"x": [1]}), "first", "new")
    entries = json.loads((results / "outputs/99_test.json").read_text())
    assert [(entry["name"], entry["caption"]) for entry in entries] == [("first", "new"), ("second", "")]


def test_work_by_hand_does_not_touch_reproduced_files(results, monkeypatch):
    monkeypatch.delenv("BELIEFSIM_RUN")
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/someone/02_trust population.ipynb")
    outputs.table(pd.DataFrame({"x": [1]}), "means")
    assert (results / "by_hand/tables/02_trust_population/means.csv").exists()
    assert not (results / "tables").exists()


def test_results_ignore_themselves(results):
    outputs.table(pd.DataFrame({"x": [1]}), "means")
    assert (results / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "not run", "cannot tell (N needed: 240 personas)"])
def test_the_four_verdicts_are_accepted(results, verdict):
    outputs.claims([outputs.Claim("it holds", "consistency", "scripted", verdict, "b = 1")])
    text = (results / "tables/99_test/claims.csv").read_text()
    assert text.splitlines()[1] == f"it holds,consistency (stated–done),scripted,{verdict},b = 1"


@pytest.mark.parametrize("verdict", ["Supported", "cannot tell", "cannot tell (N needed: )", "partly supported", ""])
def test_another_verdict_is_refused(verdict):
    with pytest.raises(ValueError, match="is not among supported, contradicted"):
        outputs.Claim("it holds", "consistency", "scripted", verdict)


def test_an_unknown_edge_and_an_empty_ledger_are_refused(results):
    with pytest.raises(ValueError, match="'said' is not among consistency, calibration, competence"):
        outputs.claims([{"claim": "c", "edge": "said", "arm": "a", "verdict": "not run"}])
    with pytest.raises(ValueError, match="ledger is empty"):
        outputs.claims([])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (0.0, "0.000"), (1e-5, "1.0e-05"), (float("nan"), "–"), (3505.0, "3505"), (7, "7")],
)
def test_numbers_are_readable(value, text):
    assert outputs.readable(value) == text
