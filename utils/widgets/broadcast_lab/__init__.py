"""BroadcastLab, a widget: see widget.py."""

from utils.widgets.broadcast_lab.widget import BroadcastLab

__all__ = ["BroadcastLab"]
