"""ConvolutionLab, a widget: see widget.py."""

from utils.widgets.convolution_lab.widget import ConvolutionLab

__all__ = ["ConvolutionLab"]
