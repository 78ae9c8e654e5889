"""The report is well-formed, self-contained and names what is missing; Chromium shows all of it."""

import re
import shutil
import subprocess
from dataclasses import replace

import matplotlib.pyplot as plt
import pytest
from helpers.pages import check

from lava_sleep.analysis.selection import require
from lava_sleep.figures.registry import FIGURES
from lava_sleep.show.page import make_page


def draw_quickly(name, *runs):
    """Stands in for `lava_sleep.figures.registry.draw`, which has tests of its own: same needs, a plain figure."""
    for data in runs:
        require(data, *FIGURES.get(name).needs)
    return plt.figure(figsize=(3, 2))


@pytest.fixture(scope="module")
def runs(tiny_run):
    """Two runs, of which the second recorded nothing."""
    return [tiny_run, replace(tiny_run, data=tiny_run.data.drop_vars(["snapshot_weights", "hidden_event_neuron"]))]


@pytest.fixture
def page(runs, monkeypatch):
    """Two runs side by side."""
    monkeypatch.setattr("lava_sleep.show.page.draw", draw_quickly)
    return make_page(runs)


def test_report_is_well_formed_and_self_contained(page):
    checker = check(page)
    assert page.startswith("<!DOCTYPE html>") and checker.tags.count("h1") == 1
    assert all(source.startswith(("data:", "#")) for source in checker.sources)
    links = {source[1:] for source in checker.sources if source.startswith("#")}
    assert len(links) == 8 and links <= set(checker.names)
    assert not re.search(r"https?://|url\(|@import|<script", page)
    assert "default-src 'none'" in page


def test_report_shows_every_figure_and_names_what_is_missing(page):
    checker = check(page)
    singles = [name for name, one in FIGURES.items() if not one.compares and name != "lasting"]
    lacking = [name for name in singles if {"snapshot_weights", "hidden_event_neuron"} & set(FIGURES.get(name).needs)]
    assert checker.tags.count("img") == 2 * len(singles) - len(lacking) + 1
    assert page.count("Not drawn: ") == len(lacking)
    assert checker.tags.count("figcaption") == len(FIGURES.names()) - 1
    assert "id='lasting'" not in page  # nothing is repeated


def test_report_holds_table_claims_configuration_and_overflows(page, tiny_run):
    text = "".join(check(page).texts)
    assert f"{tiny_run.summary['rows'][0]['tasks']['T1']['mean']:.3f}" in text and "0.70 ± 0.02" in text
    assert "sleep keeps the old task" in text and tiny_run.summary["digest"] in text
    assert "episode = 100" in text and "overflows or saturations" in text and "megabytes" in text


def chromium(*arguments) -> subprocess.CompletedProcess:
    """Run a headless browser."""
    name = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0"]
    return subprocess.run([name, *options, *arguments], capture_output=True, text=True, timeout=120)


PROBE = """<script>
addEventListener("load", () => {
  const images = [...document.images];
  document.body.dataset.shown = images.filter(image => image.naturalWidth > 100 && image.offsetWidth > 100).length;
  document.body.dataset.over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  images[0].click();
  document.body.dataset.zoomed = images[0].parentElement.getBoundingClientRect().width >= innerWidth - 20;
});
</script></body>"""


@pytest.mark.browser
@pytest.mark.skipif(not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), reason="no Chromium")
@pytest.mark.parametrize("width", [1400, 500])
def test_a_browser_shows_all_of_it(runs, tmp_path, width):
    page = make_page(runs)
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    plain = chromium(
        f"--window-size={width},900", f"--screenshot={tmp_path}/shot.png", f"file://{tmp_path}/report.html"
    )
    assert "CONSOLE" not in plain.stderr and (tmp_path / "shot.png").stat().st_size > 10_000
    policy = re.search(r"<meta http-equiv[^\n]*", page)
    probed = page.replace(policy[0], "").replace("</body>", PROBE)
    (tmp_path / "probed.html").write_text(probed, encoding="utf-8")
    shown = chromium(f"--window-size={width},900", "--dump-dom", f"file://{tmp_path}/probed.html").stdout
    body = re.search(r'<body[^>]*data-shown="(\d+)"[^>]*data-over="(-?\d+)"[^>]*data-zoomed="(\w+)"', shown)
    assert int(body[1]) == page.count("<img ")
    assert int(body[2]) <= 0  # nothing is wider than the screen
    assert body[3] == "true"  # a click enlarges a figure


def test_one_network_is_not_judged_by_statistics(tiny_run, monkeypatch):
    monkeypatch.setattr("lava_sleep.show.page.draw", draw_quickly)
    rows = [
        {**row, "tasks": {task: {**one, "per_network": one["per_network"][:1]} for task, one in row["tasks"].items()}}
        for row in tiny_run.summary["rows"]
    ]
    alone = replace(tiny_run, summary={**tiny_run.summary, "rows": rows, "networks": 1})
    text = "".join(check(make_page([alone])).texts)
    assert "too few networks (7 needed)" in text
    assert "nan" not in text.split("config.toml")[0]


def test_the_report_of_many_tasks_has_their_chains(many_run, monkeypatch):
    monkeypatch.setattr("lava_sleep.show.page.draw", draw_quickly)
    page = make_page([many_run])
    text = "".join(check(page).texts)
    known = [one for one in many_run.summary["continual"] if one["forgetting"]["mean"] is not None]
    assert known
    for one in known:
        assert f"{one['accuracy']['mean']:.3f} ± {one['accuracy']['sd']:.3f}" in text
        assert f"{one['forgetting']['mean']:+.3f} ± {one['forgetting']['sd']:.3f}" in text
    assert "id='forgetting'" in page and "id='boundary'" not in page and "Chaudhry" in text
