import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim import prompts
from beliefsim.agents import Acts
from beliefsim.games import State
from beliefsim.measures import calibration
from beliefsim.studies import review
from beliefsim.studies.review import Review, ScriptedReviewer

KINDS = prompts.names(review.MATERIAL)
PLANTED = {kind: prompts.section(review.MATERIAL, kind, "said 1") for kind in KINDS}


def played(reader, judge=None, game=None, n=800, seed=1):
    game = game or Review()
    seats = {**dict.fromkeys(game.readers, reader), "judge": judge or ScriptedReviewer(hit=0.9, alarm=0.3)}
    return review.verdict_table(bs.play(game, seats, sessions=n, seed=seed), game)


def row(table, **where):
    return table.loc[np.logical_and.reduce([table[name] == value for name, value in where.items()])].iloc[0]


@pytest.mark.parametrize("shared", [0.0, 0.4, 1.0])
def test_row_31_coverage_of_a_team_is_the_union_bound_at_every_correlation(shared):
    some = played(ScriptedReviewer(hit=0.4, alarm=0.1, shared=shared))
    found = row(review.coverage_table(some), who="together", measure="coverage")
    assert found["low"] <= review.union_bound([0.4] * 4, shared) <= found["high"]
    link = review.miss_correlation(some)
    assert link.value == pytest.approx(shared, abs=max(0.02, link.high - link.value))


def test_row_31_roles_beat_one_reader_at_equal_calls_by_as_much_as_their_luck_differs():
    team, alone = Review(), Review(("reader",) * 4)
    both = {
        game: row(
            review.coverage_table(played(ScriptedReviewer(hit=0.4, alarm=0.1, shared=s), game=game)),
            who="together",
            measure="coverage",
        )
        for game, s in ((team, 0.2), (alone, 0.9))
    }
    assert both[team]["low"] > both[alone]["high"]
    gap = review.union_bound([0.4] * 4, 0.2) - review.union_bound([0.4] * 4, 0.9)
    assert both[team]["value"] - both[alone]["value"] == pytest.approx(gap, abs=0.04)


def test_row_31_the_judges_errors_come_back_from_the_planted_truth():
    for hit, alarm in ((0.95, 0.6), (0.7, 0.05)):
        some = played(ScriptedReviewer(hit=0.5, alarm=0.2), ScriptedReviewer(hit=hit, alarm=alarm))
        errors = review.judge_errors(some).set_index("measure")
        for measure, planted in (("agrees, planted", hit), ("agrees, not planted", alarm)):
            assert errors.loc[measure, "low"] <= planted <= errors.loc[measure, "high"]
        share = row(review.coverage_table(some), who="together", measure="precision")["value"]
        assert errors.loc["bias", "value"] == pytest.approx(share * hit + (1 - share) * alarm - share, abs=0.04)
        kept = row(review.coverage_table(some, judged=True), who="judged", measure="precision")["value"]
        assert kept == pytest.approx(share * hit / (share * hit + (1 - share) * alarm), abs=0.04)


def test_row_31_the_matcher_of_words_misses_what_is_said_in_other_words():
    game = Review(("writer",) * 3)
    said = bs.play(game, ScriptedReviewer(), sessions=40, seed=1)
    wide = said[said["chosen"]].pivot(index=["session", "round"], columns="player", values="move")
    limited = wide[wide["passage"] == "limited"]
    kinds = [KINDS[number - 1] for number in limited.index.get_level_values("round")]
    missed = {}
    for number in (1, 2, 3):
        table = review.matcher_errors(limited[f"writer {number}"], kinds, PLANTED, [0.0, 0.2, 1.1])
        missed[number] = table["missed"].tolist()
        assert table["false"].iloc[0] == 1 and table["false"].iloc[1] < 0.1
    assert [rates[1] for rates in missed.values()] == [0, 0, 1]  # the words; near them; the same in other words
    assert all(rates[0] == 0 and rates[2] == 1 for rates in missed.values())


@given(st.text(max_size=30), st.text(max_size=30))
def test_jaccard_is_symmetric_within_bounds_and_zero_for_an_empty_text(first, second):
    value = review.jaccard(first, second)
    assert 0 <= value <= 1
    assert value == review.jaccard(second, first)
    assert review.jaccard("", second) == 0


