import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim import games, prompts
from beliefsim.agents import Known
from beliefsim.beliefs import Belief, Integers, Text
from beliefsim.games import Bandit, Coin, Dictator, Lookup, Lottery, Returns, State, TrustGame, Urns
from beliefsim.studies import messages
from beliefsim.studies.case_files import CaseFile
from beliefsim.studies.confidence import Lookalikes
from beliefsim.studies.inquiry import Inquiry
from beliefsim.studies.messages import Relay
from beliefsim.studies.samples import Addition, Multiplication
from beliefsim.studies.screening import Screening
from beliefsim.studies.topics import Topic

KINDS = (TrustGame, Dictator, Lottery, Urns, Coin, Bandit, Topic, CaseFile, Inquiry, Screening, Lookup, Lookalikes,
         Addition, Multiplication, Relay)  # fmt: skip
FRAMES = [(kind().name, frame) for kind in KINDS for frame in prompts.names(kind().folder)]

EVOLVING = {  # a game, who is asked, and at which states
    "topic": (Topic, "holder", [State(("none",)), State(("text",), (("none", "order_notebook"),) * 2)]),
    "case_file": (CaseFile, "analyst", [State(("A", "witness: A is false"), (("A", "audit: A is true", "A"),))]),
    "inquiry": (Inquiry, "inquirer", [State(("left",)), State(("left",), (("left", "left", "lit"),))]),
}


@given(st.integers(1, 100), st.integers(1, 5), st.data())
def test_a_trust_game_conserves_money(endowment, multiplier, data):
    game = TrustGame(endowment, multiplier, trustee="player")
    sent = data.draw(st.integers(0, endowment))
    most = game.moves(State((sent,))).high
    returned = data.draw(st.integers(0, most))
    paid = game.payoffs(State((sent, returned)))
    assert paid["trustor"] + paid["trustee"] == endowment + (multiplier - 1) * sent
    assert min(paid.values()) >= 0


@given(st.integers(0, 10), st.integers(0, 20))
def test_a_fixed_trustee_never_returns_more_than_it_has(sent, amount):
    game = TrustGame(trustee=Returns(amount))
    assert game.rule("trustee", State((sent,))) == min(amount, 3 * sent)


def test_every_game_has_a_source_and_finite_payoffs_for_every_legal_move():
    for kind in games.registry().values():
        if not kind.__module__.startswith("beliefsim"):
            continue
        game = kind() if kind is not TrustGame else TrustGame(trustee="player")
        assert "doi:" in kind.__doc__, kind
        state = game.start()
        while game.turn(state):
            state = game.apply(state, _last(game.moves(state)))
        assert all(np.isfinite(value) for value in game.payoffs(State(state.past[-1])).values())


for page in sorted((bs.paths.package / "studies").glob("*/game.py")):
    importlib.import_module(f"beliefsim.studies.{page.parent.name}")
ROOMS = {kind.__name__: kind for kind in games.registry().values() if ".studies." in kind.__module__}
ROLES = ("extractor", "analyser", "reviewer", "citer", "reader", "writer")
WIDEST = {"TrustGame": {"trustee": "player"}, "Review": {"team": ROLES}}  # the terms with which all seats are there
OWN_RULES = {("Topic", "inspect"), ("CaseFile", "filing"), ("Lookalikes", "verdict")}  # frames that the class names


def shipped():
    """Every game of the package in each of its frames."""
    for name, kind in games.registry().items():
        if kind.__module__.startswith("beliefsim"):
            terms = WIDEST.get(name, {})
            yield from (kind(**terms, frame=frame) for frame in prompts.names(kind(**terms).folder))


def undeclared(game):
    """Sections that a frame has and its game does not declare, with file and line; and those that it lacks."""
    path = f"{prompts.shown_path(game.folder)}{game.frame}.md"
    lines = (bs.paths.package.parent / path).read_text(encoding="utf-8").splitlines()
    there = {line.removeprefix("# ").strip(): number for number, line in enumerate(lines, 1) if line.startswith("# ")}
    yield from (f"{path}:{there[title]}: {title!r} is not declared" for title in sorted(set(there) - game.titles))
    yield from (f"{path}: {title!r} is missing" for title in sorted(game.titles - set(there)))


def test_every_text_has_the_sections_that_its_game_declares():
    found = [(game.name, line) for game in shipped() for line in undeclared(game)]
    assert found == []


