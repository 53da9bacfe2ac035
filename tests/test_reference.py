import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[1] / "docs"


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = loaded("reference")
PUBLIC = {
    f"{path}.{name}": member for path, found in reference.modules().items() for name, member in reference.names(found)
}


def docstring(member: object) -> str:
    return inspect.cleandoc(
        (member.__dict__ if inspect.isclass(member) else {"__doc__": member.__doc__})["__doc__"] or ""
    )


def test_every_public_name_has_a_docstring_with_an_example() -> None:
    example = re.compile(r"^Examples\n-{8}\n(.*\n)*?>>> ", flags=re.MULTILINE)
    assert [name for name, member in PUBLIC.items() if not example.search(docstring(member) + "\n")] == []


def test_every_docstring_is_sound_markup_for_the_site() -> None:
    from docutils.core import publish_doctree
    from docutils.utils import SystemMessage
    from sphinx.ext.napoleon import Config, NumpyDocstring

    wrong, modules = [], {path: inspect.getdoc(module) or "" for path, module in reference.modules().items()}
    for name, words in {**{name: docstring(member) for name, member in PUBLIC.items()}, **modules}.items():
        text = str(NumpyDocstring(words, Config(napoleon_use_ivar=True)))
        try:
            publish_doctree(text, settings_overrides={"report_level": 2, "halt_level": 2, "warning_stream": False})
        except SystemMessage as message:
            wrong.append(f"{name}: {message}")
    assert wrong == []


def test_every_public_module_says_what_it_is_for() -> None:
    assert [path for path, module in reference.modules().items() if not module.__doc__] == []


def test_the_reference_has_a_page_for_each_module(tmp_path: Path) -> None:
    reference.write(tmp_path / "reference")
    assert {path.stem for path in tmp_path.rglob("*.rst")} == set(reference.modules())
    index = (tmp_path / "reference" / "index.md").read_text(encoding="utf-8")
    assert "import beliefsim as bs" in index


def test_the_site_check_finds_what_is_wrong(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "style.css").write_text("@import 'https://fonts.example/a.css';")
    (site / "other.html").write_text('<h2 id="here">')
    (site / "index.html").write_text(
        '<a href="other.html#here"></a><a href="other.html#gone"></a><a href="gone.html"></a><a href="https://doi.org/x"></a>'
        '<img src="other.html"><img src="other.html" alt="words"><script src="https://cdn.example/a.js"></script>'
    )
    wrong = list(loaded("build").check(site))
    assert len(wrong) == 5
    for text in ("other.html#gone", "gone.html", "without alternative text", "cdn.example", "fetches"):
        assert sum(text in each for each in wrong) == 1


def test_the_page_on_extending_shows_code_that_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "extend.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {"__name__": "a_notebook"}
    for block in blocks:
        exec(block, names)
    assert len(blocks) == 2 and len(names["told"]) > 0  # type: ignore[arg-type]
