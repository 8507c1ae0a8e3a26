"""The README's plot: how much of the official SDK's time each thing takes here."""

from pathlib import Path

from benchmarks.report import README, Results

INK, BAR, PEER = "#57606a", "#2f6feb", "#8b949e"


def draw(results: Results, path: Path) -> None:
    """Writes the plot as SVG, legible on a light and on a dark page."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    named = {each.name: each for each in results.comparisons}
    shown = [(label, named[name].ratio) for name, label in README.items() if name in named][::-1]
    labels = [label.replace("`", "") for label, _ in shown]
    ratios = [ratio for _, ratio in shown]
    mpl.rcParams.update({"svg.hashsalt": "chatkit", "font.size": 10, "text.color": INK})
    figure = Figure(figsize=(8, 0.42 * len(shown) + 0.9), layout="constrained")
    axes = figure.subplots()
    axes.barh(labels, ratios, color=BAR, height=0.62)
    for place, ratio in enumerate(ratios):
        axes.text(ratio + 0.01, place, f"{ratio:.2f}", va="center", color=INK)
    axes.axvline(1, color=PEER, linewidth=1, linestyle="--")
    axes.set_xlim(0, 1.08)
    axes.set_xlabel("CPU time as a share of the official SDK's (dashed); less is better", color=INK)
    axes.tick_params(colors=INK, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, transparent=True, metadata={"Date": None})
