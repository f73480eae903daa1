// Deleting machines for good.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useCloud } from "../../../app/context";
import type { Instance, Mapping } from "../../../api/wire";
import { deleteSteps, labels, registrationsOf } from "../../../cloud/recipes/machines";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";

/** The disks that go with the machines, or those that stay. */
function disksOf(machines: Instance[], gone: boolean): string {
  const isMeant = (mapping: Mapping) => Boolean(mapping.Ebs?.DeleteOnTermination) === gone;
  const found = machines.flatMap((machine) =>
    (machine.BlockDeviceMappings ?? [])
      .filter((mapping) => mapping.Ebs && isMeant(mapping))
      .map((mapping) => `${mapping.Ebs?.VolumeId} (${mapping.DeviceName} of ${labelOf(machine)})`),
  );
  return found.join(", ");
}

export function DeleteDialog({ machines }: { machines: Instance[] }) {
  const cloud = useCloud();
  const names = labels(machines);
  const ids = machines.map((machine) => machine.InstanceId);
  const [lost, kept] = [disksOf(machines, true), disksOf(machines, false)];
  return (
    <ChangeDialog
      title={`Delete ${names}`}
      submit="Delete"
      confirmWord="delete"
      build={async () => deleteSteps(cloud, machines, await registrationsOf(cloud, ids))}
      done={`${names} deleted.`}
      onDone={() => {
        window.location.hash = "#/vms";
      }}
    >
      <Alert type="warning" header="This can’t be undone">
        {names} ({ids.join(", ")}) will be gone for good.
      </Alert>
      {lost && <Box>Deleted with the machines: {lost}.</Box>}
      {kept && <Box>These disks stay, and go on costing: {kept}.</Box>}
    </ChangeDialog>
  );
}
