// One virtual machine.
import Tabs from "@cloudscape-design/components/tabs";
import { setParam, useRoute } from "../../../app/route";
import { instanceById } from "../../../api/listings";
import { labelOf } from "../../../cloud/tags";
import { DetailPage } from "../../../parts/DetailPage";
import { useRead } from "../../../parts/useRead";
import { ActionsMenu } from "../ActionsMenu";
import { Details } from "./Details";
import { Monitoring } from "./Monitoring";
import { Networking } from "./Networking";
import { Storage } from "./Storage";
import { Tags } from "./Tags";

const STEADY = ["running", "stopped", "terminated"];

export function VmDetail({ id }: { id: string }) {
  const { params } = useRoute();
  const read = useRead(
    `vm ${id}`,
    (cloud) => instanceById(cloud, id),
    (machine) => machine !== undefined && !STEADY.includes(machine.State.Name),
  );
  return (
    <DetailPage
      parent={{ text: "Virtual machines", href: "#/vms" }}
      id={id}
      read={read}
      titleOf={labelOf}
      actions={(machine) => <ActionsMenu machines={[machine]} />}
    >
      {(machine) => (

          <Tabs
            ariaLabel={`Parts of ${labelOf(machine)}`}
            activeTabId={params.get("tab") ?? "details"}
            onChange={({ detail }) => setParam("tab", detail.activeTabId)}
            tabs={[
              { id: "details", label: "Details", content: <Details machine={machine} /> },
              { id: "storage", label: "Storage", content: <Storage machine={machine} /> },
              { id: "networking", label: "Networking", content: <Networking machine={machine} /> },
              { id: "monitoring", label: "Monitoring", content: <Monitoring machine={machine} /> },
              { id: "tags", label: "Tags", content: <Tags machine={machine} /> },
            ]}
          />

      )}
    </DetailPage>
  );
}
