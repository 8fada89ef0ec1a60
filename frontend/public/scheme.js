// Sets dark or light before the first paint; a script of its own, since inline ones are forbidden.
(() => {
  const kept = localStorage.getItem("mantine-color-scheme-value");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const scheme = kept === "dark" || kept === "light" ? kept : system;
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();
