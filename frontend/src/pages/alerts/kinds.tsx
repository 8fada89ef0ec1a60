import { IconCircleX, IconFileAlert, IconHandStop } from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { Badge, STATUS } from "@/ui/Status";

export type AlertKind = Schemas["AlertKind"];
type Look = Parameters<typeof Badge>[0];

/** How each kind of alert looks; those of an endpoint look as its status does. */
export const KIND: Record<AlertKind, Look> = {
  failing: STATUS.failing,
  billAtRisk: { tone: "failing", icon: IconFileAlert, word: "Bill at risk" },
  jobFailed: { tone: "failing", icon: IconCircleX, word: "Job failed" },
  held: { tone: "high", icon: IconHandStop, word: "Held" },
  busy: STATUS.busy,
  stale: STATUS.stale,
  never: STATUS.never,
  high: STATUS.high,
};

/** What each kind says, for those who choose among them. */
export const MEANING: Record<AlertKind, string> = {
  failing: "Reads of an endpoint fail.",
  billAtRisk: "Something holds up the close of a month.",
  jobFailed: "The newest run of a job failed.",
  held: "Readings wait for somebody to accept them.",
  busy: "Somebody else is logged in to the device.",
  stale: "No good reading comes, though none fails.",
  never: "An endpoint brought no reading so far.",
  high: "Power is near what the breaker lets through.",
};

export const KINDS = Object.keys(KIND) as AlertKind[];

export function KindBadge({ kind }: { kind: AlertKind }) {
  const { tone, icon, word } = KIND[kind];
  return <Badge tone={tone} icon={icon} word={word} />;
}
