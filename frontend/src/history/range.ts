import type { Schemas } from "@/api/client";
import { day } from "@/format/time";

export type Step = Schemas["BucketLength"];
export type Quick = "24h" | "7d" | "30d" | "12mo";

/** Which time is shown: up to now, or from one local date to another, both included. */
export type Range = { quick: Quick } | { from: string; to: string };

type Span = { word: string; title: string; days: number; step: Step };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const QUICK: Record<Quick, Span> = {
  "24h": { word: "24 h", title: "last 24 hours", days: 1, step: "quarter" },
  "7d": { word: "7 d", title: "last 7 days", days: 7, step: "hour" },
  "30d": { word: "30 d", title: "last 30 days", days: 30, step: "hour" },
  "12mo": { word: "12 mo", title: "last 12 months", days: 365, step: "day" },
};

/** The API tells at most 3,000 buckets at once; so many days have no more of each step. */
const LONGEST: Record<Step, number> = { quarter: 31, hour: 124, day: 2900, month: 36_500 };
const STEPS = Object.keys(LONGEST) as Step[];
/** A date of the years that the API takes; one that is being typed begins with others. */
const DATE = /^2[01]\d{2}-\d{2}-\d{2}$/;

/** Returns the range that an address names, else a quick one. */
export function rangeOf(params: URLSearchParams, otherwise: Quick): Range {
  const [from, to] = [params.get("from") ?? "", params.get("to") ?? ""];
  if (isRange(from, to)) return { from, to };
  const quick = params.get("range") ?? "";
  return { quick: quick in QUICK ? (quick as Quick) : otherwise };
}

/** Whether two dates are from one to another. */
export function isRange(from: string, to: string): boolean {
  return DATE.test(from) && DATE.test(to) && from <= to;
}

/** Writes a range into an address. */
export function writeRange(params: URLSearchParams, range: Range): void {
  for (const name of ["range", "from", "to"]) params.delete(name);
  if ("quick" in range) params.set("range", range.quick);
  else {
    params.set("from", range.from);
    params.set("to", range.to);
  }
}

/** Returns the steps in which a range can be told. */
export function stepsFor(range: Range): Step[] {
  const days = lengthOf(range);
  return STEPS.filter((step) => days <= LONGEST[step]);
}

/** Returns a range in words, as they stand behind a comma. */
export function titleOf(range: Range): string {
  if ("quick" in range) return QUICK[range.quick].title;
  const [from, to] = [range.from, range.to].map((date) => day(`${date}T12:00:00Z`, "UTC"));
  return from === to ? `${from}` : `${from} – ${to}`;
}

/**
 * Returns the step that shows a range best.
 *
 * Of everything together, days are told from sums that are there; finer ones from every reading.
 */
export function bestStep(range: Range, isOfAll = false): Step {
  if (isOfAll && lengthOf(range) >= QUICK["7d"].days) return "day";
  if ("quick" in range) return QUICK[range.quick].step;
  const days = lengthOf(range);
  if (days <= 2) return "quarter";
  if (days <= 62) return "hour";
  return days <= LONGEST.day ? "day" : "month";
}

/** Returns a range as the API takes it, now. Ranges up to now begin where a bucket does. */
export function asked(range: Range, step: Step): { from: string; to?: string } {
  if (!("quick" in range)) return range;
  const start = Date.now() - QUICK[range.quick].days * DAY;
  if (step === "day" || step === "month") return { from: localDate(new Date(start + DAY)) };
  return { from: new Date(Math.floor(start / HOUR) * HOUR).toISOString() };
}

/** Returns the twelve months that end with a range, or all of its own where these are more. */
export function monthsUpTo(range: Range): { from: string; to?: string } {
  if ("quick" in range) return { from: monthsAgo(11) };
  const [year = 0, month = 1] = range.to.split("-").map(Number);
  const first = localDate(new Date(year, month - 12, 1));
  const last = localDate(new Date(year, month, 0));
  const from = range.from < first ? `${range.from.slice(0, 7)}-01` : first;
  return last < localDate(new Date()) ? { from, to: last } : { from };
}

/** Returns the first day of the month some months ago. */
export function monthsAgo(count: number): string {
  const now = new Date();
  return localDate(new Date(now.getFullYear(), now.getMonth() - count, 1));
}

export function localDate(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function lengthOf(range: Range): number {
  if ("quick" in range) return QUICK[range.quick].days;
  return (Date.parse(range.to) - Date.parse(range.from)) / DAY + 1;
}
