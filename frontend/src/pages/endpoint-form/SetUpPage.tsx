import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { queries } from "@/app/queries";
import { PageHeader } from "@/ui/PageHeader";
import { EndpointForm } from "./EndpointForm";
import type { EndpointInput } from "./form";

/** A new endpoint. */
export function SetUpPage() {
  const navigate = useNavigate();
  const save = async (input: EndpointInput) => {
    const made = await ask(api.POST("/api/v1/endpoints", { body: input }));
    await queries.invalidateQueries({ queryKey: ["endpoints"] });
    notifications.show({ message: `${made.name} is set up and will be read from now on.` });
    navigate(`/endpoints/${made.id}`);
  };
  return (
    <>
      <PageHeader title="Set up a meter" />
      <EndpointForm save={save} cancel={() => navigate("/endpoints")} />
    </>
  );
}
