import { Failure } from "./Failure";
import type { useUnsaved } from "./useUnsaved";

/** Why a form was not saved, if so, with the way on where somebody else changed the thing. */
export function NotSaved({ error, again }: ReturnType<typeof useUnsaved>) {
  if (!error) return null;
  return <Failure what="It was not saved." error={error} retry={again} retryWord="Load it anew" />;
}
