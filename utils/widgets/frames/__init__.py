"""Frames, a widget: see widget.py."""

from utils.widgets.frames.widget import Frames, data_url

__all__ = ["Frames", "data_url"]
