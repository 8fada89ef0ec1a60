import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClockExclamation,
  IconPlugConnectedX,
  IconUserExclamation,
} from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import styles from "./Status.module.css";

export type EndpointStatus = Schemas["EndpointStatus"];

type Tone = "ok" | "high" | "stale" | "failing" | "disabled";

type Look = { word: string; tone: Tone; icon: Icon; means: string };

/** How each status of an endpoint looks: always icon, word and colour. */
export const STATUS: Record<EndpointStatus, Look> = {
  ok: { word: "OK", tone: "ok", icon: IconCircleCheck, means: "Read as planned." },
  high: {
    word: "High",
    tone: "high",
    icon: IconAlertTriangle,
    means: "Power is above 80 % of the breaker.",
  },
  stale: {
    word: "Stale",
    tone: "stale",
    icon: IconClockExclamation,
    means: "No good reading for more than three poll intervals.",
  },
  busy: {
    word: "Busy",
    tone: "stale",
    icon: IconUserExclamation,
    means: "Somebody else is logged in to the device.",
  },
  failing: {
    word: "Failing",
    tone: "failing",
    icon: IconPlugConnectedX,
    means: "The last reads failed.",
  },
  never: {
    word: "Not read yet",
    tone: "disabled",
    icon: IconCircleDashed,
    means: "No good reading so far.",
  },
  disabled: { word: "Disabled", tone: "disabled", icon: IconCircleMinus, means: "Not polled." },
};

/** The order in which statuses are listed: of which there are most, first. */
export const STATUSES = Object.keys(STATUS) as EndpointStatus[];

/** Returns the CSS colour of a status. */
export function colourOf(status: EndpointStatus): string {
  return `var(--wl-${STATUS[status].tone})`;
}

/** A status as a badge. */
export function Status({ status }: { status: EndpointStatus }) {
  const { word, tone, icon, means } = STATUS[status];
  return <Badge tone={tone} icon={icon} word={word} hint={means} />;
}

type BadgeProps = { tone: Tone; icon: Icon; word: string; hint?: string };

/** A state of anything: icon, word and colour together. */
export function Badge({ tone, icon: Sign, word, hint }: BadgeProps) {
  return (
    <span className={styles.badge} data-tone={tone} title={hint}>
      <Sign aria-hidden size={14} stroke={2} />
      {word}
    </span>
  );
}
