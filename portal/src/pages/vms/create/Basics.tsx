// The wizard's first step: which machines, where, and whether behind a load balancer.
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Subnet, Vpc } from "../../../api/wire";
import { nameOf } from "../../../cloud/tags";
import { Choice, NumberField, TextField } from "../../../parts/fields";
import { SizeField } from "../SizeField";
import { type Form, NEW, type Problems } from "./form";

export interface StepProps {
  form: Form;
  set: (change: Partial<Form>) => void;
  problems: Problems;
}

interface Props extends StepProps {
  /** The chosen network's id, or `new`. */
  network: string;
  networks: Vpc[];
  subnets: Subnet[];
}

const networkText = (network: Vpc) =>
  `${nameOf(network) || (network.IsDefault ? "Default network" : network.VpcId)} (${network.VpcId}, ${network.CidrBlock})`;

export function Basics({ form, set, problems, network, networks, subnets }: Props) {
  const options = [{ value: NEW, text: "New network" }, ...networks.map((one) => ({ value: one.VpcId, text: networkText(one) }))];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Name and size</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="Name"
            value={form.name}
            onChange={(name) => set({ name })}
            error={problems.name}
            placeholder={form.balanced ? "web" : "vm"}
            hint="With several machines, web becomes web-1, web-2 and so on; or give a name for each, with commas."
          />
          <ColumnLayout columns={2}>
            <NumberField label="Number of machines" value={form.count} onChange={(count) => set({ count })} error={problems.count} />
            <SizeField label="Size" value={form.type} onChange={(type) => set({ type })} error={problems.type} />
          </ColumnLayout>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Network</Header>}>
        <SpaceBetween size="m">
          <Choice label="Network" value={network} onChange={(value) => set({ network: value, subnet: "" })} options={options} />
          {network === NEW ? (
            <ColumnLayout columns={2}>
              <TextField label="Network name" value={form.networkName} onChange={(networkName) => set({ networkName })} />
              <TextField
                label="Address range"
                value={form.networkRange}
                onChange={(networkRange) => set({ networkRange })}
                error={problems.networkRange}
              />
            </ColumnLayout>
          ) : (
            <Choice
              label="Subnet"
              value={form.subnet}
              onChange={(subnet) => set({ subnet })}
              options={[
                { value: "", text: subnets[0] ? `The network’s first (${subnets[0].SubnetId})` : "The network’s first" },
                ...subnets.map((one) => ({
                  value: one.SubnetId,
                  text: `${nameOf(one) || one.SubnetId} (${one.AvailabilityZone}, ${one.CidrBlock})`,
                })),
              ]}
            />
          )}
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Load balancer</Header>}>
        <SpaceBetween size="m">
          <Checkbox
            checked={form.balanced}
            onChange={({ detail }) => set({ balanced: detail.checked })}
            description="The machines then admit the load balancer and nobody else."
          >
            Put them behind a load balancer
          </Checkbox>
          {form.balanced && <Balancer form={form} set={set} problems={problems} />}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

function Balancer({ form, set, problems }: StepProps) {
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={3}>
        <TextField
          label="Load balancer name"
          value={form.balancerName}
          onChange={(balancerName) => set({ balancerName })}
          placeholder="web-lb"
          hint="Empty: web-lb"
        />
        <NumberField
          label="Load balancer port"
          value={form.balancerPort}
          onChange={(balancerPort) => set({ balancerPort })}
          error={problems.balancerPort}
        />
        <NumberField
          label="Port on the machines"
          value={form.targetPort}
          onChange={(targetPort) => set({ targetPort })}
          error={problems.targetPort}
          hint="Empty: the same"
        />
      </ColumnLayout>
      <Checkbox
        checked={form.internal}
        onChange={({ detail }) => set({ internal: detail.checked })}
        description="Otherwise its port can be reached from the internet."
      >
        Only from inside the network
      </Checkbox>
    </SpaceBetween>
  );
}
