"""The course's widgets, and how to write one.

A widget is one Python class here and one JavaScript module in `js/`. The module runs unchanged in JupyterLab, in Colab (both
through anywidget) and in the static page (through `js/host.js`), where it works with the weights that ship with the book.

1. `js/thermometer.js`, an ES module::

        import { button, connect, element, mount, slider, weights } from "./kit.js";
        import { layer, softmax } from "./nn.js";
        import { lstmStep } from "./recurrent.js";

        async function render({ model, el }) {
          const root = mount(el);                                   // styles, once; the box the widget lives in
          const temperature = slider(model, "temperature", { label: "Temperature", min: 0, max: 2, step: 0.05 });
          root.append(temperature);
          const trained = await weights(model);                     // { "lstm/…/kernel": { shape, data }, …, meta }
          const lstm = layer(trained, "lstm");                      // { kernel, recurrent_kernel, bias }
          return connect(model, ["temperature"], draw);             // draws now and after each change; returns the cleanup
        }

        export default { render };

   `model` offers `get`, `set`, `on`, `off` and `save_changes`, nothing else. In the page its values may come from the address, that
   is from anybody: they have the type of the initial value, but take only what you can use. Write with `model.set(name, value)` followed by
   `model.save_changes()`; react to changes through `connect`, so that a value set from Python arrives the same way. Everything a
   mouse can do, keys and touch can do too. Colours come from the variables in `kit.js`, which know light and dark.

2. `thermometer.py`::

        class Thermometer(CourseWidget):
            _module = "thermometer.js"
            _about = "Here a thermometer shows how warm a distribution is."
            weights = traitlets.Unicode("char-lstm").tag(sync=True)     # utils/pretrained/char-lstm.bin
            temperature = traitlets.Float(1.0).tag(sync=True)

3. A line in `_EXPORTS` below, and tests: against Keras under Node, and every control in a browser.

In a notebook the widget is one line, `Thermometer()`. Weights are written by `export_weights(model, path, **meta)`.
A page without Python may say::

    :::{anywidget} ../../utils/widgets/js/thermometer.js
    { "weights": "char-lstm", "temperature": 0.5 }
    :::
"""

from importlib import import_module

_EXPORTS = {
    "CourseWidget": "base",
    "Frames": "frames",
    "Quiz": "quiz",
    "TemperatureSampler": "temperature_sampler",
    "LatentExplorer": "latent_explorer",
    "CapacityLab": "capacity_lab",
    "OptimizerRace": "optimizer_race",
    "BroadcastLab": "broadcast_lab",
    "ConvolutionLab": "convolution_lab",
    "DigitPad": "digit_pad",
    "FilterExplorer": "filter_explorer",
    "export_weights": "blobs",
    "load_weights": "blobs",
}
__all__ = list(_EXPORTS)


def __getattr__(name: str):
    """Import a widget when it is first asked for."""
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)


def __dir__() -> list[str]:
    return __all__
