// Deleting a load balancer.
import type { LoadBalancer } from "../../api/wire";
import { useCloud } from "../../app/context";
import { targetGroups } from "../../cloud/lookups";
import { deleteBalancerSteps } from "../../cloud/recipes/balanceMachines";
import { DeleteDialog } from "../../parts/DeleteDialog";

export function DeleteBalancerDialog({ balancer }: { balancer: LoadBalancer }) {
  const cloud = useCloud();
  const { LoadBalancerArn: arn, LoadBalancerName: name } = balancer;
  const build = async () => {
    const groups = await targetGroups(cloud, { LoadBalancerArn: arn });
    const own = groups.filter((group) => group.LoadBalancerArns?.length === 1).map((group) => group.TargetGroupArn);
    return deleteBalancerSteps(cloud, arn, name, own);
  };
  return (
    <DeleteDialog
      what={`load balancer ${name}`}
      warning={`${name} goes with its listeners and its target groups; the machines stay.`}
      build={build}
      onDone={() => {
        window.location.hash = "#/balancers";
      }}
    />
  );
}
