"""`beliefsim reproduce`, with small real notebooks and real kernels."""

import json
import re
import textwrap

import nbformat
import pytest
from click.testing import CliRunner

from beliefsim import paths
from beliefsim.cli import main
from beliefsim.reproduce import Changes, reproduce, selected
from beliefsim.reproduce.manifest import may_not_ask
from beliefsim.reproduce.notebooks import read

PARAMETERS = """
    arms: list[str] = ["scripted"]  # who plays
    n: int = 2  # personas
    noise: float = 0.5  # dollars
    frame: str = "plain"  # wording
    live: bool = False  # may a paid model be asked
    base_url: str = ""  # endpoint
"""
SAVES = """
    import pandas as pd
    from beliefsim import outputs
    outputs.table(pd.DataFrame({"n": [n], "name": ["<script>alert(1)</script>"]}), "numbers", "A <b>caption</b>")
"""


def _write(folder, name, *cells, parameters=PARAMETERS):
    made = [nbformat.v4.new_markdown_cell(f"# What is {name} & <why>?")]
    made.append(nbformat.v4.new_code_cell(textwrap.dedent(parameters).strip(), metadata={"tags": ["parameters"]}))
    made += [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made), folder / f"{name}.ipynb")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    return tmp_path / "notebooks"


def _paper(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "paper.yml").write_text(textwrap.dedent(text))
    return folder / "paper.yml"


def _call(paper, *options):
    return CliRunner().invoke(main, ["reproduce", "--paper", str(paper), *options])


def test_an_unknown_parameter_is_refused_before_anything_runs(folder):
    _write(folder, "01_one", "1")
    answer = _call(_paper(folder, "01_one: {}"), "-p", "nois=1")
    assert answer.exit_code == 1
    assert "'nois' is unknown to 01_one.ipynb: it has arms, n, noise, frame, live, base_url" in answer.output
    assert "did you mean 'noise'?" in answer.output
    assert not (folder.parent / "results").exists()


def test_a_parameter_must_be_known_to_every_selected_notebook(folder):
    _write(folder, "01_one", "1")
    _write(folder, "02_two", "1", parameters="arms: list[str] = []")
    paper = _paper(folder, "{01_one: {}, 02_two: {}}")
    changes = Changes(parameters={"n": "3"})
    assert [changes.apply(notebook).parameters["n"] for notebook in selected(paper, ["01"])] == [3]
    with pytest.raises(ValueError, match="'n' is unknown to 02_two"):
        [changes.apply(notebook) for notebook in selected(paper)]


def test_an_unknown_parameter_in_the_list_is_refused(folder):
    _write(folder, "01_one", "1")
    with pytest.raises(ValueError, match=r"paper\.yml: parameter 'm' is unknown"):
        selected(_paper(folder, "01_one: {m: 3}"))


def test_an_unknown_notebook_is_refused_with_a_suggestion(folder):
    _write(folder, "01_instruments", "1")
    with pytest.raises(ValueError, match="'01_instrumnts' is not among 01_instruments; did you mean"):
        selected(_paper(folder, "01_instruments: {}"), ["01_instrumnts"])


def test_a_list_that_is_not_there_is_an_error_and_no_trace(folder):
    answer = _call(folder / "nothing.yml")
    assert answer.exit_code == 1 and "no list of notebooks at" in answer.output


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n=30", 30),
        ("noise=2", 2.0),
        ("frame=2", "2"),
        ("live=true", True),
        ("arms=human,bayes", ["human", "bayes"]),
        ("arms=['human']", ["human"]),
    ],
)
def test_a_value_is_read_as_the_type_of_the_default(folder, text, value):
    _write(folder, "01_one")
    name, typed = text.split("=")
    changed = Changes(parameters={name: typed}).apply(read(folder / "01_one.ipynb")).parameters[name]
    assert changed == value and type(changed) is type(value)


@pytest.mark.parametrize(
    ("text", "message"), [("n=many", "it takes a whole number"), ("live=maybe", "it takes true or false")]
)
def test_a_value_of_another_type_is_refused(folder, text, message):
    _write(folder, "01_one")
    name, typed = text.split("=")
    with pytest.raises(ValueError, match=message):
        Changes(parameters={name: typed}).apply(read(folder / "01_one.ipynb"))


def test_model_replaces_the_language_arms_only(folder):
    _write(folder, "01_one", parameters='arms: list[str] = ["scripted", "small", "other", "bayes"]')
    changed = Changes(models=["gpt-4.1-mini"]).apply(read(folder / "01_one.ipynb"))
    assert changed.parameters["arms"] == ["scripted", "gpt-4.1-mini", "bayes"]
    assert changed.models == ("gpt-4.1-mini",)


def test_a_derived_parameter_is_refused(folder):
    _write(folder, "01_one", parameters="n: int = 2\nm: int = n + 1")
    with pytest.raises(ValueError, match="m has no literal default"):
        read(folder / "01_one.ipynb")


