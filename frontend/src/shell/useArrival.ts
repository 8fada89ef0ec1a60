import { type RefObject, useLayoutEffect, useRef } from "react";
import { useLocation, useNavigationType } from "react-router";

/** Takes the keyboard to each page that is opened, and the eye to its top; on the way back both stay. */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const before = useRef(pathname);
  useLayoutEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    if (kind !== "POP") window.scrollTo(0, 0);
    // A page may have taken it to a field of its own, or something stands open before it.
    const { activeElement } = document;
    if (main.current?.contains(activeElement) || activeElement?.closest("[role=dialog]")) return;
    main.current?.focus({ preventScroll: true });
  }, [main, pathname, kind]);
}
