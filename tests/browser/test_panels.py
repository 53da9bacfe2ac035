"""The panels, used by mouse and by keyboard."""

from beliefsim.datasets import load_human

IMPORTS = "import beliefsim as bs\nfrom beliefsim.games import Returns"
BESIDE = """panel => [...panel.querySelectorAll("p, pre, img, select, input, button")]
    .filter(part => part.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1)
    .map(part => part.outerHTML.slice(0, 80))"""
SPLIT = """from beliefsim.studies import persuasion
bs.widgets.explorable(
    persuasion.prior_split, "Drag.",
    prior=bs.widgets.Slider(start=0.3, low=0.05, high=0.95, step=0.05, label="Prior chance of a good item"),
    threshold=bs.widgets.Slider(0.5, 0.05, 0.95, 0.05, "Chance that the buyer needs"),
    honest=bs.widgets.Slider(0.6, 0.0, 1.0, 0.05, "Share of honest sellers"),
)"""
PLAY = "bs.widgets.play_yourself(bs.games.TrustGame(trustee=Returns(5), rounds=3))"


def test_all_panels_show_and_are_accessible(desk):
    cells = ["bs.widgets.explore()", "bs.widgets.chance()", "bs.widgets.replies()", PLAY, SPLIT]
    desk.write("panels", IMPORTS, *cells)
    assert desk.run("panels") == []
    for width, device in ((1280, "laptop"), (390, "phone")):
        desk.page.set_viewport_size({"width": width, "height": 2600})
        desk.page.wait_for_timeout(500)
        for at, name in enumerate(["explore", "chance", "replies", "play", "explorable"]):
            desk.picture(f"{name}_{device}", desk.panel(at))
            assert desk.panel(at).evaluate(BESIDE) == [], f"{name} on a {device}"
    assert desk.faults() == []


def test_dragging_n_moves_the_power_and_not_the_null(desk):
    desk.write("dragging", IMPORTS, "bs.widgets.chance()")
    assert desk.run("dragging") == []
    panel = desk.panel()
    caption = panel.locator("figcaption")
    before = caption.inner_text()
    handle = panel.get_by_role("slider").first
    box = handle.bounding_box()
    desk.page.mouse.move(box["x"] + 5, box["y"] + 5)
    desk.page.mouse.down()
    for step in range(1, 25):  # faster than figures are drawn
        desk.page.mouse.move(box["x"] + 5 + 5 * step, box["y"] + 5)
    desk.page.mouse.up()
    shown = int(panel.locator(".widget-readout").first.inner_text())
    panel.get_by_text(f"Computed for {shown:,} personas").wait_for()  # the last value, however many were passed
    after = caption.inner_text()
    desk.picture("chance_dragged", panel)
    null = "between −0.50 and 0.50"
    assert null in before
    assert null in after
    assert shown > 200
    assert _power(after) > _power(before)


def test_a_slider_faster_than_its_figure_leaves_no_queue(desk):
    counted = "def counted(plan):\n    drawn.append(plan)\n    fig = bs.consistency.planning.chance_panels(plan)"
    counted += "\n    fig.caption = f'Drawn {len(drawn)} times, at last for η² {plan.eta_squared:.3f}.'\n    return fig"
    desk.write("queue", IMPORTS, f"drawn = []\n{counted}\nbs.widgets.chance(figure=counted)")
    assert desk.run("queue") == []
    panel, mouse = desk.panel(), desk.page.mouse
    box = panel.get_by_role("slider").nth(1).bounding_box()
    mouse.move(box["x"] + 5, box["y"] + 5)
    mouse.down()
    for step in range(1, 41):  # about as many values
        mouse.move(box["x"] + 5 + 8 * step, box["y"] + 5)
    mouse.up()
    shown = panel.locator(".widget-readout").nth(1).inner_text()
    panel.get_by_text(f"at last for η² {shown}.").wait_for()
    assert float(shown) > 0.07
    assert 2 <= int(panel.locator("figcaption").inner_text().split()[1]) <= 20


def test_an_unforeseen_error_is_shown_and_goes_with_the_next_value(desk):
    draw = "def draw(n):\n    return {2: bs.consistency.planning.chance_panels(bs.consistency.Plan(20))}[n]"
    dial = 'n=bs.widgets.Steps("2", ["2", "3"], "Which")'
    desk.write("error", IMPORTS, draw.replace("[n]", "[int(n)]") + f'\nbs.widgets.explorable(draw, "Choose.", {dial})')
    assert desk.run("error") == []
    panel = desk.panel()
    panel.get_by_label("Which").select_option("3")
    panel.get_by_text("KeyError: 3").first.wait_for()
    assert desk.faults() == []
    panel.get_by_label("Which").select_option("2")
    panel.get_by_text("KeyError").first.wait_for(state="detached")
    assert panel.locator("figcaption").inner_text().startswith("Computed for 20 personas")


def _power(caption):
    return float(caption.split("with power ")[1].split(";")[0])


def choose(desk, dollars):
    """Choose an amount from the list that has the focus, and go on."""
    desk.page.keyboard.press(str(dollars))  # JupyterLab's own meaning of a digit is a heading
    desk.page.keyboard.press("Tab")


