import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim import recordings
from beliefsim.agents import Human
from beliefsim.datasets import load_human
from beliefsim.games import Bandit, Returns, TrustGame
from beliefsim.models import ModelError
from beliefsim.recordings import Recording
from beliefsim.recordings.keys import digest
from beliefsim.run import Run
from beliefsim.widgets import Session, chance, explore, play_yourself, replies

GAME = TrustGame(trustee=Returns(5), rounds=3)
NASTY = "<script>alert('$x_1$')</script> =1+1, \"Zoë\"\n\x00 \u202e 🙂 " + "long " * 20


@pytest.fixture(autouse=True)
def _results(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setenv(*Run(replay_only=True).setting)
    monkeypatch.setattr(recordings, "_opened", {})


def inside(panel):
    return panel.widget.children[0].children


def shown(panel):
    """The text that follows a panel's controls, or those of a part of it."""
    box = panel.widget.children[0] if isinstance(panel, bs.widgets.Panel) else panel
    return box.children[-2].value


def answer(fields, *chosen):
    for field, value in zip(fields.children, chosen, strict=True):
        field.value = value


def played(panel, name=""):
    _, given, fields, button, said = inside(panel)
    given.value = name
    answer(fields, 4)
    button.click()
    for answers in ((5, 6, 3), (4, 3, 2), (5, 2)):
        answer(fields, *answers)
        button.click()
    return button, said


def test_importing_the_package_and_its_panels_imports_no_ipywidgets():
    code = "import beliefsim, sys; beliefsim.widgets.chance(); print('ipywidgets' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("make", [explore, chance, lambda: play_yourself(GAME), replies])
def test_without_a_front_end_a_panel_is_a_still_picture_that_says_what_it_does(make):
    panel = make()
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "This is a still picture; the panel works in JupyterLab." in bundle["text/html"]
    assert "widget" not in vars(panel)  # it is built when it is first shown live


def test_a_notebook_executed_headlessly_holds_no_widget():
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import beliefsim as bs; bs.widgets.chance()")])
    NotebookClient(book, timeout=300, startup_timeout=300, kernel_name="python3").execute()
    [output] = book.cells[0].outputs
    assert set(output["data"]) == {"text/plain", "text/html"}
    assert "between −0.50 and 0.50" in output["data"]["text/html"]


def test_a_person_plays_three_rounds_and_sees_the_own_gap_and_published_rates():
    button, said = played(play_yourself(GAME), "Ada")
    assert button.description == "Play again"
    assert "Mean share of the endowment that is sent" in said.value
    assert "Johnson &amp; Mislin 2011" in said.value
    assert "smollm2-135m-instruct: stated" in said.value
    kept = load_human()
    assert kept.decisions["amount"].tolist() == [6, 3, 2]
    assert kept.decisions["payoff"].tolist() == [9, 12, 13]
    assert set(kept.decisions["persona"]) == {"Ada"}
    [row] = bs.consistency.stated_done(*reversed(kept)).to_dict("records")
    assert (row["stated"], row["n"]) == (3.0, 3)
    assert row["done"] == pytest.approx(11 / 3)
    button.click()
    assert button.description == "State"


def test_what_a_person_did_has_the_rows_that_play_and_elicit_make():
    session = Session(GAME, {}, number=5)
    session.tell(session.plan(0), 4)
    for move in (6, 3, 2):
        session.move(move)
    rows = session.tables()
    again = bs.play(GAME, Human((6, 3, 2)), seed=5).assign(session=5)
    pd.testing.assert_frame_equal(rows.decisions, again, check_categorical=False, check_dtype=False)
    assert list(rows.beliefs) == list(bs.schema.BELIEFS)
    loaded = load_human(session.file)
    pd.testing.assert_frame_equal(loaded.beliefs, rows.beliefs, check_categorical=False, check_dtype=False)


def test_markup_and_unicode_in_a_name_stay_text(tmp_path):
    _, said = played(play_yourself(GAME), NASTY)
    assert "<script" not in said.value
    [file] = (tmp_path / "human").glob("*.csv")
    assert file.stem.isdigit()
    name = load_human().decisions["persona"].iloc[0]
    assert name.startswith("<script>alert('$x_1$')</script>")
    assert len(name) <= 40
    assert not set(name) & set("\n\x00\u202e")


def test_after_every_move_and_statement_the_file_is_there(tmp_path):
    session = Session(GAME, {}, number=1)
    session.tell(session.plan(0), 4)
    assert load_human().beliefs["value"].tolist() == [4]
    session.move(6)
    assert load_human().decisions["payoff"].tolist() == [9]
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_an_unanswered_question_and_an_answer_outside_the_range_are_refused():
    _, _, _, button, said = inside(play_yourself(GAME))
    button.click()
    assert "Choose an answer to each question first." in said.value
    session = Session(GAME, {})
    with pytest.raises(ValueError, match="11 is not among 0, 1"):
        session.tell(session.plan(0), 11)
    with pytest.raises(ValueError, match="not within the whole numbers"):
        session.move(11)
    assert session.moves == ()


def test_nobody_to_play_with_is_refused():
    with pytest.raises(ValueError, match="nobody sends back"):
        play_yourself(TrustGame())


class Failing(Human):
    """Cannot be asked the first time."""

    calls: ClassVar[list[int]] = []

    def act(self, turn):
        self.calls.append(turn.state.round)
        if len(self.calls) == 1:
            raise ModelError("no reply in any recording")
        return super().act(turn)


def test_a_model_that_fails_loses_nothing_and_can_be_asked_again():
    panel = play_yourself(TrustGame(trustee="player", rounds=2), Failing((2, 3)))
    _, _, fields, button, said = inside(panel)
    answer(fields, 4)
    button.click()
    answer(fields, 5, 6, 3)
    button.click()
    assert "nothing was lost: no reply in any recording" in said.value
    button.click()
    kept = load_human()
    assert kept.decisions["amount"].tolist() == [6, 2]
    assert kept.beliefs["value"].tolist() == [4, 5, 3]


def test_a_bandit_is_played_too():
    panel = play_yourself(Bandit(left=0, right=100, rounds=2))
    _, _, fields, button, said = inside(panel)
    answer(fields, "left")
    button.click()
    answer(fields, 1, "left", "right")
    button.click()
    answer(fields, 1, "left")
    button.click()
    kept = load_human()
    assert kept.decisions["amount"].dropna().tolist() == [0, 0]
    [row] = bs.consistency.stated_done(kept.beliefs, kept.decisions).to_dict("records")
    assert (row["stated"], row["done"], row["n"]) == (0.5, 1.0, 2)
    assert "Play again" in button.description
    assert "how often you had named what you then did" in said.value
    assert "probability" in said.value


def test_what_chance_shows_before_a_move_is_seen_as_an_agent_sees_it():
    game = bs.games.Urns(rounds=2)
    top, _, fields, button, said = inside(play_yourself(game))
    assert "drawn so far" not in top.value
    answer(fields, "B")
    button.click()
    state = bs.games.State(tuple(load_human().decisions["move"]))
    assert f"Balls drawn so far, in this order: {state.moves[-1]}." in top.value
    answer(fields, "A", "red", "B", "A")
    button.click()
    answer(fields, "A", "red", "A")
    button.click()
    rows = load_human().decisions
    again = bs.play(game, Human(("B", "A")), seed=int(rows["session"].iloc[0]))
    assert rows[["player", "move"]].astype(str).values.tolist() == again[["player", "move"]].astype(str).values.tolist()
    assert "you" in said.value


def test_trust_yardsticks_are_shown_after_the_trust_game_only():
    _, _, fields, button, said = inside(play_yourself(bs.games.Dictator()))
    answer(fields, 4)
    button.click()
    answer(fields, *[3] * len(fields.children))
    button.click()
    assert "you: stated 4.00, done 3.00 dollars" in said.value
    assert "Johnson" not in said.value


def test_several_players_merge_into_one_figure(tmp_path):
    for number in range(3):
        session = Session(GAME, {}, number=number, folder=tmp_path / f"player {number}")
        session.tell(session.plan(0), number)
        session.move(5)
    everybody = load_human([tmp_path / f"player {number}" for number in range(3)] + [session.file])
    table = bs.consistency.stated_done(everybody.beliefs, everybody.decisions)
    assert len(table) == 3
    fig = bs.consistency.people.own_gaps(table)
    assert fig.axes[0].lines[1].get_xdata().tolist() == [0, 1, 2]
    assert "human: stated 1.00, done 5.00 dollars (n = 3)" in fig.caption


def test_files_that_are_no_sessions_are_refused_by_name(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"other\.csv is no session"):
        load_human(tmp_path)
    with pytest.raises(ValueError, match="no sessions in"):
        load_human([])


def test_explore_shows_the_exact_prompt_and_a_recorded_reply_and_marks_changes():
    people = bs.personas.sample(24, design="factorial", seed=1)
    panel = explore(TrustGame(), people)
    controls = {child.description: child for child in inside(panel)[:7]}
    assert "You are 65 or more years old" in shown(panel)
    assert "<img alt=" in shown(panel)
    assert "weights b179c9523d0e" in shown(panel)
    assert "<ins" not in shown(panel)
    controls["Persona"].value = "p01"
    assert "<ins" in shown(panel)
    assert "<del" in shown(panel)
    controls["Wording"].value = "investment"
    assert "No recording holds this reply" in shown(panel)
    assert not controls["Ask the model"].disabled
    controls["Ask the model"].click()  # replays only, in this test
    assert "The model did not answer" in shown(panel)
    assert "<ins" in shown(panel)
    assert not controls["Ask the model"].disabled
    controls["Game"].value = "Dictator"
    assert "&quot;given&quot;" in shown(panel)
    assert "<ins" in shown(panel)
    assert set(controls["Wording"].options) == set(bs.prompts.names("games/dictator"))


def test_explore_never_asks_before_the_button_even_where_the_model_may_be_asked(monkeypatch):
    monkeypatch.delenv("BELIEFSIM_RUN")
    agent = bs.LanguageAgent(bs.Model("gpt-4.1-mini", live=True))
    panel = explore(TrustGame(), agents=agent)
    assert "may cost money" in shown(panel)
    assert inside(panel)[6].disabled
    assert agent.model.bill.calls + agent.model.bill.failed == 0


def test_a_scripted_agent_can_be_explored():
    people = bs.personas.sample(24, design="factorial", seed=1)
    panel = explore(TrustGame(), people, bs.ScriptedPopulation(people))
    assert "no model was asked" in panel.still
    assert "no model was asked" in shown(panel)


def test_a_condition_is_in_the_prompt_and_cannot_be_asked_of_whom_it_does_not_reach():
    people = bs.personas.sample(24, design="factorial", seed=1)
    stated = bs.elicit(TrustGame().question("sent", by=["age"]), bs.GroupMeans(), bs.LanguageAgent(bs.Model()))
    agents = {"model": bs.LanguageAgent(bs.Model()), "person": Human((4,))}
    panel = explore(TrustGame(), people, agents, interventions=[bs.Prior(stated)])
    lists = {child.description: child for child in inside(panel)[:6]}
    lists["Condition"].value = lists["Condition"].options[1]
    assert "<ins" in shown(panel)
    assert "No recording holds this reply" in shown(panel)
    lists["Model"].value = "person"
    assert "This cannot be asked" in shown(panel)


def test_a_reply_that_is_in_no_recording_as_in_a_rehearsal_stops_no_panel(monkeypatch):
    def reply(id):
        raise KeyError(id)

    monkeypatch.setattr(bs, "reply", reply)
    assert "No recording holds this reply" in explore().still


def captioned(caption):
    """A form of figure that says what it was given."""

    def draw(given, **words):
        fig = bs.consistency.planning.chance_panels(bs.consistency.Plan(20))
        fig.caption = f"{caption}: {type(given).__name__}"
        return fig

    return draw


def test_panels_take_a_figure_in_the_place_of_todays():
    people = bs.personas.sample(24, design="factorial", seed=1)
    assert "moves: DataFrame" in explore(TrustGame(), people, figure=captioned("moves")).still
    assert "power: Plan" in chance(figure=captioned("power")).still
    _, said = played(play_yourself(GAME, figure=captioned("gap"), published=captioned("others")))
    assert "gap: DataFrame" in said.value
    assert "others: DataFrame" in said.value


def write(path, texts):
    recording = Recording(path)
    recording.acquire({"model": "any", "weights": ""})
    for text in texts:
        line = {"key": digest(text), "prompt": digest("p"), "settings": digest("s"), "draw": 0, "text": text}
        recording.add({**line, "finish": "stop", "usage": [1, 1, 0, 0]}, [["user", "asked"]], {"temperature": 1.0})
    recording.release()
    return recordings.opened(path)


def test_replies_are_searched_paged_and_escaped(tmp_path):
    recording = write(tmp_path / "recordings" / "a.jsonl", [f"<b>{number}</b>" for number in range(30)])
    panel = replies(recording)
    _, words, _, page, chosen = inside(panel)
    listed = chosen.children[0]
    assert len(listed.options) == 12
    page.value = 3
    assert len(listed.options) == 6
    words.value = "<b>2"
    assert page.value == 1
    assert len(listed.options) == 11
    assert "&lt;b&gt;2&lt;/b&gt;" in shown(chosen)
    words.value = "nowhere"
    assert "No reply." in shown(chosen)


def test_rows_of_a_table_lead_to_the_replies_behind_them(tmp_path):
    write(tmp_path / "recordings" / "a.jsonl", ["one", "two", "three"])
    rows = bs.schema.decisions(reply=[digest("two"), digest("two"), digest("three")], move=["1", "2", "3"])
    panel = replies(where=rows)
    assert panel.sentence == "Filter, search and page through 2 replies."
    assert [text for text, _ in inside(panel)[4].children[0].options] == ["1: two", "2: three"]


def test_a_point_of_the_scatter_leads_to_what_was_said_and_done_about_it():
    game, agent = TrustGame(), bs.LanguageAgent(bs.Model())
    people = bs.personas.sample(24, design="factorial", seed=1)
    stated = bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), agent)
    decisions = bs.play(game, agent, people, seed=1)
    result = bs.compare(stated, decisions, people, seed=1, permutations=50)
    panel = bs.widgets.behind(result, stated, decisions, people)
    assert "stated: {" in panel.still
    drawn, browser = inside(panel)
    points = drawn.children[0]
    points.value = next(at for name, at in points.options if name.startswith("openness: High"))
    listed = {id for _, id in browser.children[4].children[0].options}
    high = people.index[people["openness"] == "High"]
    done = set(decisions[decisions["persona"].isin(high)]["reply"])
    said = set(stated[stated["attribute"] == "openness"]["reply"])
    assert listed == said | done
    assert len(done) == len(high)
    other = bs.widgets.behind(result, stated, decisions, people, figure=captioned("levels"))
    assert "levels: Comparison" in shown(inside(other)[0])
    assert shown(drawn).count("<button") == result.levels["stated"].notna().sum()


