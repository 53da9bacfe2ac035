"""`beliefsim reproduce`, with small real notebooks and real kernels."""

import json
import re
import select
import signal
import subprocess
import sys
import textwrap

import nbformat
import pytest
from click.testing import CliRunner

from beliefsim import paths
from beliefsim.cli import main
from beliefsim.reproduce import Changes, reproduce, selected
from beliefsim.reproduce.manifest import may_not_ask
from beliefsim.reproduce.notebooks import read_notebook
from tests.platform.servers import completion, serve

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


@pytest.mark.parametrize(
    ("only", "names"),
    [("02", ["02_two"]), ("02*", ["02_two", "02b_two"]), ("02_two.ipynb", ["02_two"]), ("02b", ["02b_two"])],
)
def test_a_number_is_one_notebook_and_a_star_the_family(folder, only, names):
    for name in ("01_one", "02_two", "02b_two"):
        _write(folder, name, "1")
    paper = _paper(folder, "{01_one: {}, 02_two: {}, 02b_two: {}}")
    assert [notebook.name for notebook in selected(paper, [only])] == names


SECRET = "planted0123456789"


@pytest.mark.parametrize("command", [["reproduce"], ["reproduce", "--dry-run"], ["record"], ["plan"], ["report", "m"]])
@pytest.mark.parametrize("address", [f"http://localhost:1/v1?api_key={SECRET}", f"http://u:{SECRET}@localhost:1/v1"])
def test_an_address_that_carries_a_secret_is_refused_before_anything_is_written(folder, command, address):
    _write(folder, "01_one", "1")
    paper = [] if command[0] == "report" else ["--paper", str(_paper(folder, "01_one: {}"))]
    for given in (["--base-url", address], ["-p", f"base_url={address}"]):
        answer = CliRunner().invoke(main, [*command, *paper, *given])
        assert answer.exit_code == 1 and "base_url" in answer.output and "variable" in answer.output
        assert SECRET not in answer.output
    assert not (folder.parent / "results").exists()


ASKS = """
    import beliefsim as bs
    from beliefsim.models import Request
    for address in (base_url, other):
        model = bs.Model("some-model", base_url=address, recording=bs.paths.results() / f"{len(address)}.jsonl")
        print([reply.text for reply in model.ask([Request((("user", "Say hello."),))])])
"""


@pytest.mark.parametrize("command", ["reproduce", "record"])
def test_the_key_goes_to_the_named_address_only_and_stands_nowhere(folder, command, monkeypatch):
    monkeypatch.setenv("PLANTED_KEY", SECRET)
    with serve(lambda body: completion("hello")) as server, serve(lambda body: completion("hello")) as other:
        address = other.address + "/"  # of another length
        _write(folder, "01_one", ASKS, parameters=f"{textwrap.dedent(PARAMETERS)}\nother: str = {address!r}  # address")
        options = ["--paper", str(_paper(folder, "01_one: {}")), "--base-url", server.address]
        answer = CliRunner().invoke(main, [command, *options, "--key-variable", "PLANTED_KEY"])
        assert answer.exit_code == 0, answer.output
        assert {headers.get("Authorization") for headers in server.headers} == {f"Bearer {SECRET}"}
        assert SECRET not in str(other.headers)
    for file in (folder.parent / "results").rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


WAITS = """
    import os, pathlib, time
    pathlib.Path(marker).write_text(str(os.getpid()))
    while True:
        time.sleep(0.05)
"""


