import { Skeleton } from "@mantine/core";
import styles from "./Cards.module.css";

const PLACES = Array.from({ length: 12 }, (_, place) => place);

/** The cards' outline, until the meters are there. */
export function CardSkeletons() {
  return (
    <div className={styles.outline} role="status" aria-busy="true" aria-label="Loading">
      {PLACES.map((place) => (
        <Skeleton key={place} height={136} radius={10} />
      ))}
    </div>
  );
}