def test_100_000_replies_are_searched_and_only_a_page_of_them_is_listed():
    frame = pd.DataFrame({"reply": "x", "text": np.arange(100_000).astype(str), "finish": "stop"})
    said, words, _, page, chosen = inside(replies(frame))
    listed = chosen.children[0]
    assert (page.max, len(listed.options)) == (8334, 12)
    page.value = 8334
    assert [text for text, _ in listed.options] == [f"{at + 1:,}: {at}" for at in range(99_996, 100_000)]
    words.value = "99999"
    assert "1 of 100,000 replies" in said.value


def test_a_recording_too_large_to_show_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["beliefsim.widgets.replies"], "_MOST", 2)
    with pytest.raises(ValueError, match="4 recorded lines are too many to page through here"):
        replies(write(tmp_path / "a.jsonl", ["one", "two"]))


def test_the_null_stays_put_and_the_power_grows():
    panel = chance()
    people, effect, coupling, levels = inside(panel)[:4]
    before = shown(panel)
    people.value = 2000
    assert "between −0.50 and 0.50" in before
    assert "between −0.50 and 0.50" in shown(panel)
    assert "with power 0.57" in before
    assert "with power 1.00" in shown(panel)
    levels.value = "4, three"
    assert "Levels must be 1 to 20 whole numbers" in shown(panel)
    levels.value = "2 2 2"
    effect.value = coupling.value = 0.1
    assert "Computed for 2,000 personas and 3 attributes" in shown(panel)
    levels.value = " ".join(["5"] * 12)
    assert "must come to more than 0 and less than 1" in shown(panel)


