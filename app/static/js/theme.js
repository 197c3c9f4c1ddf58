// Before the first paint: dark when the machine is dark and nothing else was chosen.
const root = document.documentElement;
if (!root.dataset.bsTheme) root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
root.classList.add("js");
