import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useState } from "react";

/** The places of the rows that stand in the page, and the heights of those before and behind. */
type InPage = { places: number[]; before: number; after: number };

/** Returns of any number of rows those on the screen and some around them; all for paper. */
export function useRowsInPage(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  isPrinting: boolean,
): InPage {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const box = body.current?.getBoundingClientRect();
      if (box) setTop(Math.round(box.top + window.scrollY));
    };
    measure();
    // What stands above may come later than the table, and moves it.
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [body]);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
  });
  if (isPrinting)
    return { places: Array.from({ length: count }, (_, at) => at), before: 0, after: 0 };
  const shown = virtual.getVirtualItems();
  return {
    places: shown.map(({ index }) => index),
    before: (shown[0]?.start ?? top) - top,
    after: virtual.getTotalSize() - ((shown.at(-1)?.end ?? top) - top),
  };
}
