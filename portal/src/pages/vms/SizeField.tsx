// The size of a machine: the usual ones to choose from, any other to type.
import { SuggestField } from "../../parts/fields";

/** Processors and memory from the EC2 instance types page. */
const USUAL: readonly [string, number, number][] = [
  ["t3.nano", 2, 0.5],
  ["t3.micro", 2, 1],
  ["t3.small", 2, 2],
  ["t3.medium", 2, 4],
  ["t3.large", 2, 8],
  ["t3.xlarge", 4, 16],
  ["t3.2xlarge", 8, 32],
  ["t4g.micro", 2, 1],
  ["t4g.small", 2, 2],
  ["m5.large", 2, 8],
  ["m5.xlarge", 4, 16],
  ["m5.2xlarge", 8, 32],
  ["m5.4xlarge", 16, 64],
  ["m6i.large", 2, 8],
  ["m6i.xlarge", 4, 16],
  ["c5.large", 2, 4],
  ["c5.xlarge", 4, 8],
  ["c6i.large", 2, 4],
  ["c6i.xlarge", 4, 8],
  ["r5.large", 2, 16],
  ["r6i.large", 2, 16],
  ["r6i.xlarge", 4, 32],
  ["g4dn.xlarge", 4, 16],
];

const OPTIONS = USUAL.map(([value, cores, memory]) => ({ value, description: `${cores} vCPU, ${memory} GiB` }));

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

export function SizeField(props: Props) {
  return <SuggestField {...props} options={OPTIONS} placeholder="t3.micro" hint="Choose or type, for example t3.small" />;
}
