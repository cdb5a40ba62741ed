"""FilterExplorer, a widget: see widget.py."""

from utils.widgets.filter_explorer.widget import FilterExplorer, pack_patterns

__all__ = ["FilterExplorer", "pack_patterns"]
