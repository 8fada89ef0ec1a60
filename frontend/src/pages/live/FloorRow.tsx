import { memo, useRef } from "react";
import { Link } from "react-router";
import { percent, power, withUnit } from "@/format/number";
import { useLiveRow } from "@/live/LiveProvider";
import type { LiveRow } from "@/live/store";
import { STATUS } from "@/ui/Status";
import styles from "./Floor.module.css";
import { hasFigure } from "./figure";

type Props = { name: string; racks: readonly LiveRow[] };

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -1e9, End: 1e9 };

/** A row of racks. The keyboard enters it once; arrows go from rack to rack. */
export function FloorRow({ name, racks }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const move = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    const all = [...(frame.current?.querySelectorAll("a") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    if (!step || at < 0) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  return (
    <div className={styles.line}>
      <span className={styles.name}>{name}</span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the links in it */}
      <div className={styles.racks} ref={frame} onKeyDown={move}>
        {racks.map((row, place) => (
          <Rack key={row.endpointId} id={row.endpointId} isEntrance={place === 0} />
        ))}
      </div>
    </div>
  );
}

const Rack = memo(function Rack({ id, isEntrance }: { id: string; isEntrance: boolean }) {
  const row = useLiveRow(id);
  if (!row) return null;
  const { tone, word } = STATUS[row.status];
  const load = Math.min(100, Math.max(0, row.loadPercent ?? 0));
  const figure = hasFigure(row) ? withUnit(power(row.latestReading?.power)) : word;
  const share = row.loadPercent == null ? "" : ` (${percent(row.loadPercent)} of the breaker)`;
  const says = [row.name, row.clientName, word, `${figure}${share}`].filter(Boolean).join(" · ");
  return (
    <Link
      to={`/endpoints/${id}`}
      className={styles.rack ?? ""}
      data-tone={tone}
      style={{ "--load": `${8 + load * 0.92}%` } as React.CSSProperties}
      tabIndex={isEntrance ? 0 : -1}
      title={says}
      aria-label={says}
    />
  );
});
