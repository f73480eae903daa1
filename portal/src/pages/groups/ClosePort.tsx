// Closing a port in a security group: every rule that opens this port and no other.
import { useState } from "react";
import type { SecurityGroup } from "../../api/wire";
import { useCloud } from "../../app/context";
import { closeStep } from "../../cloud/recipes/openPort";
import { ChangeDialog } from "../../parts/ChangeDialog";
import { NumberField } from "../../parts/fields";

export function CloseGroupPortDialog({ group }: { group: SecurityGroup }) {
  const cloud = useCloud();
  const [port, setPort] = useState("");
  const build = () => {
    const step = closeStep(cloud, group, Number(port));
    if (!step) throw new Error(`No rule of ${group.GroupName} opens port ${port} by itself.`);
    return [step];
  };
  return (
    <ChangeDialog
      title={`Close a port in ${group.GroupName}`}
      submit="Close port"
      build={build}
      done={`Port ${port} is closed in ${group.GroupName}.`}
    >
      <NumberField label="Port" value={port} onChange={setPort} />
    </ChangeDialog>
  );
}