def test_three_rounds_by_keyboard_alone(desk):
    desk.write("playing", IMPORTS, PLAY)
    assert desk.run("playing") == []
    panel, keys = desk.panel(), desk.page.keyboard
    panel.get_by_label("Your name").focus()
    keys.type("<b>Zoë</b> $1$")
    keys.press("Tab")
    choose(desk, 4)
    keys.press("Enter")
    for number in (1, 2, 3):
        panel.get_by_role("button", name=f"Play round {number}").wait_for()
        panel.get_by_text(f"Now you act, round {number}:").wait_for()
        desk.page.wait_for_timeout(700)  # the form is built anew; nobody types faster
        for _ in range(3 if number < 3 else 2):
            keys.press("Shift+Tab")
        for answer in (5, 6, 4)[: 3 if number < 3 else 2]:
            choose(desk, answer)
        if number == 2:
            desk.picture("play_round_2", panel)
        keys.press("Enter")
    panel.get_by_role("button", name="Play again").wait_for()
    panel.locator("figure").nth(1).wait_for()
    desk.picture("play_end", panel)
    assert panel.locator("b", has_text="Zoë").count() == 0
    assert desk.faults() == []
    [file] = (desk.work.parent / "results" / "human").glob("*.csv")
    played = load_human(file)
    assert played.decisions["amount"].tolist() == [6, 6, 6]
    assert set(played.decisions["persona"]) == {"<b>Zoë</b> $1$"}
    assert played.beliefs["value"].tolist() == [4, 5, 4, 5, 4, 5]


def test_a_closed_tab_in_mid_game_loses_nothing(desk):
    desk.write("closing", IMPORTS, PLAY)
    desk.run("closing")
    before = set((desk.work.parent / "results").glob("human/*.csv"))
    panel = desk.panel()
    panel.locator("select").first.select_option("3")
    panel.get_by_role("button", name="State").click()
    panel.get_by_role("button", name="Play round 1").wait_for()
    for at in range(3):
        panel.locator("select").nth(at).select_option("2")
    panel.get_by_role("button", name="Play round 1").click()
    panel.get_by_role("button", name="Play round 2").wait_for()
    desk.page.close()
    [file] = set((desk.work.parent / "results").glob("human/*.csv")) - before
    kept = load_human(file)
    assert kept.decisions["payoff"].tolist() == [13.0]
    assert len(kept.beliefs) == 3


def test_exploring_marks_what_changed_and_asks_nobody(desk):
    desk.write("exploring", IMPORTS, "bs.widgets.explore()")
    assert desk.run("exploring") == []
    panel = desk.panel()
    panel.get_by_label("Wording").select_option("investment")
    panel.locator("ins").first.wait_for()
    desk.picture("explore_changed", panel)
    assert "No recording holds this reply" in panel.inner_text()
    panel.get_by_label("Asked").select_option("Ranking: sent by age")
    desk.page.wait_for_timeout(800)
    desk.picture("explore_ranking", panel)
    assert desk.faults() == []


def test_searching_and_paging_through_replies(desk):
    desk.write("reading", IMPORTS, "bs.widgets.replies()")
    assert desk.run("reading") == []
    panel = desk.panel()
    panel.get_by_label("Search the replies").fill('"mean"')
    panel.get_by_text("; pages: ").wait_for()
    panel.get_by_label("Page").fill("2")
    desk.page.keyboard.press("Tab")
    desk.page.wait_for_timeout(800)
    desk.picture("replies_searched", panel)
    assert panel.get_by_label("Replies").get_by_role("option").first.inner_text().partition(":")[2].count("mean")
    assert desk.faults() == []


def test_a_point_of_the_scatter_leads_to_the_replies_behind_it(desk):
    desk.write(
        "points",
        "import beliefsim as bs",
        "game, agent = bs.games.TrustGame(), bs.LanguageAgent(bs.Model())",
        'people = bs.personas.sample(24, design="factorial", seed=1)',
        'question = game.question("sent", by=["age", "openness", "highest_degree_received"])',
        "stated, decisions = bs.elicit(question, bs.GroupMeans(), agent), bs.play(game, agent, people, seed=1)",
        "bs.widgets.behind(bs.compare(stated, decisions, people, seed=1), stated, decisions, people)",
    )
    assert desk.run("points") == []
    panel = desk.panel()
    listed = panel.get_by_label("Point")
    assert listed.locator("option:checked").inner_text().startswith("age")
    spot = panel.locator("figure button").nth(9)
    name = spot.get_attribute("aria-label")
    spot.click(force=True)
    chosen = "document.querySelector('.beliefsim-points option:checked').textContent.replaceAll('\u00a0', ' ')"
    desk.page.wait_for_function(f"name => {chosen} === name", arg=name)
    panel.get_by_label("Replies").get_by_role("option").filter(has_text="stated").first.wait_for()
    desk.page.wait_for_timeout(800)
    desk.picture("behind", panel)
    desk.page.set_viewport_size({"width": 390, "height": 2600})
    desk.page.wait_for_timeout(500)
    desk.picture("behind_phone", panel)
    assert panel.evaluate(BESIDE) == []
    before = panel.get_by_role("img").get_attribute("src")
    listed.focus()
    desk.page.keyboard.press("ArrowUp")
    desk.page.wait_for_function("old => document.querySelector('.beliefsim figure img').src !== old", arg=before)
    assert desk.faults() == []
