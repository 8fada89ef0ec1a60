import { Anchor, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link, useNavigate, useParams } from "react-router";
import { api, ask, askTagged } from "@/api/client";
import { useEdited } from "@/api/useEdited";
import { queries } from "@/app/queries";
import { Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import { EndpointForm } from "./EndpointForm";
import type { EndpointInput } from "./form";

/** Changing an endpoint; what somebody else changed meanwhile is not overwritten. */
export function EditPage() {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const path = { endpoint: id };
  const { data, error, refetch } = useEdited(["endpoints", id], () =>
    askTagged(api.GET("/api/v1/endpoints/{endpoint}", { params: { path } })),
  );
  const save = async (body: EndpointInput) => {
    const header = { "If-Match": data?.tag ?? "" };
    await ask(api.PUT("/api/v1/endpoints/{endpoint}", { params: { path, header }, body }));
    await queries.invalidateQueries({ queryKey: ["endpoints"] });
    notifications.show({ message: `${body.name} is saved.` });
    navigate(`/endpoints/${id}`);
  };
  return (
    <>
      <PageHeader
        title={data ? `Edit ${data.value.name}` : "Edit"}
        before={
          <Anchor component={Link} to={`/endpoints/${id}`} size="sm">
            Back
          </Anchor>
        }
      />
      {error && !data && (
        <Failure what="The endpoint could not be read." error={error} retry={refetch} />
      )}
      {!error && !data && <Skeleton height={480} radius={10} />}
      {data && (
        <EndpointForm
          again={refetch}
          endpoint={data.value}
          save={save}
          cancel={() => navigate(`/endpoints/${id}`)}
        />
      )}
    </>
  );
}
