import type { Palette } from "./palette";

const FONT = "'Inter Variable', sans-serif";

/** Returns how axes look in all charts. */
export function axisLook({ dim, line }: Palette) {
  return {
    axisLabel: { color: dim, fontFamily: FONT, fontSize: 12 },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: line } },
  };
}

/** Returns how tooltips look in all charts; they are painted, for the policy allows no HTML. */
export function tooltipLook({ surface, line, text }: Palette) {
  return {
    renderMode: "richText" as const,
    backgroundColor: surface,
    borderColor: line,
    borderWidth: 1,
    padding: [7, 10],
    textStyle: { color: text, fontFamily: FONT, fontSize: 12.5 },
    confine: true,
    transitionDuration: 0,
  };
}
