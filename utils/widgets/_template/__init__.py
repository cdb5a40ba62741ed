"""Template, a widget: see widget.py."""

from utils.widgets._template.widget import Template

__all__ = ["Template"]
