import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

let openings = 0;
const DAY = 86_400_000;

/**
 * Reads what a form is about to change, once for each time that it is opened.
 *
 * What was read stays as it was shown, also while its pages wait for somebody to sign in again:
 * the form would begin anew with another.
 */
export function useEdited<T>(key: readonly unknown[], read: () => Promise<T>) {
  const [opening] = useState(() => {
    openings += 1;
    return openings;
  });
  return useQuery({
    queryKey: ["edited", ...key, opening],
    queryFn: read,
    // Only the form itself has it read anew.
    enabled: ({ state }) => state.data === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: DAY,
  });
}
