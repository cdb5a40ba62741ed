"""DigitPad, a widget: see widget.py."""

from utils.widgets.digit_pad.widget import DigitPad, neighbours, pack_levels, parts, small, unpack_levels

__all__ = ["DigitPad", "neighbours", "pack_levels", "parts", "small", "unpack_levels"]
