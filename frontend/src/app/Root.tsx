import { Center, Loader } from "@mantine/core";
import { Door } from "@/session/Door";
import { SignIn } from "@/session/SignIn";
import { useSession } from "@/session/session";
import { Shell } from "@/shell/Shell";
import { Failure } from "@/ui/Failure";

/** The pages for who is signed in, else the way in; the address stays and is seen afterwards. */
export function Root() {
  const { data, error, isPending, refetch } = useSession();
  if (isPending) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (error) {
    return (
      <Door title="No connection">
        <Failure error={error} retry={refetch} />
      </Door>
    );
  }
  return data ? <Shell key={data.userId} /> : <SignIn />;
}
