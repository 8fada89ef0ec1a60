import {
  type Icon,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  IconUserExclamation,
} from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { Badge } from "./Status";

export type Outcome = Schemas["Outcome"];

type Look = [word: string, tone: "ok" | "high" | "stale" | "failing", icon: Icon];

/** How an attempt ended, in words. */
const LOOKS: Record<Outcome, Look> = {
  ok: ["Read", "ok", IconCircleCheck],
  held: ["Held", "high", IconHourglass],
  busy: ["Busy", "stale", IconUserExclamation],
  unreachable: ["Unreachable", "failing", IconCircleX],
  timeout: ["Timed out", "failing", IconCircleX],
  tls: ["TLS failed", "failing", IconCircleX],
  http_status: ["HTTP error", "failing", IconCircleX],
  auth_failed: ["Login refused", "failing", IconCircleX],
  login_page_again: ["Login page again", "failing", IconCircleX],
  step_failed: ["Step failed", "failing", IconCircleX],
  selector_missing: ["Element missing", "failing", IconCircleX],
  pattern_missing: ["Pattern missing", "failing", IconCircleX],
  not_a_number: ["Not a number", "failing", IconCircleX],
  ambiguous_number: ["Ambiguous number", "failing", IconCircleX],
  unit_mismatch: ["Other unit", "failing", IconCircleX],
  absent: ["No value", "failing", IconCircleX],
  too_large: ["Too large", "failing", IconCircleX],
  truncated: ["Cut off", "failing", IconCircleX],
  browser_crashed: ["Browser crashed", "failing", IconCircleX],
  browser_missing: ["No browser", "failing", IconCircleX],
  refused: ["Refused", "failing", IconCircleX],
  internal_error: ["Internal error", "failing", IconCircleX],
};

/** How an attempt at reading a device ended, as a badge. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const [word, tone, icon] = LOOKS[outcome];
  return <Badge tone={tone} icon={icon} word={word} />;
}
