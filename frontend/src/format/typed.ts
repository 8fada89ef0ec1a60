/** Numbers as people type them, on their way to the API. */

const NUMBER = /^\d{1,13}([.,]\d{1,9})?$/;
const GROUPED = /^[1-9]\d{0,2}[.,]\d{3}$/;
const READER = new Intl.NumberFormat(navigator.languages as string[], {
  // Digits that every field takes.
  numberingSystem: "latn",
  maximumFractionDigits: 9,
  useGrouping: true,
});
const GROUPS = READER.formatToParts(1_234_567).find(({ type }) => type === "group")?.value ?? " ";

/**
 * Whether a text is a number without grouping, with a point or a comma.
 *
 * 12,345 is twelve thousand to some readers and twelve to others: it is no number to those who
 * group digits by that sign.
 */
export function isNumber(text: string): boolean {
  return NUMBER.test(text) && !(GROUPED.test(text) && text.includes(GROUPS));
}

/**
 * Returns a number as it was typed. The API takes a text, too: 1234.50 says that hundredths were
 * displayed, which a number of JavaScript forgets.
 */
export function asTyped(text: string): number {
  return text.replace(",", ".") as unknown as number;
}

/** Returns a number as the reader would type it; nothing where there is none. */
export function typed(value: number | null): string {
  if (value === null) return "";
  const parts = READER.formatToParts(value).filter(({ type }) => type !== "group");
  return parts.map(({ value: text }) => text).join("");
}