def test_any_figure_follows_its_dials_and_draws_each_choice_once():
    drawn = []

    def draw(measure, theory):
        drawn.append((measure, theory))
        rows = pd.DataFrame({"dial": [0.0, 1.0], "y": [0.0, theory], "group": measure})
        return bs.figures.curves(rows, "dial", "y", "group", labels=("Dial", "Y"), caption=f"{measure}, {theory:g}.")

    dials = {
        "measure": bs.widgets.Steps("vote", ["vote", "debate"], "Measure"),
        "theory": bs.widgets.Slider(0.3, 0.0, 1.0, 0.1, "Theory"),
    }
    panel = bs.widgets.explorable(draw, "Drag.", **dials)
    measure, theory = inside(panel)[:2]
    assert "vote, 0.3." in shown(panel)
    measure.value, theory.value = "debate", 0.7
    assert "debate, 0.7." in shown(panel)
    measure.value = "vote"
    theory.value = 0.3
    assert drawn == [("vote", 0.3), ("debate", 0.3), ("debate", 0.7), ("vote", 0.7)]


@pytest.mark.parametrize("file", sorted(Path(bs.widgets.__file__).parent.glob("*.py")), ids=lambda file: file.name)
def test_ipywidgets_is_imported_only_in_functions(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("import ipywidgets", "from ipywidgets"))]
    assert len(lines) <= 300
