// Making an image of a machine.
import Checkbox from "@cloudscape-design/components/checkbox";
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { stamp } from "../../../cloud/names";
import { imageSteps } from "../../../cloud/recipes/machines";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";

export function ImageDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const [name, setName] = useState(() => `${labelOf(machine)}-${stamp()}`);
  const [restart, setRestart] = useState(false);
  return (
    <ChangeDialog
      title={`Create image of ${labelOf(machine)}`}
      submit="Create image"
      build={() => imageSteps(cloud, machine, name.trim(), restart)}
      done={`The image ${name.trim()} is available.`}
    >
      <TextField label="Image name" value={name} onChange={setName} />
      <Checkbox
        checked={restart}
        onChange={({ detail }) => setRestart(detail.checked)}
        description="Without it, what is not yet written to disk is not in the image."
      >
        Restart the machine for a consistent image
      </Checkbox>
    </ChangeDialog>
  );
}
