"""CapacityLab, a widget: see widget.py."""

from utils.widgets.capacity_lab.widget import CapacityLab

__all__ = ["CapacityLab"]
