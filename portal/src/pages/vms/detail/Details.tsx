// What a virtual machine is, and how it is.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Cloud } from "../../../api/client";
import type { Instance } from "../../../api/wire";
import { Problem } from "../../../parts/Problem";
import { moment, monitoring, orDash, State, To, yesNo } from "../../../parts/show";
import { useRead } from "../../../parts/useRead";
import { lifecycle } from "../columns";

async function condition(cloud: Cloud, id: string) {
  const [protection, checks] = await Promise.all([
    cloud.call("ec2/DescribeInstanceAttribute", { InstanceId: id, Attribute: "disableApiTermination" }),
    cloud.call("ec2/DescribeInstanceStatus", { InstanceIds: [id], IncludeAllInstances: true }),
  ]);
  return { isProtected: protection.DisableApiTermination?.Value ?? false, status: checks.InstanceStatuses?.[0] };
}

/** The output is base64 on the wire; some servers decode it already. */
function readable(output: string | undefined): string {
  if (!output) return "There is no console output yet.";
  try {
    const bytes = Uint8Array.from(atob(output), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return output;
  }
}

function ConsoleOutput({ id }: { id: string }) {
  const read = useRead(`console ${id}`, (cloud) => cloud.call("ec2/GetConsoleOutput", { InstanceId: id }));
  if (read.error !== undefined) return <Problem error={read.error} />;
  return (
    <pre className="console" tabIndex={0} role="region" aria-label="Console output">
      {read.data ? readable(read.data.Output) : "Loading…"}
    </pre>
  );
}

const idList = (ids: (string | undefined)[] | undefined) => orDash((ids ?? []).filter(Boolean).join(", "));

export function Details({ machine }: { machine: Instance }) {
  const [shows, setShows] = useState(false);
  const id = machine.InstanceId;
  const read = useRead(`condition ${id} ${machine.State.Name}`, (cloud) => condition(cloud, id));
  const status = read.data?.status;
  const items = [
    { label: "ID", value: id },
    { label: "State", value: <State name={machine.State.Name} /> },
    { label: "Size", value: machine.InstanceType },
    { label: "Lifecycle", value: lifecycle(machine) },
    { label: "Zone", value: orDash(machine.Placement?.AvailabilityZone) },
    { label: "Launched", value: moment(machine.LaunchTime) },
    { label: "Image", value: machine.ImageId },
    { label: "Processor", value: orDash(machine.Architecture) },
    { label: "Key pair", value: orDash(machine.KeyName) },
    { label: "Public address", value: orDash(machine.PublicIpAddress) },
    { label: "Private address", value: orDash(machine.PrivateIpAddress) },
    { label: "Public DNS name", value: orDash(machine.PublicDnsName) },
    { label: "Network", value: machine.VpcId ? <To path={["networks", machine.VpcId]}>{machine.VpcId}</To> : "–" },
    { label: "Subnet", value: orDash(machine.SubnetId) },
    { label: "Security groups", value: idList(machine.SecurityGroups?.map((one) => one.GroupId)) },
    { label: "Interfaces", value: idList(machine.NetworkInterfaces?.map((one) => one.NetworkInterfaceId)) },
    { label: "Disks", value: idList(machine.BlockDeviceMappings?.map((one) => one.Ebs?.VolumeId)) },
    { label: "Monitoring", value: monitoring(machine.Monitoring?.State) },
    { label: "Protected from deletion", value: read.data ? yesNo(read.data.isProtected) : "…" },
    { label: "Role", value: orDash(machine.IamInstanceProfile?.Arn) },
    { label: "System status", value: <State name={status?.SystemStatus?.Status} /> },
    { label: "Machine status", value: <State name={status?.InstanceStatus?.Status} /> },
    { label: "Reason of the state", value: orDash(machine.StateReason?.Message) },
  ];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Details</Header>}>
        <KeyValuePairs columns={3} items={items} />
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button ariaExpanded={shows} onClick={() => setShows(!shows)}>
                {shows ? "Hide console output" : "Show console output"}
              </Button>
            }
          >
            Console output
          </Header>
        }
      >
        {shows ? <ConsoleOutput id={id} /> : "What the machine printed as it started."}
      </Container>
    </SpaceBetween>
  );
}
