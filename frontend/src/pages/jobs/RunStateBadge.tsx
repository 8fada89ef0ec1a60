import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconLoader,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { Badge } from "@/ui/Status";

/** How a run stands; one that finished with failures says so, and one of which a part was given up. */
export function RunStateBadge({ state, failed }: { state: Schemas["RunState"]; failed: number }) {
  switch (state) {
    case "running":
      return <Badge tone="stale" icon={IconLoader} word="Running" />;
    case "cancelled":
      return <Badge tone="disabled" icon={IconBan} word="Cancelled" />;
    case "skipped":
      return <Badge tone="disabled" icon={IconPlayerSkipForward} word="Skipped" />;
    case "failed":
      return <Badge tone="failing" icon={IconCircleX} word="Failed" />;
    case "finished":
      return failed > 0 ? (
        <Badge tone="high" icon={IconAlertTriangle} word={`${failed} failed`} />
      ) : (
        <Badge tone="ok" icon={IconCircleCheck} word="Done" />
      );
  }
}
