/** Moments and ages as people read them, in their locale and in the zone that is asked for. */
import { count, fixed, MISSING } from "./number";

const formats = new Map<string, Intl.DateTimeFormat>();

function inZone(at: Date, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone}${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(navigator.languages as string[], {
      ...options,
      ...(zone ? { timeZone: zone } : {}),
    });
    formats.set(key, format);
  }
  return format.format(at);
}

type Moment = string | Date | null | undefined;

function dateOf(at: Moment): Date | null {
  if (at === null || at === undefined) return null;
  return typeof at === "string" ? new Date(at) : at;
}

/** Returns date and time to the minute, in a zone. */
export function moment(at: Moment, zone?: string): string {
  const date = dateOf(at);
  if (!date) return MISSING;
  return inZone(date, zone, { dateStyle: "medium", timeStyle: "short" });
}

/** Returns date and time to the minute, with the zone's short name: for a time that stands alone. */
export function zoned(at: Moment, zone?: string): string {
  return dateOf(at) ? `${moment(at, zone)} ${zoneName(zone, at)}` : MISSING;
}

/** Returns date and time to the second with the zone's short name: for evidence. */
export function exactMoment(at: Moment, zone?: string): string {
  const date = dateOf(at);
  if (!date) return MISSING;
  return inZone(date, zone, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

/** Returns the day of a moment, in a zone. */
export function day(at: Moment, zone?: string): string {
  const date = dateOf(at);
  return date ? inZone(date, zone, { dateStyle: "medium" }) : MISSING;
}

/** Returns the time of day of a moment, in a zone. */
export function clock(at: Moment, zone?: string): string {
  const date = dateOf(at);
  return date ? inZone(date, zone, { hour: "2-digit", minute: "2-digit" }) : MISSING;
}

/** Returns the name of a month given as 2026-03. */
export function monthName(month: string, style: "long" | "short" = "long"): string {
  const [year, number] = month.split("-").map(Number);
  const first = new Date(Date.UTC(year ?? 1970, (number ?? 1) - 1, 1));
  return inZone(
    first,
    "UTC",
    style === "long" ? { year: "numeric", month: "long" } : { month: "short" },
  );
}

/** Returns the month of a moment in a zone, as 2026-03. */
export function monthOf(at: Moment, zone?: string): string {
  return (wall(at, zone) ?? "").slice(0, 7);
}

/** Returns the hour of a moment in a zone, from 0 to 23. */
export function hourOf(at: Moment, zone?: string): number {
  return Number((wall(at, zone) ?? "").slice(11, 13));
}

/** Returns what calendar and clock show at a moment in a zone, as 2026-03-01T14:05. */
export function wall(at: Moment, zone?: string): string | null {
  const date = dateOf(at);
  if (!date) return null;
  const key = `wall${zone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...(zone ? { timeZone: zone } : {}),
    });
    formats.set(key, format);
  }
  const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/**
 * Returns the moment at which calendar and clock of a zone show something (2026-03-01T14:05).
 *
 * Of an hour that is there twice it is the first; of one that is not there, the one after it.
 */
export function atWall(text: string, zone?: string): Date | null {
  const asUtc = Date.parse(`${text}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  const shift = (at: number) => Date.parse(`${wall(new Date(at), zone)}:00Z`) - at;
  const guesses = [asUtc - shift(asUtc - DAY), asUtc - shift(asUtc + DAY)];
  const right = guesses.filter((at) => wall(new Date(at), zone) === text);
  return new Date(right.length > 0 ? Math.min(...right) : Math.max(...guesses));
}

/** Returns what stands under a chart at a moment: its month, its day, or its time of day. */
export function tick(
  at: Moment,
  zone: string | undefined,
  length: "month" | "day" | "hour",
): string {
  const date = dateOf(at);
  if (!date) return MISSING;
  const text = wall(date, zone) ?? "";
  if (length === "month") {
    const isNewYear = text.slice(5, 7) === "01";
    return inZone(date, zone, isNewYear ? { month: "short", year: "numeric" } : { month: "short" });
  }
  if (length === "day" || text.endsWith("T00:00")) {
    return inZone(date, zone, { day: "numeric", month: "short" });
  }
  return clock(date, zone);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Returns how long ago something was: now, 3 min ago, 11 h ago, 4 d ago. */
export function ago(at: Moment, now: number): string {
  const date = dateOf(at);
  if (!date) return "never";
  const age = now - date.getTime();
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${Math.floor(age / DAY)} d ago`;
}

/** Returns a duration given in milliseconds. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return MISSING;
  if (milliseconds < 1000) return `${count(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${fixed(milliseconds / 1000, 1)} s`;
  // Rounded before it is parted: 119.6 s are 2 min 0 s.
  const seconds = Math.round(milliseconds / 1000);
  return `${count(Math.floor(seconds / 60))} min ${count(seconds % 60)} s`;
}

/**
 * Returns the short name of a zone at a moment, else now, such as CET; its full name where there is
 * no short one. Until another moment it may have two: CEST/CET.
 */
export function zoneName(zone: string | undefined, from?: Moment, to?: Moment): string {
  const first = dateOf(from) ?? new Date();
  const length = (dateOf(to) ?? first).getTime() - first.getTime();
  // A year has two changes: the ends alone would not tell them.
  const times = [0, 1, 2, 3, 4].map((part) => new Date(first.getTime() + (length * part) / 4));
  return [...new Set(times.map((at) => nameAt(zone, at)))].join("/");
}

function nameAt(zone: string | undefined, at: Date): string {
  // English of America knows GMT+1 where that of Europe knows CET.
  const names = [navigator.languages as string[], "en-GB"].map((language) =>
    shortName(zone, at, language),
  );
  return names.find((name) => !/[+-]/.test(name)) ?? zone ?? names[0] ?? "";
}

function shortName(zone: string | undefined, at: Date, language: string | string[]): string {
  const parts = new Intl.DateTimeFormat(language, {
    timeZoneName: "short",
    ...(zone ? { timeZone: zone } : {}),
  }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}
