"""Figures drawn from the arrays of a run."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402

# Okabe & Ito's colour-blind safe palette.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#666666"
CHANCE = 0.5


def draw_performance(data: xr.Dataset, path: Path) -> None:
    """Performance while training, phases shaded, above the frozen tests after every row.

    Parameters
    ----------
    data : xarray.Dataset
        From `lava_sleep.results.dataset`.
    path : Path
        PNG to write.
    """
    figure, (over_time, bars) = plt.subplots(2, 1, figsize=(7.5, 6.2), constrained_layout=True)
    draw_over_time(data, over_time)
    draw_tests(data, bars)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw_over_time(data: xr.Dataset, axes: plt.Axes) -> None:
    """Stages one after the other; mean and SD over networks."""
    start = 0.0
    window = 1.0
    stages = list(dict.fromkeys(data.stage.values))
    for index, stage in enumerate(stages):
        values = data.performance_over_time.values[:, data.stage.values == stage]
        x = start + (np.arange(values.shape[1]) + 0.5) * window
        end = start + values.shape[1] * window
        axes.axvspan(start, end, color=(BLUE, ORANGE, GREEN, GREY)[index % 4], alpha=0.12, lw=0)
        present = ~np.isnan(values).all(axis=0)
        mean, sd = np.nanmean(values[:, present], axis=0), np.nanstd(values[:, present], axis=0)
        axes.plot(x[present], mean, color="black", lw=1.2)
        axes.fill_between(x[present], mean - sd, mean + sd, color="black", alpha=0.2, lw=0)
        axes.text((start + end) / 2, 1.02, stage.split(">")[-1], ha="center", va="bottom", fontsize=7, rotation=20)
        start = end
    axes.axhline(CHANCE, color=GREY, ls=":", lw=1)
    axes.set(xlim=(0, start), ylim=(0, 1), xlabel="training cycles (thousands), stages in turn", ylabel="performance")


def draw_tests(data: xr.Dataset, axes: plt.Axes) -> None:
    """Bars of both tasks after every row, mean and SD over networks."""
    rows = data.row.values
    for offset, task, colour in ((-0.2, 0, BLUE), (0.2, 1, ORANGE)):
        values = data.performance.values[:, :, task]
        sd = values.std(axis=0, ddof=1) if len(values) > 1 else None
        axes.bar(
            np.arange(len(rows)) + offset, values.mean(axis=0), 0.38, yerr=sd, color=colour, label=f"Task {task + 1}"
        )
    axes.axhline(CHANCE, color=GREY, ls=":", lw=1)
    axes.set_xticks(np.arange(len(rows)), rows, rotation=20, ha="right", fontsize=8)
    axes.set(ylim=(0, 1), ylabel="performance, frozen weights")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=2, frameon=False, fontsize=8)
