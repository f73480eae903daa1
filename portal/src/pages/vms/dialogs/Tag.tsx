// Adding tags to things.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import { tagSteps } from "../../../cloud/recipes/machines";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";
import { parseTags } from "../create/form";

export function TagDialog({ ids, label }: { ids: string[]; label: string }) {
  const cloud = useCloud();
  const [text, setText] = useState("");
  const build = () => {
    const tags = parseTags(text);
    if (!tags.length) throw new Error("Give at least one tag.");
    return tagSteps(cloud, ids, tags, `Tag ${label}`);
  };
  return (
    <ChangeDialog title={`Add tags to ${label}`} submit="Add tags" build={build} done={`Tagged ${label}.`}>
      <TextField label="Tags" value={text} onChange={setText} placeholder="env=prod, team=web" hint="key=value, with commas" />
    </ChangeDialog>
  );
}
