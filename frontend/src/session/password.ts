export const LONG_ENOUGH = "At least 12 characters.";

/** Returns what is wrong with the length of a password; the server checks the rest. */
export function longEnough(password: string): string | null {
  return password.length >= 12 ? null : LONG_ENOUGH;
}

/** Returns what is wrong with the second of two passwords. */
export function isTheSame(again: string, values: { password: string }): string | null {
  return again === values.password ? null : "The two passwords differ.";
}
