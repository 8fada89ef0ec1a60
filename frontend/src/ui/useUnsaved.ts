import type { UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { wasChanged } from "@/api/error";

type Stored<T> = { data?: T | undefined };
/** Reads what a form changes anew. */
export type Again<T> = (how: { throwOnError: true }) => Promise<Stored<T>>;
type Saving = { error: Error | null; reset: () => void };

/**
 * Why a form was not saved, and the way on where somebody else changed the thing meanwhile: what
 * is stored now comes into the form, and what only oneself changed in it stays.
 */
export function useUnsaved<T, V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  valuesOf: (stored: T) => V,
  again: Again<T> | undefined,
  saving: Saving,
) {
  const renewal = useMutation({
    mutationFn: async () => {
      const stored = await again?.({ throwOnError: true });
      if (!stored?.data) return;
      const theirs = valuesOf(stored.data);
      const values = merged(form.getInitialValues(), form.getValues(), theirs);
      form.setInitialValues(theirs);
      form.setValues(values);
      form.clearErrors();
      saving.reset();
    },
  });
  const isOthers = again !== undefined && wasChanged(saving.error);
  return {
    error: saving.error && (renewal.error ?? saving.error),
    again: isOthers ? () => renewal.mutate() : undefined,
  };
}

/** Returns what is stored now, but one's own where nobody else changed it. */
function merged<V extends Record<string, unknown>>(before: V, mine: V, theirs: V): V {
  const own = Object.entries(mine).filter(([name]) => isSame(before[name], theirs[name]));
  return { ...theirs, ...Object.fromEntries(own) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
