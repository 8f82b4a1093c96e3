"use strict";

// Pictures: text and grid take the page's colours, and take them again when the theme changes.
function draw(name) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const figure = JSON.parse(document.getElementById(name + "-figure").textContent);
  const layout = figure.layout;
  const axis = { gridcolor: line, linecolor: line, tickcolor: line, zeroline: false };
  const narrow = document.getElementById(name).clientWidth < 480;
  layout.font = { color: ink, size: narrow ? 11 : 13, family: getComputedStyle(document.body).fontFamily };
  for (const key of ["xaxis", "xaxis2", "yaxis"])
    if (layout[key]) {
      Object.assign(layout[key], axis);
      if (layout[key].title) layout[key].title.font = { size: layout.font.size };
    }
  if (narrow)
    for (const trace of figure.data)
      if (trace.mode === "markers+text" && trace.meta !== "few") trace.mode = "markers";
  if (narrow && layout.xaxis2) layout.xaxis2.nticks = 4;
  Plotly.react(name, figure.data, layout, { responsive: true, displaylogo: false, displayModeBar: false });
}
const pictures = [...document.querySelectorAll(".plot")].map((place) => place.id);
pictures.forEach(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => pictures.forEach(draw));

// Table: a click on a header sorts by it, a second one the other way; empty cells stay last.
// Numbers begin with the largest, names with the first.
const table = document.getElementById("summary");
const heads = [...table.tHead.rows[1].cells];
heads.forEach((head, column) => head.addEventListener("click", () => {
  const sorted = head.getAttribute("aria-sort");
  const down = sorted ? sorted === "ascending" : column > 0;
  const value = (row) => row.cells[column].dataset.value;
  const order = (a, b) => {
    const x = value(a), y = value(b);
    if (x === "" || y === "") return (x === "") - (y === "");
    const by = column === 0 ? x.localeCompare(y, undefined, { numeric: true }) : x - y;
    return down ? -by : by;
  };
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
}));
