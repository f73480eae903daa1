// Adding machines to a target group, and taking them out.
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import type { TargetGroup } from "../../api/wire";
import { useCloud } from "../../app/context";
import { findMachine } from "../../cloud/machines";
import { listed } from "../../cloud/names";
import { registerStep } from "../../cloud/recipes/balancers";
import { labelOf } from "../../cloud/tags";
import { ChangeDialog } from "../../parts/ChangeDialog";
import { MachineField } from "../../parts/MachineField";

export function AddTargetsDialog({ group }: { group: TargetGroup }) {
  const cloud = useCloud();
  const [names, setNames] = useState("");
  const build = async () => {
    const machines = await Promise.all(listed(names).map((name) => findMachine(cloud, name)));
    if (!machines.length) throw new Error("Choose a virtual machine.");
    const down = machines.filter((machine) => !["running", "pending"].includes(machine.State.Name));
    if (down.length) throw new Error(`${down.map(labelOf).join(", ")} does not run, and only running machines can be targets.`);
    return [registerStep(cloud, () => group.TargetGroupArn, () => machines.map((machine) => machine.InstanceId))];
  };
  return (
    <ChangeDialog
      title={`Add targets to ${group.TargetGroupName}`}
      submit="Add targets"
      build={build}
      done={`${names} is a target of ${group.TargetGroupName}.`}
    >
      <MachineField label="Virtual machines" value={names} onChange={setNames} hint="Names or ids, with commas" />
    </ChangeDialog>
  );
}

export function RemoveTargetDialog({ group, id }: { group: TargetGroup; id: string }) {
  const cloud = useCloud();
  const build = () => [
    {
      says: `Take ${id} out of ${group.TargetGroupName}`,
      do: async () => {
        await cloud.call("elbv2/DeregisterTargets", { TargetGroupArn: group.TargetGroupArn, Targets: [{ Id: id }] });
      },
    },
  ];
  return (
    <ChangeDialog title={`Remove ${id}`} submit="Remove" build={build} done={`${id} is no longer a target.`}>
      <Box>The load balancer sends nothing to {id} any more. The machine itself stays.</Box>
    </ChangeDialog>
  );
}

export function RemoveTargetsDialog({ group }: { group: TargetGroup }) {
  const cloud = useCloud();
  const [names, setNames] = useState("");
  const build = async () => {
    const machines = await Promise.all(listed(names).map((name) => findMachine(cloud, name)));
    if (!machines.length) throw new Error("Choose a virtual machine.");
    const Targets = machines.map((machine) => ({ Id: machine.InstanceId }));
    const call = () => cloud.call("elbv2/DeregisterTargets", { TargetGroupArn: group.TargetGroupArn, Targets });
    return [{ says: `Take ${names} out of ${group.TargetGroupName}`, do: async () => void (await call()) }];
  };
  return (
    <ChangeDialog
      title={`Remove targets from ${group.TargetGroupName}`}
      submit="Remove targets"
      build={build}
      done={`${names}: no longer a target of ${group.TargetGroupName}.`}
    >
      <MachineField label="Virtual machines" value={names} onChange={setNames} hint="Names or ids, with commas" />
    </ChangeDialog>
  );
}
