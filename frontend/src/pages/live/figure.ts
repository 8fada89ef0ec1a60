import type { LiveRow } from "@/live/store";

/** Whether power read lately is still what flows now; where reads fail it is a dash, never 0. */
export function hasFigure({ status }: LiveRow): boolean {
  return status !== "failing" && status !== "disabled" && status !== "never";
}
