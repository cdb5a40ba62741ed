// Paper is white: a dark page is printed in its light colours. Loaded before the widgets: they paint when the theme has changed.
addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement;
  if (dataset.theme !== "dark") return;
  dataset.theme = "light";
  const restore = () => {
    dataset.theme = "dark";
  };
  addEventListener("afterprint", restore, { once: true });
});
