import type uPlot from "uplot";
import styles from "./TimeChart.module.css";

export type TooltipLine = { name: string; text: string; colour: string };
export type TooltipText = { head: string; lines: readonly TooltipLine[]; more: number };

const AWAY = 14;

/** A box that follows the cursor and tells the figures there. */
export class Tooltip {
  readonly #box = document.createElement("div");

  constructor(plot: uPlot) {
    this.#box.className = styles.tooltip ?? "";
    this.#box.hidden = true;
    plot.over.append(this.#box);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  show(plot: uPlot, { head, lines, more }: TooltipText): void {
    const rows = lines.map(({ name, text, colour }) => {
      const swatch = element("span", styles.swatch);
      swatch.style.backgroundColor = colour;
      const row = element("div", styles.line);
      row.append(swatch, element("span", styles.name, name), element("b", undefined, text));
      return row;
    });
    if (more > 0) rows.push(element("div", styles.head, `and ${more} more`));
    this.#box.replaceChildren(element("div", styles.head, head), ...rows);
    this.#box.hidden = false;
    this.#place(plot);
  }

  #place(plot: uPlot): void {
    const { left = 0, top = 0 } = plot.cursor;
    const { width, height } = plot.over.getBoundingClientRect();
    const [own, high] = [this.#box.offsetWidth, this.#box.offsetHeight];
    const isRoomAtRight = left + AWAY + own <= width;
    const x = isRoomAtRight ? left + AWAY : Math.max(0, left - AWAY - own);
    const y = Math.max(0, Math.min(top - high / 2, height - high));
    this.#box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}

function element(tag: string, style: string | undefined, text?: string): HTMLElement {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text !== undefined) made.textContent = text;
  return made;
}
