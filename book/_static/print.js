// Paper is white: a dark page is printed in its light colours.
addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement;
  if (dataset.theme !== "dark") return;
  dataset.theme = "light";
  const restore = () => {
    dataset.theme = "dark";
  };
  addEventListener("afterprint", restore, { once: true });
});
