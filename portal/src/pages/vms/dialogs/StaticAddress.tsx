// Giving a machine a public address that stays.
import Box from "@cloudscape-design/components/box";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { addressSteps } from "../../../cloud/recipes/machines";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";

export function StaticAddressDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const label = labelOf(machine);
  return (
    <ChangeDialog
      title={`Give ${label} a static address`}
      submit="Give static address"
      build={() => addressSteps(cloud, machine)}
      done={`${label} has a static address.`}
    >
      <Box>Its present public address is given up.</Box>
    </ChangeDialog>
  );
}
