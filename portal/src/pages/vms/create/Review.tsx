// The wizard's last step: what will be made.
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Vpc } from "../../../api/wire";
import { SYSTEMS } from "../../../cloud/lookups";
import { listed } from "../../../cloud/names";
import { usualTargetPort } from "../../../cloud/recipes/balancers";
import { nameOf } from "../../../cloud/tags";
import { yesNo } from "../../../parts/show";
import { countOf, type Form, OTHER_IMAGE } from "./form";

function namesOf(form: Form): string {
  const given = listed(form.name);
  const count = countOf(form);
  if (given.length > 1) return given.join(", ");
  if (count === 1 && given[0]) return given[0];
  const stem = given[0] ?? (form.balanced ? "web" : "vm");
  return `${stem}, numbered`;
}

function imageOf(form: Form): string {
  if (form.image === OTHER_IMAGE) return form.imageId;
  return SYSTEMS.find((system) => system.id === form.image)?.label ?? form.image;
}

export function Review({ form, network }: { form: Form; network: Vpc | undefined }) {
  const port = form.balancerPort;
  const target = form.targetPort || String(usualTargetPort(Number(port)));
  const place = network
    ? `${nameOf(network) || network.VpcId} (${network.CidrBlock})`
    : `New: ${form.networkName} (${form.networkRange})`;
  const items = [
    { label: "Machines", value: `${countOf(form)} × ${form.type}` },
    { label: "Names", value: namesOf(form) },
    { label: "Network", value: place },
    {
      label: "Load balancer",
      value: form.balanced ? `${form.balancerName || "web-lb"}, port ${port}, to port ${target} on the machines` : "None",
    },
    { label: "Image", value: imageOf(form) },
    {
      label: "Disks",
      value: `System disk ${form.rootGb ? `${form.rootGb} GB` : "as in the image"}; data disks: ${form.disks || "none"}`,
    },
    { label: "Open ports", value: form.balanced ? "Only to the load balancer" : form.ports ? `${form.ports} to ${form.sources}` : "None" },
    { label: "Public address", value: yesNo(form.publicAddress) },
    { label: "Spot machines", value: yesNo(form.spot) },
    { label: "Detailed monitoring", value: yesNo(form.monitored) },
    { label: "Tags", value: form.tags || "None" },
  ];
  return (
    <Container header={<Header variant="h2">What will be made</Header>}>
      <KeyValuePairs columns={3} items={items} />
    </Container>
  );
}