def test_row_31_severity_beliefs_are_calibrated_unless_boldness_is_planted():
    game = Review(("reader",))
    said = bs.play(game, ScriptedReviewer(), sessions=500, seed=1)
    state = said[said["player"] == "passage"].set_index(["session", "round"])["move"].eq("limited")
    for boldness in (1.0, 2.5):
        told = bs.elicit(game.question("passage"), bs.Percent(), ScriptedReviewer(boldness=boldness), at=said)
        told = told[told["outcome"].astype(str) == "limited"]
        keys = list(zip(told["session"], told["round"], strict=True))
        slope = calibration.recalibration(told["value"], state.loc[keys])["recalibration_slope"]
        assert slope.low <= 1 / boldness <= slope.high


def test_row_31_alarms_and_what_is_told_apart_come_back_and_a_yes_sayer_tells_nothing_apart():
    some = played(ScriptedReviewer(hit=0.6, alarm=0.2), n=400)
    for measure, planted in (("alarm", 0.2), ("apart", 0.4)):
        one = row(review.coverage_table(some), who="1", measure=measure)
        assert one["low"] <= planted <= one["high"]
    always = review.coverage_table(some[["limited", "named", "judge"]].assign(reader=1.0))
    assert row(always, who="together", measure="coverage")["value"] == 1
    assert row(always, who="together", measure="apart")["value"] == 0


def test_passages_as_units_give_the_same_shares_with_other_intervals():
    some = played(ScriptedReviewer(), n=50)
    by_report, by_passage = (
        review.coverage_table(some, units=each).set_index(["who", "measure"]) for each in ("session", "round")
    )
    assert np.allclose(by_report["value"], by_passage["value"])
    assert not np.allclose(by_report["low"], by_passage["low"])


def test_correlation_of_misses_is_numpys():
    some = played(ScriptedReviewer(shared=0.5), n=100)
    misses = some.loc[some["limited"] > 0, list(Review().readers)].to_numpy()
    pairs = np.corrcoef(misses.T)[np.tril_indices(4, -1)]
    assert review.miss_correlation(some).value == pytest.approx(pairs.mean())


class Mumbler(ScriptedReviewer):
    """Never answers in the form that was asked for."""

    def act(self, turn):
        return Acts(np.full(len(turn), -1))


def test_a_reader_who_never_answers_in_form_is_missing_and_bad_reviews_are_refused():
    game = Review(("reader", "citer"), rounds=2)
    seats = {"reader": ScriptedReviewer(), "citer": Mumbler(), "judge": ScriptedReviewer()}
    some = review.verdict_table(bs.play(game, seats, sessions=9, seed=1), game)
    assert some["reader"].xs(1, level="round").notna().all()
    assert some["citer"].isna().all() and some["judge"].isna().all()
    table = review.coverage_table(some)
    assert np.isfinite(row(table, who="1", measure="coverage")["value"])
    assert np.isnan(row(table, who="together", measure="coverage")["value"])
    assert review.judge_errors(some)["value"].isna().all()
    with pytest.raises(ValueError, match=r"'poet'.* must be among extractor, analyser"):
        Review(("poet",))
    with pytest.raises(ValueError, match="at least one"):
        Review(())
    with pytest.raises(ValueError, match=r"rounds within 1\.\.6"):
        Review(rounds=7)
    with pytest.raises(ValueError, match=r"hit and alarm must be within \(0, 1\)"):
        ScriptedReviewer(hit=1.0)


def test_the_prompts_of_a_review_and_its_passages_read_as_in_the_transcript(transcript):
    game = Review(("extractor", "analyser", "reviewer", "citer", "reader", "writer"))
    seen = [game.prompt(seat, None, State(("limited", *["yes", "no", "yes", "no", "no"][:number])))
            for number, seat in enumerate(game.readers)]  # fmt: skip
    seen.append(game.prompt("judge", None, State(("sound", "yes", "no", "yes", "no", "no", "Few people."))))
    seen.append(bs.instruments.preview(game.question("passage"), bs.ChoiceProbabilities(), state=State(("limited",))))
    for number in range(1, 7):
        past = tuple([("sound",)] * (number - 1))
        seen.append("\n".join(game.history(State((kind,), past)) for kind in ("limited", "sound")))
    transcript("review_neutral", "\n\n======\n\n".join(seen))