def _began(folder, paper):
    """A run in a process of its own, and the process of its notebook."""
    marker = folder.parent / "marker"
    marker.unlink(missing_ok=True)
    _write(folder, "01_waits", WAITS, parameters=f"marker: str = {str(marker)!r}  # file")
    command = [sys.executable, "-m", "beliefsim.cli", "reproduce", "--paper", str(paper)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not (marker.exists() and marker.read_text()):
        assert run.poll() is None, run.stdout.read()
        select.select([], [], [], 0.05)
    return run, int(marker.read_text())


def test_a_second_run_says_who_holds_the_results_and_ctrl_c_ends_the_first_with_its_notebook(folder):
    import psutil

    paper = _paper(folder, "01_waits: {}")
    run, notebook = _began(folder, paper)
    answer = _call(paper)
    assert answer.exit_code == 1
    assert re.search(rf"process {run.pid} has been writing .*results since \d{{4}}-\d\d-\d\d \d\d:\d\d", answer.output)
    waited = psutil.Process(notebook)
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1 and "01_waits, interrupted" in said
    psutil.wait_procs([waited], timeout=30)
    assert not waited.is_running()
    assert _manifest(folder.parent / "results")["notebooks"]["01_waits"]["status"] == "failed"


def test_a_run_that_was_killed_takes_its_notebook_along_and_its_lock_holds_nobody_up(folder):
    import psutil

    run, notebook = _began(folder, _paper(folder, "01_waits: {}"))
    family = [psutil.Process(notebook), *psutil.Process(run.pid).children()]
    run.kill()
    run.communicate()
    assert not psutil.wait_procs(family, timeout=60)[1]
    _write(folder, "02_two", "1")
    assert _call(_paper(folder, "02_two: {}")).exit_code == 0


def test_a_kernel_of_the_same_name_elsewhere_does_not_count(folder, tmp_path, monkeypatch):
    spec = tmp_path / "jupyter/kernels/python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/nothing/there"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    _write(folder, "01_one", "import sys", f"assert sys.executable == {sys.executable!r}, sys.executable")
    assert _call(_paper(folder, "01_one: {}")).exit_code == 0


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
    changed = Changes(parameters={name: typed}).apply(read_notebook(folder / "01_one.ipynb")).parameters[name]
    assert changed == value and type(changed) is type(value)


@pytest.mark.parametrize(
    ("text", "message"), [("n=many", "it takes a whole number"), ("live=maybe", "it takes true or false")]
)
def test_a_value_of_another_type_is_refused(folder, text, message):
    _write(folder, "01_one")
    name, typed = text.split("=")
    with pytest.raises(ValueError, match=message):
        Changes(parameters={name: typed}).apply(read_notebook(folder / "01_one.ipynb"))


def test_model_replaces_the_language_arms_only(folder):
    _write(folder, "01_one", parameters='arms: list[str] = ["scripted", "small", "other", "bayes"]')
    changed = Changes(models=["gpt-4.1-mini"]).apply(read_notebook(folder / "01_one.ipynb"))
    assert changed.parameters["arms"] == ["scripted", "gpt-4.1-mini", "bayes"]
    assert changed.models == ("gpt-4.1-mini",)


def test_a_derived_parameter_is_refused(folder):
    _write(folder, "01_one", parameters="n: int = 2\nm: int = n + 1")
    with pytest.raises(ValueError, match="m has no literal default"):
        read_notebook(folder / "01_one.ipynb")


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


def test_one_failing_notebook_does_not_stop_the_others_and_a_rerun_runs_all_again(folder):
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
    assert marker.read_text() == "xx"


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


DRAWS = """
    import beliefsim as bs
    from matplotlib.figure import Figure
    for name in ("recovery", "answer"):
        fig = Figure()
        fig.subplots().plot([0, 1], [1, 0])
        bs.outputs.figure(fig, name, caption=f"About the {name}.", alt=f"The {name} falls.")
    lines = [bs.outputs.Claim("It falls & stays", "consistency", arm, "supported", "slope −1") for arm in ("a", "b")]
    bs.outputs.claims(lines)
"""


def test_the_page_begins_with_question_figure_and_ledger_and_ends_with_provenance(folder):
    _write(folder, "02b_two", DRAWS)
    _write(folder, "01_one", "1")
    [*_] = reproduce(selected(_paper(folder, "{02b_two: {}, 01_one: {}}")))
    page = (folder.parent / "results" / "index.html").read_text()
    body = page[page.index("<main>") :]
    order = ["<span>02b</span>What is 02b_two", "The answer falls.", "It falls &amp; stays", "supported", "slope −1",
             "<summary>Figures, tables", "The recovery falls.", "<summary>Parameters", "Executed notebook",
             "<span>01</span>What is 01_one", "Commit "]  # fmt: skip
    places = [body.index(words) for words in order]
    assert places == sorted(places)
    pictures = re.findall("<img[^>]*>", page)
    assert len(pictures) == 2 and all('loading="lazy"' in each and re.search(r'width="\d+"', each) for each in pictures)


def test_a_recording_from_the_clone_must_answer_unless_parameters_are_changed(folder, monkeypatch):
    _write(folder, "01_one", parameters='arms: list[str] = ["scripted", "some/model"]\nn: int = 2')
    notebook = selected(_paper(folder, "01_one: {}"))[0]
    monkeypatch.setattr(paths, "data", lambda: folder.parent / "data")
    assert not may_not_ask(notebook)
    recording = folder.parent / "data/recordings/01_one" / f"{paths.file_name('some/model')}.jsonl"
    recording.parent.mkdir(parents=True)
    recording.write_text("{}")
    assert may_not_ask(notebook)
    assert may_not_ask(Changes().apply(notebook))
    assert not may_not_ask(Changes(parameters={"n": "3"}).apply(notebook))
    assert not may_not_ask(Changes(models=["another"]).apply(notebook))


def _manifest(results):
    return json.loads((results / "manifest.json").read_text())
