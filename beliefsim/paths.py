"""Where things are: the clone, its data and results, the package's own texts, and the user's weights."""

import hashlib
import os
import re
from pathlib import Path

from beliefsim.run import Run

package = Path(__file__).resolve().parent


def clone() -> Path:
    """The clone's folder, found from the package itself (an editable install).

    Raises
    ------
    FileNotFoundError
        In an installed wheel, which carries neither data nor notebooks.

    Examples
    --------
    >>> (bs.paths.clone() / "notebooks").is_dir()
    True
    """
    root = package.parent
    if not (root / "pyproject.toml").exists():
        raise FileNotFoundError(
            f"beliefsim is installed as a wheel in {package}; data and notebooks come with a clone: "
            "clone the repository and run `make reproduce` there"
        )
    return root


def data() -> Path:
    """Committed data sets and recordings.

    Examples
    --------
    >>> (bs.paths.data() / "berg1995" / "pairs.csv").exists()
    True
    """
    return clone() / "data"


def results() -> Path:
    """Everything that a run makes; `BELIEFSIM_RESULTS` puts it elsewhere. In a wheel: ./results.

    Examples
    --------
    >>> bs.paths.results() == bs.paths.recordings().parent
    True
    """
    chosen = os.environ.get("BELIEFSIM_RESULTS")
    if chosen:
        return Path(chosen)
    try:
        return clone() / "results"
    except FileNotFoundError:
        return Path.cwd() / "results"


def recordings() -> Path:
    """Where new replies go; `beliefsim record` sends them to ``data/recordings/<study>`` instead.

    Examples
    --------
    >>> bs.paths.recordings().name
    'recordings'
    """
    chosen = Run.current().recordings
    return Path(chosen) if chosen else results() / "recordings"


def weights() -> Path:
    """The user's folder for model weights; `BELIEFSIM_WEIGHTS` puts it elsewhere.

    Examples
    --------
    >>> bs.paths.weights().name
    'weights'
    """
    import platformdirs

    chosen = os.environ.get("BELIEFSIM_WEIGHTS")
    return Path(chosen) if chosen else platformdirs.user_data_path("beliefsim", appauthor=False) / "weights"


def file_name(words: str) -> str:
    """Words, such as a model's name, as the name of a file; different words give different files.

    Examples
    --------
    >>> bs.paths.file_name("model-1.5b"), bs.paths.file_name("org/model-1.5b")
    ('model-1.5b', 'org_model-1.5b-bfa58b')
    """
    plain = re.sub(r"[^\w.-]+", "_", words, flags=re.ASCII)  # every file system can write that
    return plain if plain == words else f"{plain}-{hashlib.sha256(words.encode()).hexdigest()[:6]}"


def write(file: Path, text: str) -> None:
    """Write a text whole or not at all, with the same line ends on every platform.

    Examples
    --------
    >>> bs.paths.write(bs.paths.results() / "new" / "note.txt", "a note")
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(file)
