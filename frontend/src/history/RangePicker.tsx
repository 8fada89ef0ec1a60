import { SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import styles from "./RangePicker.module.css";
import { isRange, localDate, QUICK, type Quick, type Range } from "./range";

type Props = { value: Range; onChange: (range: Range) => void };

const CUSTOM = "custom";
const CHOICES = [
  ...Object.entries(QUICK).map(([value, { word }]) => ({ value, label: word })),
  { value: CUSTOM, label: "From–to" },
];
const DAY = 86_400_000;

/** Chooses the time that is shown: up to now, or from a date to another. */
export function RangePicker({ value, onChange }: Props) {
  const isCustom = !("quick" in value);
  const choose = (choice: string) => {
    if (choice !== CUSTOM) onChange({ quick: choice as Quick });
    else if ("quick" in value) onChange(datesOf(value.quick));
  };
  return (
    <div className={styles.picker}>
      {isCustom && <Dates value={value} onChange={onChange} />}
      <SegmentedControl
        size="xs"
        aria-label="Time shown"
        data={CHOICES}
        value={isCustom ? CUSTOM : value.quick}
        onChange={choose}
      />
    </div>
  );
}

function datesOf(quick: Quick): Range {
  const now = Date.now();
  const from = localDate(new Date(now - (QUICK[quick].days - 1) * DAY));
  return { from, to: localDate(new Date(now)) };
}

type Chosen = { from: string; to: string };

/** Two dates; a pair that is no range yet is kept here until it is one. */
function Dates({ value, onChange }: { value: Chosen; onChange: (range: Range) => void }) {
  const [typed, setTyped] = useState<Chosen>(value);
  const { from, to } = value;
  useEffect(() => setTyped({ from, to }), [from, to]);
  const change = (part: Partial<Chosen>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    if (isRange(next.from, next.to)) onChange(next);
  };
  const isWrong = typed.from !== "" && typed.to !== "" && !isRange(typed.from, typed.to);
  return (
    <div className={styles.dates}>
      <TextInput
        type="date"
        size="xs"
        className={styles.date ?? ""}
        aria-label="From"
        value={typed.from}
        error={isWrong}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      –
      <TextInput
        type="date"
        size="xs"
        className={styles.date ?? ""}
        aria-label="To, included"
        value={typed.to}
        error={isWrong}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
    </div>
  );
}
