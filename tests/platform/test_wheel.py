"""The wheel, installed outside the clone: it carries the rooms' texts, the table of rooms and the list of names."""

import os
import site
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUND = """
import beliefsim as bs
from beliefsim.studies import case_files, screening

assert not bs.__file__.startswith(CLONE), bs.__file__
for game in (case_files.CaseFile(), screening.Screening()):
    played = bs.play(game, bs.Bayes(game), sessions=2, seed=1)
    assert len(game.prompt(game.players[0])) > 200 and played["chosen"].any()
    print(game.name, len(played))
"""


def test_a_wheel_outside_the_clone_plays_games_of_two_rooms(tmp_path: Path) -> None:
    """The environment holds the wheel and, by their path, the libraries of this one, but not the clone itself."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    copy = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(copy)], check=True)
    changed = subprocess.run(["git", "diff", "HEAD", "--binary"], cwd=ROOT, capture_output=True, check=True).stdout
    if changed.strip():
        subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=copy, input=changed, check=True)
    subprocess.run([*build, str(copy)], check=True)
    [wheel] = tmp_path.glob("beliefsim-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    [packages] = (tmp_path / "env").rglob("site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "libraries.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    [python] = [*(tmp_path / "env" / "bin").glob("python"), *(tmp_path / "env").glob("Scripts/python.exe")]
    script = f"CLONE = {str(ROOT)!r}\n{ROUND}"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run([python, "-I", "-c", script], cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["case_file", "screening"]
    listed = subprocess.run([python, "-I", "-m", "beliefsim.studies"], cwd=tmp_path, capture_output=True, text=True)
    assert "ClawArena" in listed.stdout, listed.stderr
