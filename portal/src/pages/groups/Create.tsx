// Making a security group.
import { useState } from "react";
import { useCloud } from "../../app/context";
import { go } from "../../app/route";
import { everyVpc } from "../../api/listings";
import { defaultNetwork } from "../../cloud/lookups";
import { given } from "../../cloud/plain";
import { admitStep, groupStep } from "../../cloud/recipes/groups";
import { nameOf } from "../../cloud/tags";
import { Choice, TextField } from "../../parts/fields";
import { FormPage } from "../../parts/FormPage";
import { useRead } from "../../parts/useRead";
import { EVERYBODY, type RuleForm, RuleFields, rulesFrom } from "./RuleFields";

export function CreateGroup() {
  const cloud = useCloud();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [network, setNetwork] = useState("");
  const [rule, setRule] = useState<RuleForm>({ ports: "", sources: EVERYBODY, protocol: "tcp" });
  const networks = useRead("networks", everyVpc);
  const vpc = network || (networks.data && defaultNetwork(networks.data)?.VpcId) || networks.data?.[0]?.VpcId || "";

  const build = () => {
    if (!name.trim()) throw new Error("A security group needs a name.");
    if (!vpc) throw new Error("Choose a network.");
    const rules = rule.ports.trim() ? rulesFrom(rule) : [];
    let id: string | undefined;
    const group = { name: name.trim(), description: description.trim() || name.trim(), vpc: () => vpc };
    return [
      groupStep(cloud, { ...group, keep: (made) => (id = made) }),
      ...(rules.length ? [admitStep(cloud, `Open ${rule.ports}`, () => given(id), () => rules)] : []),
    ];
  };

  return (
    <FormPage
      title="Create security group"
      submit="Create security group"
      back="#/groups"
      build={build}
      done={() => `The security group ${name.trim()} is created.`}
      onDone={() => go("#/groups")}
    >
      <TextField label="Name" value={name} onChange={setName} />
      <TextField label="Description" value={description} onChange={setDescription} hint="Empty: the name" />
      <Choice
        label="Network"
        value={vpc}
        onChange={setNetwork}
        options={(networks.data ?? []).map((one) => ({
          value: one.VpcId,
          text: `${nameOf(one) || (one.IsDefault ? "Default network" : one.VpcId)} (${one.VpcId}, ${one.CidrBlock})`,
        }))}
      />
      <RuleFields form={rule} onChange={setRule} />
    </FormPage>
  );
}
