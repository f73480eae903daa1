// The wizard's third step: access, price, monitoring, tags.
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { TextField } from "../../../parts/fields";
import type { StepProps } from "./Basics";

export function Options({ form, set, problems }: StepProps) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Access</Header>}>
        <SpaceBetween size="m">
          <ColumnLayout columns={2}>
            <TextField
              label="Open ports"
              value={form.balanced ? "" : form.ports}
              onChange={(ports) => set({ ports })}
              error={problems.ports}
              disabled={form.balanced}
              placeholder="22, 443"
              hint={form.balanced ? "Behind a load balancer, only the load balancer is admitted." : "With commas; 8000-8010 is a range"}
            />
            <TextField
              label="Open them to"
              value={form.sources}
              onChange={(sources) => set({ sources })}
              error={problems.sources}
              disabled={form.balanced}
              hint="Addresses or ranges; 0.0.0.0/0 is everybody"
            />
          </ColumnLayout>
          <Checkbox
            checked={form.publicAddress}
            onChange={({ detail }) => set({ publicAddress: detail.checked })}
            description="Where the subnet gives one."
          >
            Public address
          </Checkbox>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Options</Header>}>
        <SpaceBetween size="m">
          <Checkbox
            checked={form.spot}
            onChange={({ detail }) => set({ spot: detail.checked })}
            description="Cheaper, but the cloud may take them back at any time, with two minutes’ notice."
          >
            Spot machines
          </Checkbox>
          <Checkbox
            checked={form.monitored}
            onChange={({ detail }) => set({ monitored: detail.checked })}
            description="A value each minute instead of each five minutes."
          >
            Detailed monitoring
          </Checkbox>
          <TextField
            label="Tags"
            value={form.tags}
            onChange={(tags) => set({ tags })}
            error={problems.tags}
            placeholder="env=prod, team=web"
            hint="key=value, with commas"
          />
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
