"""What cannot be in a world, a task or a row is refused in one line that names the place, before anything runs."""

import pytest

from emulation.errors import LavaSleepError
from lava_sleep.runs.configuration import read_configuration

FOUR = "[world]\nspacing = 2\n[world.kinds]\na = [[0, 1]]\nb = [[1, 0]]\nc = [[0, 2]]\n[world.unsupervised]\na = 9\n"
ONE_TASK = "[tasks.A]\na = { count = 9, value = 1 }\nb = { count = 9, value = -1 }\n"
ROWS = "[protocol]\nrows = ['A']\n"

# What is written, and what the one line says.
BAD = {
    "size is no number": ("[world]\nsize = 'big'", "world.size, got 'big'"),
    "size of zero": ("[world]\nsize = 0", "world.size, got 0"),
    "size beyond the cells' registers": ("[world]\nsize = 400", "world.size, got 400"),
    "even view": ("[world]\nview = 6", "world.view, got 6 .*odd"),
    "view of one cell": ("[world]\nview = 1", "world.view, got 1"),
    "view larger than the world": ("[world]\nsize = 8\nview = 9", "world.view, got 9 .*at most the size"),
    "no spacing": ("[world]\nspacing = 0", "world.spacing, got 0"),
    "unknown key": ("[world]\nspace = 1", "world.space: unknown key"),
    "unknown environment": ("[world]\nenvironment = 'maze'", "environment.*got 'maze'"),
    "environment is no name": ("[world]\nenvironment = 3", "world.environment, got 3"),
    "world is no table": ("world = 3", r"world, got 3 \(allowed: a table\)"),
    "tasks are no table": ("tasks = 3", r"tasks, got 3 \(allowed: a table\)"),
    "exploration above all": ("[world.exploration]\npercent = 101", "world.exploration.percent, got 101"),
    "exploration with a fraction": ("[world.exploration]\nrise = 0.5", "world.exploration.rise, got 0.5"),
    "no kinds": ("[world]\nkinds = {}", "world.kinds"),
    "kind without pixels": (FOUR.replace("[[0, 2]]", "[]"), "world.kinds.c, got .*offsets of further pixels"),
    "kind of one pixel twice": (FOUR.replace("[[0, 2]]", "[[0, 0]]"), "world.kinds.c, got .*offsets of further pixels"),
    "pixel named twice": (FOUR.replace("[[0, 2]]", "[[0, 2], [0, 2]]"), "world.kinds.c, got .*each once"),
    "pixel with one number": (FOUR.replace("[[0, 2]]", "[[2]]"), "world.kinds.c.0"),
    "pixel with a fraction": (FOUR.replace("[[0, 2]]", "[[0, 1.5]]"), "world.kinds.c.0.1, got 1.5"),
    "pixel beyond the spacing": (
        FOUR.replace("[[0, 2]]", "[[0, 3]]"),
        "world.kinds.c: pixels too far apart, got 3 .*2",
    ),
    "wide kind at spacing 1": ("[world.kinds]\na = [[0, 2]]", "world.kinds.a: pixels too far apart, got 2 .*1"),
    "two kinds alike": (FOUR.replace("[[0, 2]]", "[[0, 1]]"), "world.kinds.c, got 'the pixels of a'"),
    "mixture of unknown kinds": (FOUR + "z = 3\n" + ONE_TASK + ROWS, "world.unsupervised.z: unknown kind"),
    "mixture below zero": (FOUR.replace("a = 9", "a = -9"), "world.unsupervised.a, got -9"),
    "empty mixture": (FOUR.replace("a = 9", "a = 0"), "world.unsupervised: no particles"),
    "crowded mixture": (FOUR.replace("a = 9", "a = 900"), "world.unsupervised: particles, got 900 .*at most 104"),
    "task of unknown kind": (FOUR + "[tasks.A]\nz = { count = 9, value = 1 }\n", "tasks.A.z: unknown kind"),
    "task without reward": (FOUR + "[tasks.A]\na = { count = 9, value = -1 }\n", "tasks.A, got 'no rewarded kind'"),
    "reward without particles": (FOUR + "[tasks.A]\na = { count = 0, value = 1 }\n", "tasks.A: no particles"),
    "value of two": (FOUR + "[tasks.A]\na = { count = 9, value = 2 }\n", "tasks.A.a.value, got 2"),
    "value that is a word": (FOUR + "[tasks.A]\na = { count = 9, value = 'good' }\n", "tasks.A.a.value, got 'good'"),
    "count below zero": (FOUR + "[tasks.A]\na = { count = -1, value = 1 }\n", "tasks.A.a.count, got -1"),
    "no count": (FOUR + "[tasks.A]\na = { value = 1 }\n", "tasks.A.a.count: missing"),
    "crowded task": (FOUR + "[tasks.A]\na = { count = 900, value = 1 }\n", "tasks.A: particles, got 900"),
    "two values of one kind": (
        FOUR + "[tasks.A]\na = { count = 9, value = 1, values = -1 }\n",
        "tasks.A.a.values: unknown",
    ),
    "task called as sleep": (FOUR + "[tasks.S]\na = { count = 9, value = 1 }\n", "name of a task, got 'S'"),
    "task with a space": (FOUR + "[tasks.'T 1']\na = { count = 9, value = 1 }\n", "name of a task, got 'T 1'"),
    "task that begins with a digit": (FOUR + "[tasks.1A]\na = { count = 9, value = 1 }\n", "name of a task, got '1A'"),
    "task is no table": ("[tasks]\nA = 3", "tasks.A"),
    "no task": ("[tasks]\n", "at least one task"),
    "row of a missing task": (FOUR + ONE_TASK + "[protocol]\nrows = ['A>B']\n", "protocol.rows: unknown step, got 'B'"),
    "missing task in turn": (
        FOUR + ONE_TASK + "[protocol]\nrows = ['i(S,A,B)']\n",
        "protocol.rows: unknown step, got 'B'",
    ),
    "only sleep in turn": (
        FOUR + ONE_TASK + "[protocol]\nrows = ['i(A,S)']\n",
        r"protocol.rows: unknown step, got 'i\(A,S\)'",
    ),
    "one part in turn": (
        FOUR + ONE_TASK + "[protocol]\nrows = ['i(A)']\n",
        r"protocol.rows: unknown step, got 'i\(A\)'",
    ),
    "rest alone": (FOUR + ONE_TASK + "[protocol]\nrows = ['A>R']\n", "protocol.rows: unknown step, got 'R'"),
    "the rows of another world": (FOUR + ONE_TASK, "protocol.rows: unknown step, got 'T1'"),
    "length of a missing task": ("[protocol.cycles]\nT7 = 30", "protocol.cycles.T7: unknown key"),
    "length of zero": ("[protocol.cycles]\nT1 = 0", "protocol.cycles.T1, got 0"),
    "length with a fraction": ("[protocol.cycles]\nT1 = 1.5", "protocol.cycles.T1, got 1.5"),
    "punishment below zero": ("[network.output_synapses.plasticity]\npunishment = -1", "plasticity.punishment, got -1"),
    "more inputs than are seen": (
        "[world]\nview = 3\n[network.hidden_synapses]\nfan_in = 9",
        "fan-in .*got 9 .*at most 8",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, name):
    text, message = BAD[name]
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(LavaSleepError, match=message) as caught:
        read_configuration(tmp_path / "c.toml", {})
    assert "\n" not in str(caught.value) and "Traceback" not in str(caught.value)


# What probably will not work is said, and run all the same.
DOUBTFUL = {
    "many particles of few kinds": (
        "[protocol]\nname = 'many'\n[world.unsupervised]\nhorizontal = 60\nvertical = 1\n", None,
    ),
    "eight kinds of many particles": (
        "[protocol]\nname = 'many'\n[world.unsupervised]\n"
        + "".join(
            f"{name} = 8\n"
            for name in (
                "horizontal", "vertical", "positive_diagonal", "negative_diagonal",
                "wide_horizontal", "wide_vertical", "wide_positive_diagonal", "wide_negative_diagonal",
            )
        ),
        "kinds x particles = 512 is above 450: the hidden layer will learn chance pairs",
    ),
    "exchanged values": ("[protocol]\nname = 'reversal'\n", "horizontal is rewarded in one and punished in another"),
    "exchanged values with a punishment": (
        "[protocol]\nname = 'reversal'\n[network.output_synapses.plasticity]\npunishment = 32\n", None,
    ),
    "the paper's four kinds": ("", None),
    "four tasks": ("[protocol]\nname = 'many'\n", None),
    "six tasks": ("[protocol]\nname = 'six'\n", None),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_doubtful_is_said_in_a_line(tmp_path, name):
    text, message = DOUBTFUL[name]
    (tmp_path / "c.toml").write_text(text)
    found = read_configuration(tmp_path / "c.toml", {}).warnings()
    assert any(message in line for line in found) if message else found == []
    assert all("\n" not in line for line in found)
