// A load balancer for machines that exist.
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import { useState } from "react";
import { useCloud } from "../../app/context";
import { go, useRoute } from "../../app/route";
import { findMachine } from "../../cloud/machines";
import { listed } from "../../cloud/names";
import { balancingSteps, prepareBalancing } from "../../cloud/recipes/balanceMachines";
import { type Balanced, usualTargetPort } from "../../cloud/recipes/balancers";
import { NumberField, TextField } from "../../parts/fields";
import { FormPage } from "../../parts/FormPage";
import { MachinePicker } from "./MachinePicker";

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536;

export function CreateBalancer() {
  const cloud = useCloud();
  const { params } = useRoute();
  const [name, setName] = useState("");
  const [machines, setMachines] = useState(params.get("instances") ?? "");
  const [port, setPort] = useState("80");
  const [targetPort, setTargetPort] = useState("");
  const [internal, setInternal] = useState(false);

  const build = async () => {
    if (!isPort(port) || (targetPort && !isPort(targetPort))) throw new Error("A port is a number from 1 to 65535.");
    const chosen = await Promise.all(listed(machines).map((one) => findMachine(cloud, one)));
    const ready = await prepareBalancing(cloud, chosen, {
      name: name.trim(),
      listenerPort: Number(port),
      targetPort: targetPort ? Number(targetPort) : usualTargetPort(Number(port)),
      internal,
    });
    const outcome: Balanced = {};
    return balancingSteps(cloud, ready, outcome);
  };

  return (
    <FormPage
      title="Create load balancer"
      description="The machines then admit the load balancer too; their other rules stay."
      submit="Create load balancer"
      back="#/balancers"
      build={build}
      done={() => "The load balancer is created."}
      onDone={() => go("#/balancers")}
    >
      <ColumnLayout columns={3}>
        <TextField label="Load balancer name" value={name} onChange={setName} placeholder="web-lb" hint="Empty: web-lb" />
        <NumberField label="Load balancer port" value={port} onChange={setPort} />
        <NumberField label="Port on the machines" value={targetPort} onChange={setTargetPort} hint="Empty: the same" />
      </ColumnLayout>
      <Checkbox checked={internal} onChange={({ detail }) => setInternal(detail.checked)}>
        Only from inside the network
      </Checkbox>
      <MachinePicker value={machines} onChange={setMachines} />
    </FormPage>
  );
}
