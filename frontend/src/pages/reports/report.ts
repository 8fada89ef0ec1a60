import { useQuery } from "@tanstack/react-query";
import { type Answered, api, ask, type Schemas } from "@/api/client";
import { askWatched, type HowFar } from "@/api/watch";
import { useMay } from "@/session/session";
import { parts } from "./month";

export type Report = Schemas["ReportOutput"];
export type Line = Schemas["LineOutput"];
export type ClientMonth = Schemas["ClientMonthOutput"];
export type Finding = Schemas["FindingOutput"];

function path(month: string) {
  const { year, number } = parts(month);
  return { year, month: number };
}

function read(month: string, query: { demand: boolean; clientId?: string }) {
  // The route also answers with files; without a format it is this.
  return ask(
    api.GET("/api/v1/reports/{year}/{month}", {
      params: { path: path(month), query },
    }) as Promise<Answered<{ data: Report }>>,
  );
}

/** The month of all that one may see: thousands of meters, so without the demand of open months. */
export function useReport(month: string) {
  return useQuery({
    queryKey: ["reports", month],
    queryFn: () => read(month, { demand: false }),
    staleTime: 60_000,
  });
}

/** The demand of a line whose month is not closed yet: that line of its client's month. */
export function useDemand(month: string, line: Line) {
  const clientId = line.clientId ?? "";
  return useQuery({
    queryKey: ["reports", month, "demand", clientId],
    queryFn: () => read(month, { demand: true, clientId }),
    select: ({ lines }) =>
      lines.find((each) => each.meterId === line.meterId && each.from === line.from),
    enabled: line.peakKw === null && clientId !== "",
    staleTime: 60_000,
  });
}

/** What stands between a month and its close. */
export function useFindings(month: string) {
  const may = useMay();
  return useQuery({
    queryKey: ["reports", month, "findings"],
    queryFn: () =>
      ask(api.GET("/api/v1/reports/{year}/{month}/findings", { params: { path: path(month) } })),
    enabled: may("see-all"),
    staleTime: 60_000,
  });
}

/** Closes a month, of one client or of all. */
export function closeMonth(
  month: string,
  order: Schemas["CloseInput"],
  tell: (howFar: HowFar) => void,
  signal: AbortSignal,
) {
  const { year, number } = parts(month);
  return askWatched<Schemas["ClientCloseOutput"][]>(
    `/api/v1/reports/${year}/${number}/close`,
    order,
    tell,
    signal,
  );
}

/** Returns the address of a month as a file. */
export function fileOf(month: string, format: Schemas["Format"], clientId?: string): string {
  const { year, number } = parts(month);
  const client = clientId ? `&clientId=${encodeURIComponent(clientId)}` : "";
  return `/api/v1/reports/${year}/${number}?format=${format}${client}`;
}
