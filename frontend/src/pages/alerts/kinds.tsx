import { IconFileAlert, IconHandStop } from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { Badge, STATUS } from "@/ui/Status";

export type AlertKind = Schemas["AlertKind"];
type Look = Parameters<typeof Badge>[0];

/** How each kind of alert looks; those of an endpoint look as its status does. */
export const KIND: Record<AlertKind, Look> = {
  failing: STATUS.failing,
  billAtRisk: { tone: "failing", icon: IconFileAlert, word: "Bill at risk" },
  held: { tone: "high", icon: IconHandStop, word: "Held" },
  busy: STATUS.busy,
  stale: STATUS.stale,
  never: STATUS.never,
  high: STATUS.high,
};

export const KINDS = Object.keys(KIND) as AlertKind[];

export function KindBadge({ kind }: { kind: AlertKind }) {
  const { tone, icon, word } = KIND[kind];
  return <Badge tone={tone} icon={icon} word={word} />;
}
