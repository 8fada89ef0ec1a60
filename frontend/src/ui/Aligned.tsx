import { decimals, exact, type Maybe } from "@/format/number";

/** The width of a decimal point beside that of a digit. */
const POINT = 0.45;

type Props = { value: Maybe; most: number };

/** Every digit of a number, its decimal point in one line with those above and below. */
export function Aligned({ value, most }: Props) {
  const own = decimals(value);
  const point = own === 0 && most > 0 ? POINT : 0;
  return <span style={{ paddingInlineEnd: `${most - own + point}ch` }}>{exact(value)}</span>;
}
