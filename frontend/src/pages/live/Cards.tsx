import { useElementSize } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useState } from "react";
import type { LiveRow } from "@/live/store";
import { tellWhole } from "@/ui/tellWhole";
import { usePrinting } from "@/ui/usePrinting";
import styles from "./Cards.module.css";
import { MeterCard } from "./MeterCard";

const GAP = 12;
const NARROWEST = 264;
const HEIGHT = 136;

/** The endpoints as cards; only those on the screen are in the page. */
export function Cards({ rows }: { rows: readonly LiveRow[] }) {
  const { ref, width } = useElementSize();
  const [top, setTop] = useState(0);
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (frame) setTop(frame.getBoundingClientRect().top + window.scrollY);
  }, [frame]);
  const columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const isPrinting = usePrinting();
  const virtual = useWindowVirtualizer({
    count: width ? Math.ceil(rows.length / columns) : 0,
    estimateSize: () => HEIGHT + GAP,
    overscan: 2,
    scrollMargin: top,
  });
  if (isPrinting) {
    return (
      <ul className={styles.paper} aria-label="Meters">
        {rows.map(({ endpointId }) => (
          <li key={endpointId} style={{ height: HEIGHT }}>
            <MeterCard id={endpointId} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div ref={setFrame}>
      <ul
        ref={ref}
        className={styles.cards}
        aria-label="Meters"
        onPointerOver={tellWhole}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().flatMap(({ index, start }) =>
          rows.slice(index * columns, (index + 1) * columns).map((row, column) => (
            <li
              key={row.endpointId}
              className={styles.place}
              style={{
                height: HEIGHT,
                width: `calc((100% - ${(columns - 1) * GAP}px) / ${columns})`,
                insetInlineStart: `calc((100% + ${GAP}px) / ${columns} * ${column})`,
                transform: `translateY(${start - top}px)`,
              }}
            >
              <MeterCard id={row.endpointId} />
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
