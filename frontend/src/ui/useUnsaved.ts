import type { UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { isMissing, wasChanged } from "@/api/error";
import { goToFirst } from "./goToFirst";

type Values = Record<string, unknown>;
type Stored<T> = { data?: T | undefined };
/** Reads what a form changes anew. */
export type Again<T> = (how: { throwOnError: true }) => Promise<Stored<T>>;
type Saving = { error: Error | null; submittedAt: number };
/** Names of fields that mean something only with each other. */
type Groups<V> = readonly (readonly (keyof V & string)[])[];

const NOT_KEPT = "Not kept: somebody else changed this, or what belongs to it.";

/**
 * Why a form was not saved, and the way on where somebody else changed the thing meanwhile: what
 * is stored now comes into the form. What only oneself changed stays, unless what belongs
 * `together` with it was changed; of the rest it is told what it had been.
 */
export function useUnsaved<T, V extends Values>(
  form: UseFormReturnType<V>,
  valuesOf: (stored: T) => V,
  again: Again<T> | undefined,
  saving: Saving,
  together: Groups<V> = [],
) {
  const renewal = useMutation({
    mutationFn: async () => {
      const stored = await again?.({ throwOnError: true });
      if (!stored?.data) return {};
      const theirs = valuesOf(stored.data);
      const before = form.getInitialValues();
      const { values, lost } = merged(before, form.getValues(), theirs, together);
      form.setInitialValues(theirs);
      form.setValues(values);
      form.setErrors(lost);
      goToFirst(form, lost);
      return lost;
    },
  });
  // A save that was begun since has its own end.
  const isNewer = renewal.submittedAt > saving.submittedAt;
  const isRenewed = isNewer && renewal.isSuccess;
  const isOthers = again !== undefined && wasChanged(saving.error);
  const error = (isNewer && renewal.error) || saving.error;
  return {
    error: isRenewed ? null : error,
    again: isOthers && !isMissing(error) ? () => renewal.mutate() : undefined,
    isRenewing: renewal.isPending,
    isRenewed,
    hasLost: Object.keys(renewal.data ?? {}).length > 0,
  };
}

/** Returns what is stored now with one's own where nobody else changed it, and what was lost. */
function merged<V extends Values>(before: V, mine: V, theirs: V, together: Groups<V>) {
  const values: Values = { ...theirs };
  const lost: Record<string, string> = {};
  for (const group of groupsOf(theirs, together)) {
    const isOthers = group.some((name) => !isSame(before[name], theirs[name]));
    for (const name of group) {
      if (!isOthers) values[name] = mine[name];
      else if (!isSame(mine[name], before[name]) && !isSame(mine[name], theirs[name]))
        lost[name] = toldOf(name, mine[name]);
    }
  }
  return { values: values as V, lost };
}

function groupsOf<V extends Values>(
  values: V,
  together: Groups<V>,
): readonly (readonly string[])[] {
  const grouped = new Set<string>(together.flat());
  const alone = Object.keys(values).filter((name) => !grouped.has(name));
  return [...together, ...alone.map((name) => [name])];
}

function toldOf(name: string, mine: unknown): string {
  const canBeTold = typeof mine === "string" && mine.trim() !== "" && name !== "password";
  return canBeTold ? `${NOT_KEPT} You had “${mine}”.` : NOT_KEPT;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