def test_a_section_too_many_and_one_too_few_are_named_with_their_file(monkeypatch):
    monkeypatch.setattr(TrustGame, "sections", ("history", "epilogue"))
    neutral = bs.paths.package / "prompts/games/trust/neutral.md"
    line = neutral.read_text(encoding="utf-8").splitlines().index("# repetition") + 1
    assert list(undeclared(TrustGame(trustee="player"))) == [
        f"beliefsim/prompts/games/trust/neutral.md:{line}: 'repetition' is not declared",
        "beliefsim/prompts/games/trust/neutral.md: 'epilogue' is missing",
    ]


def rules(game):
    """Seat, unit and number of moves at each turn of a play."""
    state, turns = game.start(), []
    while seat := game.turn(state):
        space = game.moves(state)
        turns.append((seat, space.unit, space.words if isinstance(space, Text) else len(space)))
        state = game.apply(state, _last(space))
    return turns


def test_a_text_changes_no_seat_no_unit_and_no_number_of_moves():
    first = {}
    for game in shipped():
        if (type(game).__name__, game.frame) not in OWN_RULES:
            assert rules(game) == rules(first.setdefault(game.name, game)), (game.name, game.frame)
    assert rules(Topic(frame="inspect"))[:3] == [
        ("speaker", "text", 2),
        ("inspector", "tool", 2),
        ("holder", "tool", 2),
    ]
    assert rules(CaseFile(frame="filing"))[3] == ("clerk", "text", 20)
    assert rules(Lookalikes(frame="verdict"))[2][2] == 2 and rules(Lookalikes())[2][2] == 3


def test_a_frame_that_names_too_many_kinds_is_refused_with_its_file(monkeypatch):
    monkeypatch.setattr(Lookalikes, "kinds", {})
    with pytest.raises(
        ValueError, match=r"names 2 kinds, not 3 \(beliefsim/studies/confidence/texts/lookalikes/verdict.md"
    ):
        Lookalikes(frame="verdict")


@pytest.mark.parametrize("name", ROOMS)
def test_errors_and_pages_of_a_rooms_game_name_the_place_of_its_texts(name):
    kind = ROOMS[name]
    place = f"texts/{kind().name}"
    folder = "/".join([*kind.__module__.split(".")[:-1], place])
    with pytest.raises(ValueError, match=rf"frame 'nowhere' is not among .*\({folder}/\)"):
        kind(frame="nowhere")
    assert place in kind.__doc__


def _last(space):
    if isinstance(space, Text):
        return "words"
    return space.high if isinstance(space, Integers) else space.names[-1]


def test_a_bandit_pays_as_often_as_its_machines_say():
    game = Bandit(left=0, right=100, rounds=4)
    played = bs.play(game, Left(), sessions=50, seed=1)
    assert (played.loc[played["player"] == "machine", "amount"] == 0).all()
    often = bs.play(Bandit(left=30, rounds=4), Left(), sessions=500, seed=1)
    assert often.loc[often["player"] == "machine", "amount"].mean() == pytest.approx(0.3, abs=0.03)
    with pytest.raises(ValueError, match=r"right must be within 0\.\.100"):
        Bandit(right=101)


class Left(Known):
    """Takes the left machine."""

    def decide(self, turn):
        return Belief.certain(turn.space, np.full(len(turn), "left"))


def test_two_games_with_different_terms_are_unequal_and_say_so():
    assert TrustGame(10) != TrustGame(44)
    assert TrustGame(10) == TrustGame(10)
    assert TrustGame(44).terms == "endowment=44 multiplier=3 trustee=absent rounds=1"


