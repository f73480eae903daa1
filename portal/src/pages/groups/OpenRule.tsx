// Opening ports in a security group.
import { useState } from "react";
import type { SecurityGroup } from "../../api/wire";
import { useCloud } from "../../app/context";
import { admitStep } from "../../cloud/recipes/groups";
import { ChangeDialog } from "../../parts/ChangeDialog";
import { EVERYBODY, type RuleForm, RuleFields, rulesFrom } from "./RuleFields";

export function OpenRuleDialog({ group }: { group: SecurityGroup }) {
  const cloud = useCloud();
  const [form, setForm] = useState<RuleForm>({ ports: "", sources: EVERYBODY, protocol: "tcp" });
  const build = () => {
    const rules = rulesFrom(form);
    return [admitStep(cloud, `Open ${form.ports} to ${form.sources}`, () => group.GroupId, () => rules)];
  };
  return (
    <ChangeDialog
      title={`Open a port in ${group.GroupName}`}
      submit="Open port"
      build={build}
      done={`Port ${form.ports} is open to ${form.sources} in ${group.GroupName}.`}
    >
      <RuleFields form={form} onChange={setForm} />
    </ChangeDialog>
  );
}
