import { Skeleton } from "@mantine/core";
import styles from "./Cards.module.css";
import floor from "./Floor.module.css";
import type { View } from "./filter";
import { LiveTable } from "./LiveTable";

const CARDS = Array.from({ length: 12 }, (_, place) => place);
const HALLS = CARDS.slice(0, 4);

/** A view's outline, until the meters are there. */
export function Outline({ view }: { view: View }) {
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      {view === "cards" && <Places places={CARDS} height={136} className={styles.outline} />}
      {view === "floor" && <Places places={HALLS} height={320} className={floor.halls} />}
      {view === "table" && <LiveTable rows={[]} loading />}
    </div>
  );
}

type Props = { places: readonly number[]; height: number; className: string | undefined };

function Places({ places, height, className }: Props) {
  return (
    <div className={className}>
      {places.map((place) => (
        <Skeleton key={place} height={height} radius={10} />
      ))}
    </div>
  );
}
