"""The site that `make site` has built, read from disk at the width of a phone and of a laptop."""

import pytest

from beliefsim import paths

SITE = paths.clone() / "results" / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
LISTS = ("reference/", "genindex", "py-modindex", "search")  # made by Sphinx alone: one of them is looked at
pytestmark = pytest.mark.skipif(not PAGES, reason="there is no site yet: make site")


@pytest.mark.parametrize(("name", "width"), [("phone", 390), ("laptop", 1280)])
def test_every_page_fits_its_width_and_fetches_nothing(desk, name, width):
    page, asked, wrong = desk.page, [], []
    page.set_viewport_size({"width": width, "height": 900})
    page.on("request", lambda sent: asked.append(sent.url))
    for file in PAGES:
        page.goto((SITE / file).as_uri())
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{file} is wider than {width} pixels")
        if not file.startswith(LISTS) or file == "reference/beliefsim.html":
            page.screenshot(path=desk.pictures / f"site_{name}_{file.replace('/', '_')}.png", full_page=True)
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


TEMPLATES = ["index.html", "workshop.html", "figures_and_tables.html", "reference/beliefsim.html"]


@pytest.mark.parametrize("file", [*TEMPLATES, "notebooks/02_trust_population.html"])
def test_a_page_of_each_template_is_accessible(desk, file):
    desk.page.goto((SITE / file).as_uri())
    assert desk.faults("article") == []


def test_searching_the_site_finds_a_name(desk):
    desk.page.goto((SITE / "search.html").as_uri() + "?q=GroupMeans")
    desk.page.locator("#search-results a", has_text="beliefsim").first.wait_for()
