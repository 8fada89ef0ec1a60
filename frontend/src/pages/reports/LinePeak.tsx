import { Skeleton } from "@mantine/core";
import { fixed, MISSING } from "@/format/number";
import { zoned } from "@/format/time";
import { Failure } from "@/ui/Failure";
import { type Line, useDemand } from "./report";

type Props = { month: string; line: Line; zone: string | undefined };

/** The peak of a line; where its month is not closed, the demand of its client is asked for. */
export function LinePeak({ month, line, zone }: Props) {
  const { data, error, refetch, isLoading } = useDemand(month, line);
  if (isLoading) return <Skeleton height={20} width={200} />;
  if (error) return <Failure error={error} retry={refetch} />;
  const { peakKw, peakAt } = data ?? line;
  if (peakKw === null) return MISSING;
  return `${fixed(peakKw, 2)} kW at ${zoned(peakAt, zone)}`;
}
