// Draws the page's plotly figures. plotly.js (4.8 MB) loads only when the first of them comes near the view.
(() => {
  const here = document.currentScript.src;
  const hover = matchMedia("(hover: hover)").matches ? "hover" : false; // on a phone the buttons would always hide the title
  let library;
  const plotly = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("plotly/plotly.min.js", here).href;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.min.js is missing from this copy of the book."));
      document.head.append(script);
    }));

  async function draw(box) {
    const { data, layout } = JSON.parse(box.querySelector("script").textContent);
    const plot = document.createElement("div");
    try {
      const Plotly = await plotly();
      box.append(plot);
      await Plotly.newPlot(plot, data, layout, { responsive: true, displaylogo: false, displayModeBar: hover });
    } catch (error) {
      box.textContent = `This figure cannot be drawn: ${error.message}`;
    }
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "300px" },
  );
  for (const box of document.querySelectorAll(".plotly-figure")) seen.observe(box);
})();
