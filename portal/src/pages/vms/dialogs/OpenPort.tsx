// Opening ports of one machine, so that no other is opened.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { openSteps } from "../../../cloud/recipes/openPort";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { EVERYBODY, type RuleForm, RuleFields, rulesFrom } from "../../groups/RuleFields";

export function OpenPortDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const [form, setForm] = useState<RuleForm>({ ports: "", sources: EVERYBODY, protocol: "tcp" });
  const label = labelOf(machine);
  return (
    <ChangeDialog
      title={`Open a port of ${label}`}
      submit="Open port"
      build={() => openSteps(cloud, machine, rulesFrom(form), `Open ${form.ports} to ${form.sources}`)}
      done={`Port ${form.ports} of ${label} is open to ${form.sources}.`}
    >
      <RuleFields form={form} onChange={setForm} />
    </ChangeDialog>
  );
}
