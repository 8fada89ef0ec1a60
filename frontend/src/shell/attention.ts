import { useLiveTotals } from "@/live/LiveProvider";

/** Returns how many endpoints need attention now, as the API counts them. */
export function useAttention(): number {
  return useLiveTotals()?.needAttention ?? 0;
}
