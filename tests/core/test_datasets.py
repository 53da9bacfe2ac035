"""Data sets that come with the clone, and oTree exports."""

import csv

import pandas as pd
import pytest

from beliefsim import paths, schema
from beliefsim.datasets import Fields, described_columns, load, load_otree, names

FOLDERS = sorted(file.parent for file in paths.data().glob("*/description.md"))


@pytest.mark.parametrize("name", names())
def test_header_and_description_name_the_same_columns(name):
    file = paths.data() / f"{name}.csv"
    with file.open(newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    described = described_columns((file.parent / "description.md").read_text(encoding="utf-8"), file.name)
    assert list(described) == header


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_data_set_names_source_licence_and_mark(folder):
    table = next(iter(sorted(folder.glob("*.csv"))))
    attrs = load(f"{folder.name}/{table.stem}").attrs
    assert attrs["source"] and attrs["licence"] and attrs["mark"]
    assert attrs["description"].startswith("# ")


def test_the_means_of_berg_1995_follow_from_the_pairs():
    pairs, published = load("berg1995"), load("trust_means")
    means = pairs.groupby("treatment")[["sent", "returned"]].mean().round(2)
    berg = published[published["study"].str.startswith("Berg")][["mean_sent", "mean_returned"]]
    assert means.to_numpy().tolist() == berg.to_numpy().tolist() == [[5.16, 4.66], [5.36, 6.46]]
    assert pairs.groupby("treatment").size().to_dict() == {"no_history": 32, "social_history": 28}


def test_the_standard_deviations_and_thirty_of_32_senders_of_berg_1995():
    pairs = load("berg1995")
    assert pairs.groupby("treatment")["sent"].std().round(2).to_dict() == {"no_history": 2.94, "social_history": 3.53}
    plain = pairs[pairs["treatment"] == "no_history"]
    assert (plain["sent"] > 0).sum() == 30
    assert plain["sent"].value_counts().sort_index().tolist() == [2, 2, 2, 4, 2, 6, 5, 3, 1, 5]
    assert (pairs["returned"] <= 3 * pairs["sent"]).all()


def test_education_has_the_largest_share_of_variance_in_survey_trust():
    groups = load("gss_trust")
    assert groups["eta_squared_attribute"].between(0, 0.13).all()
    largest = groups.loc[groups.groupby("year")["eta_squared_attribute"].idxmax(), "attribute"]
    assert set(largest) == {"highest_degree_received"}


def test_the_medians_of_the_core_paper_follow_from_its_rows():
    rows = load("mannekote2025/table3")
    medians = rows.groupby(["elicitation", "model"])["spearman_rho"].median().unstack().round(2)
    assert medians.loc["NOCTX+TR"].tolist() == [0.80, 0.49, 0.80]
    assert medians.loc["CTX+TR"].tolist() == [0.40, 0.50, 0.40]
    assert medians.loc["CTX+$"].tolist() == [0.83, 0.50, 0.00]


def test_an_unknown_data_set_is_refused_with_a_suggestion():
    with pytest.raises(ValueError, match=r"'berg1996' is not among berg1995, .*; did you mean 'berg1995'\?"):
        load("berg1996")


def test_a_data_set_with_several_tables_asks_which():
    with pytest.raises(ValueError, match="has 2 tables; load one of 'mannekote2025/table3'"):
        load("mannekote2025")


def test_a_wheel_says_that_data_come_with_a_clone(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "package", tmp_path / "site-packages" / "beliefsim")
    with pytest.raises(FileNotFoundError, match="clone the repository"):
        load("berg1995")


WIDE = """\
participant.id_in_session,participant.code,participant.label,participant._is_bot,participant.payoff,session.code,\
intro.1.player.id_in_group,trust.1.player.id_in_group,trust.1.player.role,trust.1.player.payoff,\
trust.1.player.expected_amount,trust.1.group.id_in_subsession,trust.1.group.sent_amount,\
trust.1.group.sent_back_amount,trust.1.subsession.round_number,trust.2.player.id_in_group,trust.2.player.role,\
trust.2.player.payoff,trust.2.player.expected_amount,trust.2.group.id_in_subsession,trust.2.group.sent_amount,\
trust.2.group.sent_back_amount,trust.2.subsession.round_number
1,a1b2c3d4,,0,15.0,s3ss10n1,1,1,,10.0,6,1,4.0,4.0,1,1,,5.0,8,1,10.0,5.0,2
2,e5f6g7h8,,0,33.0,s3ss10n1,2,2,,8.0,3,1,4.0,4.0,1,2,,25.0,9,1,10.0,5.0,2
3,i9j0k1l2,,1,20.0,s3ss10n1,1,1,,10.0,,2,0.0,0.0,1,1,,,,2,,,2
4,m3n4o5p6,,1,0.0,s3ss10n1,2,2,,0.0,,2,0.0,0.0,1,2,,,,2,,,2
"""
ONE_APP = """\
participant.id_in_session,participant.code,participant._is_bot,session.code,player.id_in_group,player.role,\
player.payoff,group.id_in_subsession,group.sent_amount,group.sent_back_amount,subsession.round_number
1,a1b2c3d4,0,s3ss10n1,1,,96.0,1,10.0,6.0,1
2,e5f6g7h8,0,s3ss10n1,2,,24.0,1,10.0,6.0,1
"""


def _export(tmp_path, text, name="all_apps_wide.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_a_wide_otree_export_becomes_the_two_tables(tmp_path):
    decisions, beliefs = load_otree(_export(tmp_path, WIDE))
    assert list(decisions.columns) == list(schema.DECISIONS) and list(beliefs.columns) == list(schema.BELIEFS)
    assert set(decisions["terms"]) == {"endowment=10 multiplier=3 trustee=player"}
    human = decisions[decisions["arm"] == "human"]
    assert human[["round", "player", "persona", "amount", "payoff"]].astype(object).to_numpy().tolist() == [
        [1, "trustor", "a1b2c3d4", 4.0, 10.0],
        [1, "trustee", "e5f6g7h8", 4.0, 8.0],
        [2, "trustor", "a1b2c3d4", 10.0, 5.0],
        [2, "trustee", "e5f6g7h8", 5.0, 25.0],
    ]
    assert beliefs[["teller", "about", "question", "value"]].astype(object).to_numpy().tolist() == [
        ["trustor", "trustee", "returned", 6.0],
        ["trustee", "trustor", "sent", 3.0],
        ["trustor", "trustee", "returned", 8.0],
        ["trustee", "trustor", "sent", 9.0],
    ]


def test_bots_are_no_humans_and_a_move_not_made_is_missing(tmp_path):
    decisions, _ = load_otree(_export(tmp_path, WIDE))
    bots = decisions[decisions["arm"] == "scripted"]
    assert bots["amount"].isna().tolist() == [False, False, True, True]
    assert bots["move"].isna().tolist() == bots["probability"].isna().tolist() == [False, False, True, True]
    assert decisions["session"].nunique() == 2


def test_an_export_of_one_app_is_read_too(tmp_path):
    decisions, beliefs = load_otree(_export(tmp_path, ONE_APP, "trust.csv"), unit="points")
    assert decisions["amount"].tolist() == [10.0, 6.0] and set(decisions["unit"]) == {"points"}
    assert set(decisions["terms"]) == {"endowment=100 multiplier=3 trustee=player"}
    assert beliefs.empty and list(beliefs.columns) == list(schema.BELIEFS)


def test_fields_with_other_names_can_be_named(tmp_path):
    path = _export(tmp_path, ONE_APP.replace("sent_amount", "given").replace("sent_back_amount", "back"))
    with pytest.raises(ValueError, match=r"no trust game: no columns group\.sent_amount"):
        load_otree(path)
    assert load_otree(path, Fields(sent="given", returned="back")).decisions["amount"].tolist() == [10.0, 6.0]


def test_an_export_of_another_game_is_refused_by_its_fields(tmp_path):
    other = ONE_APP.replace("group.sent_amount", "player.contribution").replace("group.sent_back_amount", "group.total")
    with pytest.raises(ValueError, match=r"It has player\.contribution, group\.total"):
        load_otree(_export(tmp_path, other))


def test_payoffs_of_another_game_are_refused(tmp_path):
    with pytest.raises(ValueError, match="payoffs are not those of a trust game"):
        load_otree(
            _export(
                tmp_path, WIDE.replace("i9j0k1l2,,1,20.0,s3ss10n1,1,1,,10.0", "i9j0k1l2,,1,20.0,s3ss10n1,1,1,,99.0")
            )
        )


def test_a_file_that_is_no_export_is_refused(tmp_path):
    path = tmp_path / "people.csv"
    pd.DataFrame({"name": ["x"]}).to_csv(path)
    with pytest.raises(ValueError, match=r"people\.csv is no oTree export: it has no column participant\.code"):
        load_otree(path)


def test_two_trust_games_in_one_export_must_be_told_apart(tmp_path):
    table = pd.read_csv(_export(tmp_path, WIDE), dtype=str)
    second = table.filter(like="trust.").rename(columns=lambda column: column.replace("trust.", "trust_again."))
    pd.concat([table, second], axis=1).to_csv(tmp_path / "both.csv", index=False)
    with pytest.raises(ValueError, match=r"several trust games: trust, trust_again; choose one with Fields\(app=…\)"):
        load_otree(tmp_path / "both.csv")
    assert len(load_otree(tmp_path / "both.csv", Fields(app="trust")).decisions) == 8
