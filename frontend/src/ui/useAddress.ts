import { useCallback, useEffect, useRef } from "react";
import { type NavigateOptions, useSearchParams } from "react-router";

// Drawn at once: fields that show a part of the address must hold what was typed or chosen before
// the next key or click comes.
const INSTEAD: NavigateOptions = { replace: true, preventScrollReset: true, flushSync: true };

/**
 * Returns what the address says behind its `?`, and what changes it.
 *
 * A second change at the same moment is made of the one before and not of what is drawn, so that
 * none is lost.
 */
export function useAddress(): [
  URLSearchParams,
  (change: (before: URLSearchParams) => URLSearchParams) => void,
] {
  const [params, setParams] = useSearchParams();
  const coming = useRef<URLSearchParams | null>(null);
  useEffect(() => {
    if (coming.current?.toString() === params.toString()) coming.current = null;
  }, [params]);
  const change = useCallback(
    (make: (before: URLSearchParams) => URLSearchParams) => {
      const after = make(new URLSearchParams(coming.current ?? params));
      coming.current = after;
      setParams(after, INSTEAD);
    },
    [params, setParams],
  );
  return [params, change];
}

/** Returns what an address says with some parts changed; an empty one goes away. */
export function withParts(
  before: URLSearchParams,
  parts: Readonly<Record<string, string | null>>,
): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(parts)) {
    if (value) after.set(name, value);
    else after.delete(name);
  }
  return after;
}
