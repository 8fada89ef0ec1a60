/** Month and day names of calendars in the reader's language, as the browser knows them. */
import dayjs from "dayjs";

const NAME = "reader";
const SUNDAY = new Date(2023, 0, 1);

type Width = "long" | "short" | "narrow";

function inLanguage(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(navigator.languages as string[], options).format(date);
}

function months(month: Width): string[] {
  return Array.from({ length: 12 }, (_, index) => inLanguage(new Date(2023, index, 1), { month }));
}

function weekdays(weekday: Width): string[] {
  return Array.from({ length: 7 }, (_, index) => {
    const day = new Date(SUNDAY);
    day.setDate(SUNDAY.getDate() + index);
    return inLanguage(day, { weekday });
  });
}

/** Makes the names known; returns what calendars call this language. */
export function calendarLanguage(): string {
  const names = {
    name: NAME,
    months: months("long"),
    monthsShort: months("short"),
    weekdays: weekdays("long"),
    weekdaysShort: weekdays("short"),
    weekdaysMin: weekdays("narrow"),
    ordinal: (count: number) => String(count),
    formats: {},
    relativeTime: {},
  };
  dayjs.locale(names as unknown as ILocale, undefined, true);
  return NAME;
}
