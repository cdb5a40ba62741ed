"""LatentExplorer, a widget: see widget.py."""

from utils.widgets.latent_explorer.widget import LatentExplorer, parts

__all__ = ["LatentExplorer", "parts"]
