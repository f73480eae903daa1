// The fields of an inbound rule.
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Permission } from "../../api/wire";
import { listed } from "../../cloud/names";
import { source } from "../../cloud/ranges";
import { parsePorts, portRule } from "../../cloud/recipes/groups";
import { Choice, TextField } from "../../parts/fields";

export const EVERYBODY = "0.0.0.0/0";

export interface RuleForm {
  ports: string;
  sources: string;
  protocol: string;
}

/** The rules that the form asks for. Throws Error where its values don't go. */
export function rulesFrom(form: RuleForm): Permission[] {
  const ports = parsePorts(form.ports);
  if (!ports.length) throw new Error("Which port?");
  const sources = listed(form.sources).map((text) => {
    const range = source(text);
    if (!range) throw new Error(`${text} is not an address or an address range.`);
    return range;
  });
  if (!sources.length) throw new Error("From which addresses?");
  return ports.map(([first, last]) => portRule(first, last, sources, form.protocol));
}

export function RuleFields({ form, onChange }: { form: RuleForm; onChange: (form: RuleForm) => void }) {
  const set = (part: Partial<RuleForm>) => onChange({ ...form, ...part });
  return (
    <SpaceBetween size="m">
      <TextField
        label="Ports"
        value={form.ports}
        onChange={(ports) => set({ ports })}
        placeholder="443"
        hint="With commas; 8000-8010 is a range"
      />
      <TextField
        label="Open to"
        value={form.sources}
        onChange={(sources) => set({ sources })}
        hint="Addresses or ranges, with commas; 0.0.0.0/0 is everybody"
      />
      <Choice
        label="Protocol"
        value={form.protocol}
        onChange={(protocol) => set({ protocol })}
        options={[
          { value: "tcp", text: "TCP" },
          { value: "udp", text: "UDP" },
        ]}
      />
    </SpaceBetween>
  );
}
