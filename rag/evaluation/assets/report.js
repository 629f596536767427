"use strict";
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll(".question")];
  const selects = [...form.querySelectorAll("select")];

  const show = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const failed = form.elements.failed.checked;
    let shown = 0;
    for (const row of rows) {
      const fits =
        selects.every((one) => !one.value || row.dataset[one.name] === one.value) &&
        words.every((word) => row.dataset.words.includes(word)) &&
        (!failed || row.dataset.reason !== "fine");
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${rows.length}`;
  };

  const fill = (event) => {
    for (const item of event.target.querySelectorAll("li[data-passage]:not([data-filled])")) {
      const text = document.getElementById(`p-${item.dataset.passage}`).textContent;
      item.append(document.createElement("br"), text);
      item.dataset.filled = "yes";
    }
  };

  document.getElementById("questions").addEventListener("toggle", fill, true);
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  if (location.hash) {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }
})();
