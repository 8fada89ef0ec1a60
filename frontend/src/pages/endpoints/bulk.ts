import { api, ask, type Schemas } from "@/api/client";

export type Action = Schemas["BulkAction"];
export type Order = { action: Action; ids: readonly string[]; client?: string };
export type Outcome = {
  done: string[];
  refused: Schemas["BulkResultOutput"][];
  /** Those that were not come to: it was cancelled, or failed with an error. */
  left: readonly string[];
  error?: unknown;
};

/** So many are sent at once: some tenths of a second of work. */
const PORTION = 200;

/**
 * Acts on endpoints portion by portion. Before each it is told how many are behind, and says
 * whether to go on; throws only where nothing was done.
 */
export async function actOnAll(
  { action, ids, client }: Order,
  goesOn: (behind: number) => boolean,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], refused: [], left: ids };
  while (outcome.left.length > 0 && goesOn(ids.length - outcome.left.length)) {
    const body = { action, ids: outcome.left.slice(0, PORTION), dryRun: false };
    try {
      const { results } = await ask(
        api.POST("/api/v1/endpoints/bulk", { body: { ...body, ...(client && { client }) } }),
      );
      outcome.done.push(...results.filter((each) => each.done).map(({ id }) => id));
      outcome.refused.push(...results.filter((each) => !each.done));
    } catch (error) {
      if (outcome.left.length === ids.length) throw error;
      return { ...outcome, error };
    }
    outcome.left = outcome.left.slice(PORTION);
  }
  return outcome;
}
