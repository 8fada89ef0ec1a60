import { wasChanged } from "@/api/error";
import { Failure } from "./Failure";

type Props = {
  error: unknown;
  /** Reads it anew, where somebody else changed it; what was typed is lost. */
  again: (() => unknown) | undefined;
};

/** Why a form was not saved, with the way on where somebody else changed the thing meanwhile. */
export function NotSaved({ error, again }: Props) {
  return (
    <Failure
      what="It was not saved."
      error={error}
      retry={wasChanged(error) ? again : undefined}
      retryWord="Load it anew"
    />
  );
}
