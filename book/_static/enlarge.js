// A figure that stands smaller than it was drawn opens in full size by click, tap, Enter or Space; Escape closes it again.
(() => {
  const figures = [...document.querySelectorAll("article .cell_output img, article figure img, article p > img")];
  if (!figures.length) return;
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", "Enlarged figure");
  dialog.innerHTML =
    '<form method="dialog"><button>Close</button></form><div tabindex="0"><img class="enlarged-figure" alt=""></div>';
  const picture = dialog.querySelector("img");
  document.body.append(dialog);

  function open(figure) {
    const { naturalWidth: width, naturalHeight: height } = figure;
    const room = Math.min((0.9 * innerWidth) / width, (0.8 * innerHeight) / height);
    picture.style.width = `${width * Math.max(1, Math.min(room, 2))}px`; // never smaller than it was drawn: one scrolls instead
    picture.src = figure.currentSrc;
    picture.alt = figure.alt;
    dialog.showModal();
    picture.parentElement.focus(); // so that the arrow keys scroll
  }

  /** Only what is shown smaller than it is can be pressed: each such figure is one stop more for the keyboard. */
  function offer(figure) {
    const small = figure.clientWidth > 0 && figure.clientWidth < 0.95 * figure.naturalWidth;
    figure.classList.toggle("enlargeable", small);
    for (const [name, value] of Object.entries({ role: "button", tabindex: "0", title: "Enlarge" }))
      if (small) figure.setAttribute(name, value);
      else figure.removeAttribute(name);
  }

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) offer(target);
  });
  for (const figure of figures) {
    resized.observe(figure);
    figure.addEventListener("click", () => figure.classList.contains("enlargeable") && open(figure));
    figure.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault(); // the space bar would scroll the page
      open(figure);
    });
  }
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the figure
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the theme takes Escape for its search field
})();
