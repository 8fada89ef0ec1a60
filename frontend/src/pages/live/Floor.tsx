import { useMemo } from "react";
import { power, withUnit } from "@/format/number";
import { useLiveTotals } from "@/live/LiveProvider";
import type { LiveRow } from "@/live/store";
import { Card } from "@/ui/Card";
import { type EndpointStatus, STATUS } from "@/ui/Status";
import styles from "./Floor.module.css";
import { FloorRow } from "./FloorRow";
import { placeOf } from "./filter";

/** The colours of what is wrong, and all that each stands for. */
const SHOWN: readonly EndpointStatus[][] = [
  ["high"],
  ["stale", "busy"],
  ["failing"],
  ["disabled", "never"],
];

/** The halls with their rows of racks; colour tells the load, or what is wrong. */
export function Floor({ rows }: { rows: readonly LiveRow[] }) {
  const halls = useMemo(() => hallsOf(rows), [rows]);
  const totals = useLiveTotals();
  const loads = new Map(totals?.places.map((place) => [place.name, place.power]));
  return (
    <>
      <ul className={styles.legend} aria-label="Colours">
        <li>
          <span className={styles.scale} aria-hidden />
          load, 0 to 100% of the breaker
        </li>
        {SHOWN.map((statuses) => (
          <li key={toneOf(statuses)}>
            <span className={styles.rack} data-tone={toneOf(statuses)} aria-hidden />
            {inWords(statuses)}
          </li>
        ))}
      </ul>
      <div className={styles.halls}>
        {halls.map(([hall, lines]) => (
          <Card
            key={hall}
            title={hall}
            actions={<span className={styles.load}>{withUnit(power(loads.get(hall)))}</span>}
          >
            <div className={styles.lines}>
              {lines.map(([line, racks]) => (
                <FloorRow key={line} name={line} racks={racks} />
              ))}
            </div>
          </Card>
        ))}
      </div>
    </>
  );
}

function toneOf([status = "never"]: readonly EndpointStatus[]): string {
  return STATUS[status].tone;
}

function inWords([first = "never", ...others]: readonly EndpointStatus[]): string {
  const words = others.map((status) => STATUS[status].word.toLowerCase());
  return [STATUS[first].word, ...words].join(" or ");
}

type Lines = [string, LiveRow[]][];

/** Returns the halls by name, each with its rows by name, each with its racks in order. */
function hallsOf(rows: readonly LiveRow[]): [string, Lines][] {
  const halls = new Map<string, Map<string, LiveRow[]>>();
  for (const row of rows) {
    const hall = placeOf(row.location);
    const lines = halls.get(hall) ?? new Map<string, LiveRow[]>();
    halls.set(hall, lines);
    const line = lineOf(row.location);
    lines.set(line, [...(lines.get(line) ?? []), row]);
  }
  return sorted(halls).map(([hall, lines]) => [hall, sorted(lines)]);
}

/** Returns the row of a location such as "Hall 1, row A, rack A01": A. */
function lineOf(location: string | null): string {
  const part = location?.split(",")[1]?.trim() ?? "";
  return part.replace(/^row\s+/i, "") || "–";
}

function sorted<T>(map: Map<string, T>): [string, T][] {
  const order = new Intl.Collator(undefined, { numeric: true });
  return [...map].sort(([a], [b]) => order.compare(a, b));
}
