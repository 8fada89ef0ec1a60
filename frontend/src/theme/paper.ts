const SCHEME = "data-mantine-color-scheme";

/** Lets the page be printed in light colours, also for who reads it in dark ones. */
export function printInLight(): void {
  const page = document.documentElement;
  let before: string | null = null;
  addEventListener("beforeprint", () => {
    before ??= page.getAttribute(SCHEME);
    page.setAttribute(SCHEME, "light");
  });
  addEventListener("afterprint", () => {
    if (before) page.setAttribute(SCHEME, before);
    before = null;
  });
}
