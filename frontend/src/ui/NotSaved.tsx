import { Alert } from "@mantine/core";
import { Failure } from "./Failure";
import type { useUnsaved } from "./useUnsaved";

const KEPT = "What only you had changed is kept; save it, where it is right.";
const LOST =
  "What somebody else had changed as well, or what belongs to it, is as they left it: look through it before you save.";

/** Why a form was not saved, if so, with the way on where somebody else changed the thing. */
export function NotSaved(unsaved: ReturnType<typeof useUnsaved>) {
  const { error, again, isRenewing, isRenewed, hasLost } = unsaved;
  if (error) {
    return (
      <Failure
        what="It was not saved."
        error={error}
        retry={again}
        retryWord="Load it anew"
        isTrying={isRenewing}
      />
    );
  }
  if (!isRenewed) return null;
  return (
    <Alert role="status" color="gray" title="It is loaded anew.">
      {hasLost ? LOST : KEPT}
    </Alert>
  );
}
