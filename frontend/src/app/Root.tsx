import { Center, Loader } from "@mantine/core";
import { Activity } from "react";
import { Door } from "@/session/Door";
import { SignIn } from "@/session/SignIn";
import { useSession, whosePages } from "@/session/session";
import { Shell } from "@/shell/Shell";
import { Failure } from "@/ui/Failure";

/**
 * The pages for who is signed in, else the way in; the address stays and is seen afterwards.
 *
 * Where a session ends, its pages wait behind the way in with all that was typed into them: who
 * signs in again goes on with them, and somebody else begins anew.
 */
export function Root() {
  const { data, error, isPending, refetch } = useSession();
  const whose = whosePages();
  if (isPending) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  // Who is known stays so while the server cannot say it anew.
  if (error && data === undefined) {
    return (
      <Door title="No connection">
        <Failure error={error} retry={refetch} />
      </Door>
    );
  }
  return (
    <>
      {whose !== undefined && (
        <Activity mode={data ? "visible" : "hidden"}>
          <Shell key={whose} />
        </Activity>
      )}
      {!data && <SignIn />}
    </>
  );
}
