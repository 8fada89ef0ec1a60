import { Button, Skeleton, Text } from "@mantine/core";
import { api, askWhole } from "@/api/client";
import { usePages } from "@/api/pages";
import { mostDecimals } from "@/format/number";
import { moment, zoneName } from "@/format/time";
import { Aligned } from "@/ui/Aligned";
import { Failure } from "@/ui/Failure";
import styles from "./Reports.module.css";
import type { Line } from "./report";
import { Sideways } from "./Sideways";

type Props = { line: Line; zone: string | undefined; open: (attempt: number) => void };

/** Returns an instant so little later that a read at its time is before it: it closes the line. */
function behind(at: string): string {
  return new Date(Date.parse(at) + 1).toISOString();
}

/** Every read of the meter within a line, each with the way to its evidence. */
export function LineReads({ line, zone, open }: Props) {
  const reads = usePages(["meters", line.meterId, "readings", line.from, line.to], (cursor) =>
    askWhole(
      api.GET("/api/v1/meters/{meter}/readings", {
        params: {
          path: { meter: line.meterId },
          query: {
            from: line.from,
            to: behind(line.to),
            limit: 100,
            ...(cursor ? { cursor } : {}),
          },
        },
      }),
    ),
  );
  const most = mostDecimals(reads.rows.map(({ totalKwh }) => totalKwh));
  const mostUsed = mostDecimals(reads.rows.map(({ energyKwh }) => energyKwh));
  return (
    <section>
      <h3 className={styles.head}>Reads, {zoneName(zone, line.from, line.to)}</h3>
      {reads.error && <Failure error={reads.error} retry={reads.retry} />}
      {reads.isPending && <Skeleton height={160} />}
      {!reads.isPending && reads.rows.length === 0 && (
        <Text c="dimmed">There is no read in this time.</Text>
      )}
      {reads.rows.length > 0 && (
        <Sideways label="Reads">
          <table className={styles.small}>
            <thead>
              <tr>
                <th>Read at</th>
                <th data-number>Register, kWh</th>
                <th data-number>Energy, kWh</th>
                <th>State</th>
                <th>
                  <span className={styles.hidden}>Evidence</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {reads.rows.map((read) => (
                <tr key={read.timestamp}>
                  <td>{moment(read.timestamp, zone)}</td>
                  <td data-number>
                    <Aligned value={read.totalKwh} most={most} />
                  </td>
                  <td data-number>
                    <Aligned value={read.energyKwh} most={mostUsed} />
                  </td>
                  <td>
                    {read.source === "collected" ? read.status : `${read.status}, ${read.source}`}
                  </td>
                  <td>
                    {read.attemptId !== null && (
                      <Button
                        variant="subtle"
                        size="compact-xs"
                        px={4}
                        onClick={() => open(read.attemptId as number)}
                        aria-label={`Evidence of the read at ${moment(read.timestamp, zone)}`}
                      >
                        Evidence
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Sideways>
      )}
      {reads.hasMore && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={reads.isReadingMore}
          onClick={() => reads.more()}
        >
          Show more
        </Button>
      )}
    </section>
  );
}
