import { ago, exactMoment } from "@/format/time";
import { useNow } from "@/format/useNow";

/** How long ago something was; the exact moment stands in the hint. */
export function Ago({ at, zone }: { at: string | null | undefined; zone?: string }) {
  const now = useNow();
  if (!at) return <span>never</span>;
  return (
    <time dateTime={at} title={exactMoment(at, zone)}>
      {ago(at, now)}
    </time>
  );
}
