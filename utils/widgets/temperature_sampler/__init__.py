"""TemperatureSampler, a widget: see widget.py."""

from utils.widgets.temperature_sampler.widget import TemperatureSampler

__all__ = ["TemperatureSampler"]
