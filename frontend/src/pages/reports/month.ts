import { useSearchParams } from "react-router";

/** Returns the month of a date as 2026-03. */
export function monthOf(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

/** Returns the month so many months later. */
export function monthLater(month: string, months: number): string {
  const { year, number } = parts(month);
  return monthOf(new Date(year, number - 1 + months, 1));
}

/** Returns year and number of a month given as 2026-03. */
export function parts(month: string): { year: number; number: number } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return { year, number };
}

/** The month that is shown, in the address; the last one that is over where none is named. */
export function useMonth(): [string, (month: string) => void] {
  const [params, setParams] = useSearchParams();
  const named = params.get("month");
  const month = named && /^\d{4}-\d{2}$/.test(named) ? named : monthLater(monthOf(new Date()), -1);
  return [
    month,
    (wanted) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        after.set("month", wanted);
        return after;
      }),
  ];
}