@pytest.mark.parametrize(("name", "frame"), FRAMES)
def test_the_prompts_of_a_frame_read_as_in_the_transcript(name, frame, transcript):
    persona = bs.personas.sample_persona()
    if name in ("urns", "coin"):
        game, moves = (Urns(frame=frame), ("A", "red")) if name == "urns" else (Coin(frame=frame), (3, "heads"))
        states = [State(moves), State((*moves,), ((*moves, "A"), (*moves, "A")))]
        seen = [game.prompt("guesser", persona, states[0]), game.prompt("guesser", None, states[1])]
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(seen))
        return
    if name == "relay":
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(_relayed(messages.Relay(frame=frame))))
        return
    if name in EVOLVING:
        game, seat, states = EVOLVING[name]
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(game(frame=frame).prompt(seat, persona, s) for s in states))
        return
    if name in ("addition", "multiplication"):
        game = Addition(frame=frame) if name == "addition" else Multiplication(frame=frame)
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(_asked(game)))
        return
    if name == "lookalikes":
        game = Lookalikes(rounds=3, frame=frame)
        kind, signs = game.hidden.names[0], game.signals.names
        after = State((kind, signs[-1]), ((kind, signs[0], kind), (kind, signs[-2], kind)))
        seen = [game.prompt("judge", persona, State((kind, signs[1]))), game.prompt("judge", None, after)]
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(seen))
        return
    if name in ("screening", "lookup"):
        game, moves = (
            (Screening(frame=frame), ("good", "strong")) if name == "screening" else (Lookup(frame=frame), ("A", "B"))
        )
        seen = [game.prompt(game.seats[2], persona, State(moves)), game.prompt(game.seats[2])]
        transcript(f"{name}_{frame}", "\n\n======\n\n".join(seen))
        return
    if name == "bandit":
        states = [State(), State((), (("left", 0), ("right", 1)))]
        transcript(
            f"{name}_{frame}", "\n\n======\n\n".join(Bandit().prompt("chooser", persona, each) for each in states)
        )
        return
    plays = [TrustGame(trustee="player", rounds=3, frame=frame), TrustGame(frame=frame)]
    others = {"dictator": Dictator, "lottery": Lottery}
    game, single = plays if name == "trust" else (None, others[name](frame=frame))
    seen = [single.prompt(single.seats[0], persona)]
    if game:
        state = State((4,), ((5, 6), (3, 0)))
        seen += [game.prompt("trustor", persona, State((), state.past)), game.prompt("trustee", None, state)]
    transcript(f"{name}_{frame}", "\n\n======\n\n".join(seen))


def _relayed(game):
    known = State(("north", "10 5 5"))
    told = State(known.moves, ((*known.moves, game.message_of([0.5, 0.25, 0.25])),))
    preview = bs.instruments.preview(game.question("place"), bs.Percent(), state=told)
    return [game.prompt("sender", None, known), game.prompt("receiver", None, told), preview]


def _asked(game):
    verdict = game.question("verdict", given={game.key("solver"): 41})
    preview = bs.instruments.preview(verdict, bs.ChoiceProbabilities())
    return [game.prompt("solver"), game.prompt("checker", None, State((41,))), preview]


@pytest.mark.parametrize("endowment", [-1, 0, 2.5, True, "10"])
def test_an_endowment_that_is_no_positive_whole_number_is_refused(endowment):
    with pytest.raises(ValueError, match="endowment must be a whole number of at least 1"):
        TrustGame(endowment)


def test_an_unknown_frame_is_refused_with_the_known_ones_and_where_they_are():
    with pytest.raises(ValueError, match=r"'neutrl' is not among .*neutral.*games/trust/.*did you mean 'neutral'"):
        TrustGame(frame="neutrl")


def test_an_unknown_question_attribute_seat_or_horizon_is_refused():
    game = TrustGame(rounds=6)
    with pytest.raises(ValueError, match="question 'send' is not among sent"):
        game.question("send")
    with pytest.raises(ValueError, match=r"'opennes' is not among .*did you mean 'openness'"):
        game.question("sent", by=["opennes"])
    with pytest.raises(ValueError, match="seat 'trustee' is not among trustor"):
        game.prompt("trustee")
    with pytest.raises(ValueError, match="horizon 6: the game has 6 rounds"):
        game.question("sent", horizon=6)


def test_rendering_refuses_a_missing_and_an_unused_value_by_name():
    with pytest.raises(ValueError, match=r"needs a value for \{endowment\}"):
        prompts.render("You have ${endowment}", {})
    with pytest.raises(ValueError, match=r"no place for \{persona\}"):
        prompts.render("You have ${endowment}", {"endowment": 10, "persona": "x"})


def test_a_game_made_in_a_notebook_brings_its_own_texts(tmp_path):
    (tmp_path / "neutral.md").write_text((bs.paths.package / "prompts/games/dictator/neutral.md").read_text())

    class Taking(Dictator):
        """Taking game."""

        folder = str(tmp_path)

    assert "dollars do you give" in Taking().prompt("dictator")
