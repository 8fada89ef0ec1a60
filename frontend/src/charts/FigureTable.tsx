import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import styles from "./FigureTable.module.css";

/** The figures of a chart as a table; rows are made when they are seen. */
export type Figures = {
  /** The heads of the columns, that of the names of the rows first. */
  heads: readonly string[];
  count: number;
  /** Returns a row's name and its figures. */
  row: (place: number) => readonly string[];
  /** Whether the last row adds up the others. */
  hasTotal?: boolean;
};

const HEIGHT = 32;
const TALLEST = 380;

type Props = Figures & {
  /** What it lists, for those who do not see it. */
  label: string;
};

/** A table of many figures in a frame of its own; only what is seen of it is in the page. */
export function FigureTable({ label, heads, count, row, hasTotal = false }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count,
    estimateSize: () => HEIGHT,
    getScrollElement: () => scroller.current,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const tallest = Math.min(TALLEST, (count + 1) * HEIGHT + 2);
  return (
    <section
      ref={scroller}
      className={styles.scroller}
      aria-label={label}
      style={{ maxHeight: Math.max(tallest, HEIGHT * 2), minHeight: Math.min(tallest, 120) }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
      tabIndex={0}
    >
      <table className={styles.table} aria-label={label} aria-rowcount={count + 1}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} columns={heads.length} />
          {shown.map(({ index }) => {
            const [name, ...figures] = row(index);
            return (
              <tr key={index} data-total={(hasTotal && index === count - 1) || undefined}>
                <th scope="row" title={name}>
                  <div className={styles.name}>{name}</div>
                </th>
                {figures.map((figure, place) => (
                  <td key={heads[place + 1]}>{figure}</td>
                ))}
              </tr>
            );
          })}
          <Gap height={after} columns={heads.length} />
        </tbody>
      </table>
    </section>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} className={styles.gap} style={{ height }} />
    </tr>
  );
}
