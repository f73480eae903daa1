// Taking tags away from things.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import { listed } from "../../../cloud/names";
import { untagSteps } from "../../../cloud/recipes/machines";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";

export function UntagDialog({ ids, label }: { ids: string[]; label: string }) {
  const cloud = useCloud();
  const [keys, setKeys] = useState("");
  const build = () => {
    const tags = listed(keys).map((Key) => ({ Key }));
    if (!tags.length) throw new Error("Give at least one key.");
    return untagSteps(cloud, ids, tags, `Remove ${keys} from ${label}`);
  };
  return (
    <ChangeDialog title={`Remove tags from ${label}`} submit="Remove tags" build={build} done={`The tags ${keys} of ${label} are removed.`}>
      <TextField label="Tag keys" value={keys} onChange={setKeys} placeholder="env, team" hint="With commas" />
    </ChangeDialog>
  );
}
