// Stopping or restarting machines.
import Box from "@cloudscape-design/components/box";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { labels, rebootSteps, stopSteps } from "../../../cloud/recipes/machines";
import { ChangeDialog } from "../../../parts/ChangeDialog";

export function StopDialog({ machines, restart }: { machines: Instance[]; restart: boolean }) {
  const cloud = useCloud();
  const names = labels(machines);
  const word = restart ? "Reboot" : "Stop";
  return (
    <ChangeDialog
      title={`${word} ${names}`}
      submit={word}
      build={() => (restart ? rebootSteps(cloud, machines) : stopSteps(cloud, machines))}
      done={`${names} ${restart ? "rebooted" : "stopped"}.`}
    >
      <Box>
        {restart
          ? "Unreachable for about a minute; addresses and disks stay."
          : "Unreachable until started again. A public address that is not a static one changes."}
      </Box>
    </ChangeDialog>
  );
}
