/** Numbers as people type them, on their way to the API. */

/** A number without grouping, with a point or a comma. */
export const NUMBER = /^\d{1,13}([.,]\d{1,9})?$/;

/**
 * Returns a number as it was typed. The API takes a text, too: 1234.50 says that hundredths were
 * displayed, which a number of JavaScript forgets.
 */
export function asTyped(text: string): number {
  return text.replace(",", ".") as unknown as number;
}

/** Returns a number as one would type it; nothing where there is none. */
export function typed(value: number | null): string {
  if (value === null) return "";
  return value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 9 });
}
