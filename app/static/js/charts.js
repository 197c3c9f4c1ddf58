// Charts of reports. `data-chart` says what is drawn; the library is fetched when one comes into sight.
"use strict";

(() => {
  const sheets = [...document.querySelectorAll("[data-chart]")];
  const drawn = new Map();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function options({ kind, lines, series }) {
    const [ink, soft, line, paper] = ["--ink", "--ink-soft", "--line", "--paper"].map(colour);
    return {
      animation: false,
      color: [1, 2, 3, 4, 5, 6].map((number) => colour(`--chart-${number}`)),
      textStyle: { color: soft, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 12, itemHeight: 12, icon: "roundRect" },
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: paper, borderColor: line, textStyle: { color: ink } },
      xAxis: { type: "category", data: lines, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } }, axisLabel: { color: soft } },
      series: series.map(({ name, values }) => ({ type: kind, name, data: values, barMaxWidth: 28, symbolSize: 6 })),
    };
  }

  function draw(sheet) {
    const chart = drawn.get(sheet) || echarts.init(sheet);
    drawn.set(sheet, chart);
    chart.setOption(options(JSON.parse(sheet.dataset.chart)), true);
  }

  let library = null;
  const fetched = (address) =>
    (library ||= new Promise((done, lost) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", lost);
      document.head.append(script);
    }));

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      sight.unobserve(entry.target);
      fetched(entry.target.dataset.library).then(() => draw(entry.target), () => entry.target.closest(".chart").remove());
    }
  }, { rootMargin: "200px" });
  sheets.forEach((sheet) => sight.observe(sheet));

  // Light or dark, wide or narrow: drawn anew, from the style sheet's own colours.
  new MutationObserver(() => drawn.forEach((_, sheet) => draw(sheet))).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
})();
