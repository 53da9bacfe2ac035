import hashlib
from pathlib import Path

from benchmarks.same import differences

TRANSCRIPTS = Path(__file__).parent / "transcripts"
RENDERED = "501dcb44710509ec367543b5a1c73b544e3e7ca2e24d7b287469a426845c2f7e"


def test_every_rendered_prompt_is_as_it_was_when_its_replies_were_recorded() -> None:
    """A prompt that changes by a byte loses its recorded replies: change this hash together with them only."""
    digest = hashlib.sha256()
    for path in sorted(TRANSCRIPTS.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    assert digest.hexdigest() == RENDERED


def test_two_results_folders_are_compared_byte_for_byte(tmp_path: Path) -> None:
    for run in ("before", "after"):
        (tmp_path / run / "tables" / "00").mkdir(parents=True)
        (tmp_path / run / "tables" / "00" / "sends.csv").write_text("amount\n5\n")
    assert list(differences(tmp_path / "before", tmp_path / "after")) == []
    (tmp_path / "after" / "tables" / "00" / "sends.csv").write_text("amount\n5.0\n")
    (tmp_path / "after" / "tables" / "00" / "new.csv").write_text("amount\n")
    told = list(differences(tmp_path / "before", tmp_path / "after"))
    assert [line.split(":")[0] for line in told] == ["tables/00/new.csv", "tables/00/sends.csv"]


def test_a_folder_without_a_run_is_no_proof(tmp_path: Path) -> None:
    assert "is it the results folder of a run" in "".join(differences(tmp_path, tmp_path))
