import {
  type Icon,
  IconCircleCheck,
  IconClockExclamation,
  IconHandStop,
  IconPlugConnectedX,
  IconUserExclamation,
} from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { Badge } from "@/ui/Status";

type Outcome = Schemas["Outcome"];

/** How a read ended, in words. */
export const OUTCOME: Record<Outcome, string> = {
  ok: "OK",
  unreachable: "Unreachable",
  timeout: "Timed out",
  tls: "Certificate",
  http_status: "HTTP error",
  auth_failed: "Login refused",
  login_page_again: "Login page again",
  busy: "Busy",
  step_failed: "Step failed",
  selector_missing: "Not on the page",
  pattern_missing: "Pattern not found",
  not_a_number: "Not a number",
  ambiguous_number: "Ambiguous number",
  unit_mismatch: "Other unit",
  absent: "No value shown",
  too_large: "Too large",
  truncated: "Cut short",
  browser_crashed: "Browser crashed",
  browser_missing: "No browser",
  refused: "Refused",
  held: "Held",
  internal_error: "Internal error",
};

const OTHERS: Partial<Record<Outcome, ["ok" | "high" | "stale", Icon]>> = {
  ok: ["ok", IconCircleCheck],
  held: ["high", IconHandStop],
  busy: ["stale", IconUserExclamation],
  timeout: ["stale", IconClockExclamation],
};

/** How a read ended, as a badge. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const [tone, icon] = OTHERS[outcome] ?? (["failing", IconPlugConnectedX] as const);
  return <Badge tone={tone} icon={icon} word={OUTCOME[outcome]} />;
}
