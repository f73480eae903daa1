// Changing the size of machines.
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { labels, resizeSteps } from "../../../cloud/recipes/machines";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { SizeField } from "../SizeField";

export function ResizeDialog({ machines }: { machines: Instance[] }) {
  const cloud = useCloud();
  const [type, setType] = useState("");
  const names = labels(machines);
  const now = [...new Set(machines.map((machine) => machine.InstanceType))].join(", ");
  const runs = machines.some((machine) => machine.State.Name === "running");
  return (
    <ChangeDialog
      title={`Resize ${names}`}
      submit="Resize"
      build={() => {
        if (!type.trim()) throw new Error("Choose the new size.");
        return resizeSteps(cloud, machines, type.trim());
      }}
      done={`${names} is ${type.trim()} now.`}
    >
      <Box>
        The size now is {now}.
        {runs && " Running machines are stopped for the change and started again; a public address that is not static changes."}
      </Box>
      <SizeField label="New size" value={type} onChange={setType} />
    </ChangeDialog>
  );
}
