// Giving a machine another name.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { tagSteps } from "../../../cloud/recipes/machines";
import { labelOf, nameOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";

export function RenameDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const [name, setName] = useState(nameOf(machine));
  const build = () => {
    const wanted = name.trim();
    if (!wanted || wanted.length > 256) throw new Error("A name has between 1 and 256 characters.");
    return tagSteps(cloud, [machine.InstanceId], [{ Key: "Name", Value: wanted }], `Rename to ${wanted}`);
  };
  return (
    <ChangeDialog title={`Rename ${labelOf(machine)}`} submit="Rename" build={build} done={`Renamed to ${name.trim()}.`}>
      <TextField label="New name" value={name} onChange={setName} />
    </ChangeDialog>
  );
}
