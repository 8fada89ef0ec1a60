import { type RefObject, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";

/** Takes the keyboard to the page each time another one is opened: from there it goes on. */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useLayoutEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    // A page may have taken it to a field of its own.
    if (main.current?.contains(document.activeElement)) return;
    main.current?.focus({ preventScroll: true });
  }, [main, pathname]);
}
