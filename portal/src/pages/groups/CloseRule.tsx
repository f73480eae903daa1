// Taking an inbound rule away.
import Box from "@cloudscape-design/components/box";
import { useCloud } from "../../app/context";
import { ChangeDialog } from "../../parts/ChangeDialog";
import { type Rule, ruleLabel } from "./rules";

export function CloseRuleDialog({ rule }: { rule: Rule }) {
  const cloud = useCloud();
  const what = ruleLabel(rule);
  const build = () => [
    {
      says: `Close ${what}`,
      do: async () => {
        const args = { GroupId: rule.group.GroupId, IpPermissions: [rule.alone] };
        await cloud.call("ec2/RevokeSecurityGroupIngress", args);
      },
    },
  ];
  return (
    <ChangeDialog title={`Close ${what}`} submit="Close" build={build} done={`${what} is closed in ${rule.group.GroupName}.`}>
      <Box>Whatever uses the security group {rule.group.GroupName} is no longer reached there.</Box>
    </ChangeDialog>
  );
}
