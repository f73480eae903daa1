// Deleting a network with what it is made of; the cloud refuses while anything else is in it.
import type { Cloud } from "../../api/client";
import { everySubnet, filters } from "../../api/listings";
import type { Vpc } from "../../api/wire";
import { useCloud } from "../../app/context";
import type { Step } from "../../cloud/run";
import { nameOf } from "../../cloud/tags";
import { DeleteDialog, deleting } from "../../parts/DeleteDialog";

async function steps(cloud: Cloud, id: string): Promise<Step[]> {
  const Filters = filters({ "attachment.vpc-id": id });
  const gateways = (await cloud.call("ec2/DescribeInternetGateways", { Filters })).InternetGateways ?? [];
  const subnets = await everySubnet(cloud, id);
  return [
    ...subnets.flatMap(({ SubnetId }) => deleting(`subnet ${SubnetId}`, () => cloud.call("ec2/DeleteSubnet", { SubnetId }))),
    ...gateways.flatMap(({ InternetGatewayId }) => [
      {
        says: `Detach internet gateway ${InternetGatewayId}`,
        do: async () => void (await cloud.call("ec2/DetachInternetGateway", { InternetGatewayId, VpcId: id })),
      },
      ...deleting(`internet gateway ${InternetGatewayId}`, () => cloud.call("ec2/DeleteInternetGateway", { InternetGatewayId })),
    ]),
    ...deleting(`network ${id}`, () => cloud.call("ec2/DeleteVpc", { VpcId: id })),
  ];
}

export function DeleteNetworkDialog({ network }: { network: Vpc }) {
  const cloud = useCloud();
  const id = network.VpcId;
  return (
    <DeleteDialog
      what={`network ${nameOf(network) || id}`}
      warning={`${id} goes with its subnets and its internet gateway. The cloud refuses while a machine, a load balancer or a security group of yours is in it.`}
      build={() => steps(cloud, id)}
      onDone={() => {
        window.location.hash = "#/networks";
      }}
    />
  );
}
