import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { HowFar } from "./watch";

type Work<O, T> = (order: O, tell: (howFar: HowFar) => void, signal: AbortSignal) => Promise<T>;

/** Long work that tells how far it is and can be cancelled; what was done by then stays. */
export function useWatched<O, T>(work: Work<O, T>, onEnd: () => void) {
  const [howFar, setHowFar] = useState<HowFar | null>(null);
  const control = useRef<AbortController | null>(null);
  const run = useMutation({
    mutationFn: (order: O) => {
      control.current = new AbortController();
      setHowFar(null);
      return work(order, setHowFar, control.current.signal);
    },
    onSettled: onEnd,
  });
  return {
    ...run,
    howFar,
    cancel: () => control.current?.abort(),
    isCancelled: run.error?.name === "AbortError",
  };
}
