"""OptimizerRace, a widget: see widget.py."""

from utils.widgets.optimizer_race.widget import OptimizerRace

__all__ = ["OptimizerRace"]
