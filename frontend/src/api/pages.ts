import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** One page of a list, as the API answers it. */
export type Page<T> = { data: T[]; nextCursor?: string | null };

/** How often a list is read again, in milliseconds; `whileEmpty` until there is anything in it. */
type Often = { enabled?: boolean; refetchInterval?: number; whileEmpty?: number };

/** Reads a list page by page: `rows` are those read so far, `more` reads the next page. */
export function usePages<T, P extends Page<T> = Page<T>>(
  key: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<P & Page<T>>,
  { enabled = true, refetchInterval, whileEmpty = refetchInterval }: Often = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.data.length === 0 ? whileEmpty : refetchInterval,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  return {
    rows,
    /** The first page, for what stands beside its rows. */
    first: query.data?.pages[0],
    error: query.error,
    isPending: query.isPending,
    /** Whether there is nothing in it. */
    isEmpty: !query.error && !query.isPending && rows.length === 0,
    /** Whether there is anything to show: rows that cannot be read anew stay. */
    isShown: query.isPending || rows.length > 0,
    hasMore: query.hasNextPage,
    isReadingMore: query.isFetchingNextPage,
    more: query.fetchNextPage,
    retry: query.refetch,
  };
}
