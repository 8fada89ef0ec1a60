/** Numbers as people read them, in their own locale. A missing number is a dash, never 0. */

export const MISSING = "–";

export type Maybe = number | null | undefined;

const formats = new Map<string, Intl.NumberFormat>();
const PLAIN = new Intl.NumberFormat("en", { maximumFractionDigits: 3, useGrouping: false });

function inLocale(value: number, options: Intl.NumberFormatOptions): string {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(navigator.languages as string[], options);
    formats.set(key, format);
  }
  return format.format(value);
}

/** Returns a number with a fixed count of decimals. */
export function fixed(value: Maybe, decimals: number): string {
  if (value === null || value === undefined) return MISSING;
  return inLocale(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** Returns a number with as many decimals as it has, at most three. */
export function exact(value: Maybe): string {
  if (value === null || value === undefined) return MISSING;
  return inLocale(value, { maximumFractionDigits: 3 });
}

/** Returns how many decimals `exact` prints of a number. */
export function decimals(value: Maybe): number {
  if (value === null || value === undefined) return 0;
  // Counted in Latin digits: others are written otherwise, and are as many.
  return PLAIN.format(value).split(".")[1]?.length ?? 0;
}

/** Returns how many decimals `exact` prints at most of the numbers of a column. */
export function mostDecimals(values: readonly Maybe[]): number {
  return values.reduce<number>((most, value) => Math.max(most, decimals(value)), 0);
}

/** Returns a number to its last digit of some worth: 0.1 gives it one decimal, 1 and above none. */
export function inSteps(value: Maybe, step: Maybe): string {
  if (!step) return exact(value);
  return fixed(value, Math.min(3, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))));
}

/** Returns a count. */
export function count(value: Maybe): string {
  return fixed(value, 0);
}

/** Returns a count of things with their name: 1 client, 2 clients. */
export function counted(value: Maybe, name: string): string {
  return `${count(value)} ${name}${value === 1 ? "" : "s"}`;
}

export type Quantity = { text: string; unit: string };

/** Returns power given in W as kW: two decimals, one from 100 kW on. */
export function power(watts: Maybe): Quantity {
  if (watts === null || watts === undefined) return { text: MISSING, unit: "kW" };
  return kilowatts(watts / 1000);
}

/** Returns power given in kW: two decimals, one from 100 kW on. */
export function kilowatts(value: Maybe): Quantity {
  if (value === null || value === undefined) return { text: MISSING, unit: "kW" };
  return { text: fixed(value, Math.abs(value) < 100 ? 2 : 1), unit: "kW" };
}

/** Returns energy given in kWh, from a million on in MWh. */
export function energy(kwh: Maybe): Quantity {
  if (kwh === null || kwh === undefined) return { text: MISSING, unit: "kWh" };
  if (Math.abs(kwh) >= 1_000_000) return { text: fixed(kwh / 1000, 0), unit: "MWh" };
  return { text: fixed(kwh, Math.abs(kwh) < 100 ? 1 : 0), unit: "kWh" };
}

/** Returns what writes the energies of a column in kWh: all with as many decimals, at least one. */
export function energies(values: readonly Maybe[]): (value: Maybe) => string {
  const most = Math.max(1, mostDecimals(values));
  return (value) => fixed(value, most);
}

/** Returns energy in kWh without its unit, for columns: all with one decimal, below each other. */
export function kwh(value: Maybe): string {
  return fixed(value, 1);
}

/** Returns a quantity with its unit behind it. */
export function withUnit({ text, unit }: Quantity): string {
  return `${text} ${unit}`;
}

/** Returns a change in percent, with its sign. */
export function change(percent: Maybe): string {
  if (percent === null || percent === undefined) return MISSING;
  const text = inLocale(Math.abs(percent), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  if (percent === 0) return `${text}%`;
  return `${percent > 0 ? "+" : "−"}${text}%`;
}

/** Returns a share in percent without decimals. */
export function percent(value: Maybe): string {
  return value === null || value === undefined ? MISSING : `${fixed(value, 0)}%`;
}

/** Returns a size in bytes. */
export function bytes(value: Maybe): string {
  if (value === null || value === undefined) return MISSING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${fixed(amount, unit === 0 || amount >= 100 ? 0 : 1)} ${units[unit]}`;
}
