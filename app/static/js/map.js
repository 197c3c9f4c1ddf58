// A map by keyboard and by clicking: each way is a link of the page, the script only follows it. A click beside the
// points shows what lies there from nearer.
"use strict";
(() => {
  const WAYS = { "+": "in", "=": "in", "-": "out", ArrowLeft: "west", ArrowRight: "east", ArrowUp: "north", ArrowDown: "south", 0: "all" };
  // The map keeps the keyboard from one picture to the next.
  const go = (address) => location.assign(`${address}#map`);

  document.addEventListener("keydown", (event) => {
    const map = event.target.closest?.("#map");
    const way = map && !event.ctrlKey && !event.metaKey && !event.altKey && WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    go(map.querySelector(`[data-way=${way}]`).href);
  });

  document.addEventListener("click", (event) => {
    const picture = event.target.closest?.(".map-picture");
    if (!picture || event.target.closest("a")) return;
    const map = picture.closest("#map");
    const [longitude, latitude, span] = map.dataset.view.split(",").map(Number);
    const box = picture.getBoundingClientRect();
    const east = longitude + ((event.clientX - box.left) / box.width - 0.5) * span;
    const north = latitude - ((event.clientY - box.top) / box.height - 0.5) * Number(map.dataset.high);
    const there = new URL(map.querySelector("[data-way=in]").href);
    const nearer = there.searchParams.get("page").split(",")[2];
    there.searchParams.set("page", `${east.toFixed(6)},${north.toFixed(6)},${nearer}`);
    go(there);
  });
})();
