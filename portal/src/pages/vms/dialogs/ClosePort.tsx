// Closing a port of one machine.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { closeSteps } from "../../../cloud/recipes/openPort";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { NumberField } from "../../../parts/fields";

export function ClosePortDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const [port, setPort] = useState("");
  const label = labelOf(machine);
  return (
    <ChangeDialog
      title={`Close a port of ${label}`}
      submit="Close port"
      build={() => {
        if (!port) throw new Error("Which port?");
        return closeSteps(cloud, machine, Number(port));
      }}
      done={`Port ${port} of ${label} is closed.`}
    >
      <NumberField label="Port" value={port} onChange={setPort} />
    </ChangeDialog>
  );
}
