// On a narrow screen a table that is wider than its place is folded: one block for each row, one line for each cell, with its
// column's name before it. course.css draws it so.
(() => {
  const NARROW = 640; // px: the column of text on a phone, and on a laptop at 200 %
  const ROLES = { thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };

  function label(table) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    for (const row of table.tBodies[0].rows)
      [...row.cells].forEach((cell, column) => {
        cell.dataset.label = names[column];
        cell.classList.toggle("empty", !cell.textContent.trim());
      });
    table.setAttribute("role", "table"); // what is drawn as a block is no table to a screen reader otherwise
    for (const [tag, role] of Object.entries(ROLES))
      for (const part of table.querySelectorAll(tag)) part.setAttribute("role", role);
  }

  function fold(box) {
    const table = box.querySelector("table");
    table.classList.remove("folded");
    table.style.width = "max-content";
    const wide = table.offsetWidth > box.clientWidth;
    table.style.width = "";
    table.classList.toggle("folded", wide && box.clientWidth < NARROW);
  }

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) fold(target);
  });
  for (const box of document.querySelectorAll(".pst-scrollable-table-container")) {
    const table = box.querySelector("table");
    if (!table?.tHead || !table.tBodies.length || table.classList.contains("dataframe")) continue;
    label(table);
    resized.observe(box);
  }
})();
