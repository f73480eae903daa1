// Making a disk, attached to a machine or by itself.
import Checkbox from "@cloudscape-design/components/checkbox";
import { useMemo, useState } from "react";
import { go, useRoute } from "../../app/route";
import { useCloud } from "../../app/context";
import { zonesOf } from "../../cloud/lookups";
import { findMachine } from "../../cloud/machines";
import { attachNewSteps, createDiskSteps, DISK_TYPES, sizeProblem } from "../../cloud/recipes/disks";
import { labelOf } from "../../cloud/tags";
import { Choice, NumberField, TextField } from "../../parts/fields";
import { FormPage } from "../../parts/FormPage";
import { MachineField } from "../../parts/MachineField";
import { useRead } from "../../parts/useRead";

export function CreateDisk() {
  const cloud = useCloud();
  const { params } = useRoute();
  const token = useMemo(() => crypto.randomUUID(), []);
  const [name, setName] = useState("");
  const [size, setSize] = useState("100");
  const [type, setType] = useState("gp3");
  const [machine, setMachine] = useState(params.get("instance") ?? "");
  const [zone, setZone] = useState("");
  const [encrypted, setEncrypted] = useState(false);
  const zones = useRead("zones", zonesOf);

  const build = async () => {
    const problem = sizeProblem(Number(size), type);
    if (problem) throw new Error(problem);
    const disk = { sizeGb: Number(size), type, encrypted };
    if (machine.trim()) {
      const holder = await findMachine(cloud, machine);
      return attachNewSteps(cloud, holder, { ...disk, name: name.trim() || `${labelOf(holder)}-data` }, token);
    }
    const place = zone || (zones.data ?? (await zonesOf(cloud)))[0] || "";
    return createDiskSteps(cloud, { ...disk, name: name.trim() || "disk", zone: place }, token, {});
  };

  return (
    <FormPage
      title="Create disk"
      submit="Create disk"
      back="#/disks"
      build={build}
      done={() => `The disk is created${machine.trim() ? ` and attached to ${machine.trim()}` : ""}.`}
      onDone={() => go(params.get("instance") ? `#/vms/${params.get("instance")}?tab=storage` : "#/disks")}
    >
      <TextField
        label="Disk name"
        value={name}
        onChange={setName}
        placeholder="disk"
        hint="Empty: disk, or the machine’s name and -data"
      />
      <NumberField label="Size (GB)" value={size} onChange={setSize} />
      <Choice label="Type" value={type} onChange={setType} options={DISK_TYPES.map((value) => ({ value, text: value }))} />
      <MachineField label="Attach to" value={machine} onChange={setMachine} hint="Empty: the disk is not attached" />
      {!machine.trim() && (
        <Choice
          label="Zone"
          value={zone || zones.data?.[0] || ""}
          onChange={setZone}
          options={(zones.data ?? []).map((value) => ({ value, text: value }))}
        />
      )}
      <Checkbox checked={encrypted} onChange={({ detail }) => setEncrypted(detail.checked)}>
        Encrypted
      </Checkbox>
    </FormPage>
  );
}