def test_only_keeps_the_results_of_the_others_and_a_notebook_that_left_the_list_is_forgotten(folder):
    results = folder.parent / "results"
    _write(folder, "01_one", "1")
    _write(folder, "02_two", "2")
    _call(_paper(folder, "{01_one: {}, 02_two: {}}"))
    assert _call(folder / "paper.yml", "--only", "02").exit_code == 0
    assert set(_manifest(results)["notebooks"]) == {"01_one", "02_two"}
    _call(_paper(folder, "02_two: {}"))
    assert set(_manifest(results)["notebooks"]) == {"02_two"}
    assert "What is 01_one" not in (results / "index.html").read_text()


def test_an_empty_list_says_what_it_needs(folder):
    answer = _call(_paper(folder, "# nothing yet"))
    assert answer.exit_code == 1 and "names no notebook: it needs lines such as" in answer.output


def test_one_failing_notebook_does_not_stop_the_others_and_a_rerun_continues(folder):
    results = folder.parent / "results"
    marker = folder.parent / "ran"
    _write(folder, "01_good", f"open({str(marker)!r}, 'a').write('x')", SAVES)
    _write(folder, "02_bad", "before = 1", "\n# why\nraise ValueError(f'no such\\nthing {n}')")
    paper = _paper(folder, "{01_good: {n: 5}, 02_bad: {}}")

    answer = _call(paper)
    assert answer.exit_code == 1
    assert "1 of 2 notebooks failed:\n  02_bad, cell [4] `# why`: ValueError: no such\n" in answer.output
    assert (results / "tables/01_good/numbers.csv").read_text().startswith("n,name\n5,")
    statuses = {name: entry["status"] for name, entry in _manifest(results)["notebooks"].items()}
    assert statuses == {"01_good": "succeeded", "02_bad": "failed"}
    assert "no such" in (results / "index.html").read_text()

    _write(folder, "02_bad", "before = 1")
    answer = _call(paper)
    assert answer.exit_code == 0, answer.output
    assert "01_good: kept" in answer.output
    assert marker.read_text() == "x"

    assert _call(paper, "--only", "01").exit_code == 0
    assert marker.read_text() == "xx"  # after a run without failure everything is run again


def test_a_rerun_does_not_keep_what_has_changed(folder):
    marker = folder.parent / "ran"
    _write(folder, "01_good", f"open({str(marker)!r}, 'a').write(str(n))")
    _write(folder, "02_bad", "1 / 0")
    paper = _paper(folder, "{01_good: {}, 02_bad: {}}")
    _call(paper)
    _call(paper, "-p", "n=7")
    assert marker.read_text() == "27"


def test_a_kernel_that_dies_is_reported(folder):
    _write(folder, "01_dies", "import os\nos.write(2, b'out of paper')\nos._exit(9)")
    [outcome] = reproduce(selected(_paper(folder, "01_dies: {}")))
    assert outcome.status == "failed"
    assert "01_dies, kernel: the kernel died" in outcome.error and "out of paper" in outcome.error


def test_two_runs_give_the_same_tables_and_a_manifest_that_says_what_ran(folder):
    results = folder.parent / "results"
    _write(folder, "01_one", SAVES)
    notebooks = selected(_paper(folder, "01_one: {n: 4}"))
    kept = []
    for _ in range(2):
        assert reproduce(notebooks)[0].status == "succeeded"
        kept.append({file.name: file.read_bytes() for file in (results / "tables/01_one").iterdir()})
    assert kept[0] == kept[1] and set(kept[0]) == {"numbers.csv", "numbers.md"}

    manifest = _manifest(results)
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", manifest["commit"])
    assert {"dirty", "platform", "started", "finished", "models", "recordings"} <= set(manifest)
    assert {"python", "numpy", "papermill", "beliefsim"} <= set(manifest["versions"])
    entry = manifest["notebooks"]["01_one"]
    assert entry["parameters"]["n"] == 4 and entry["parameters"]["noise"] == 0.5
    assert set(entry["outputs"]) == {"tables/01_one/numbers.csv", "tables/01_one/numbers.md"}
    executed = nbformat.read(results / entry["executed"], as_version=4)
    assert any("injected-parameters" in cell.metadata.get("tags", []) for cell in executed.cells)

    page = (results / "index.html").read_text()
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "A &lt;b&gt;caption&lt;/b&gt;" in page and "01_one &amp; &lt;why&gt;?" in page
    for link in re.findall(r'href="([^"#]+)"', page):
        assert (results / link).exists(), link
    assert not re.search(r'(src|href)="https?:', page)


def test_a_recording_from_the_clone_must_answer_unless_parameters_are_changed(folder, monkeypatch):
    _write(folder, "01_one", parameters='arms: list[str] = ["scripted", "some/model"]\nn: int = 2')
    notebook = selected(_paper(folder, "01_one: {}"))[0]
    monkeypatch.setattr(paths, "data", lambda: folder.parent / "data")
    assert not may_not_ask(notebook)
    recording = folder.parent / "data/recordings/01_one/some_model.jsonl"
    recording.parent.mkdir(parents=True)
    recording.write_text("{}")
    assert may_not_ask(notebook)
    assert may_not_ask(Changes().apply(notebook))
    assert not may_not_ask(Changes(parameters={"n": "3"}).apply(notebook))
    assert not may_not_ask(Changes(models=["another"]).apply(notebook))


def _manifest(results):
    return json.loads((results / "manifest.json").read_text())
