// The form of the wizard that creates virtual machines: its values, what is wrong with them, what they mean.
import type { Tag, Vpc } from "../../../api/wire";
import { SYSTEMS } from "../../../cloud/lookups";
import { listed, MOST_MACHINES } from "../../../cloud/names";
import { rangeProblem, source } from "../../../cloud/ranges";
import { usualTargetPort } from "../../../cloud/recipes/balancers";
import type { WantedBalancer, WantedMachines } from "../../../cloud/recipes/createMachines";
import { sizeProblem } from "../../../cloud/recipes/disks";
import { parsePorts, portRule } from "../../../cloud/recipes/groups";

export const NEW = "new";
export const OTHER_IMAGE = "id";

export interface Form {
  name: string;
  count: string;
  type: string;
  network: string;
  networkName: string;
  networkRange: string;
  subnet: string;
  balanced: boolean;
  balancerName: string;
  balancerPort: string;
  targetPort: string;
  internal: boolean;
  image: string;
  imageId: string;
  rootGb: string;
  diskType: string;
  disks: string;
  ports: string;
  sources: string;
  publicAddress: boolean;
  spot: boolean;
  monitored: boolean;
  tags: string;
}

export const EMPTY: Form = {
  name: "",
  count: "1",
  type: "t3.micro",
  network: "",
  networkName: "network",
  networkRange: "10.0.0.0/16",
  subnet: "",
  balanced: false,
  balancerName: "",
  balancerPort: "80",
  targetPort: "",
  internal: false,
  image: SYSTEMS[0].id,
  imageId: "",
  rootGb: "",
  diskType: "gp3",
  disks: "",
  ports: "",
  sources: "0.0.0.0/0",
  publicAddress: true,
  spot: false,
  monitored: false,
  tags: "",
};

/** The form with what a link says: `#/vms/create?name=web&count=3&network=new`. */
export function fromParams(params: URLSearchParams): Form {
  const form: Form = { ...EMPTY };
  for (const key of Object.keys(EMPTY) as (keyof Form)[]) {
    const value = params.get(key);
    if (value === null) continue;
    const isFlag = typeof EMPTY[key] === "boolean";
    Object.assign(form, { [key]: isFlag ? ["1", "true", "yes"].includes(value) : value });
  }
  return form;
}

/** How many machines: the number given, or as many as there are names. */
export function countOf(form: Form): number {
  const names = listed(form.name).length;
  return names > 1 && form.count === "1" ? names : Number(form.count);
}

/** `env=prod, team=web` as tags. Throws Error where a part is not of that form. */
export function parseTags(text: string): Tag[] {
  return listed(text).map((part) => {
    const at = part.indexOf("=");
    const key = part.slice(0, at).trim();
    if (at < 1 || !key) throw new Error(`${part} is not of the form key=value.`);
    return { Key: key, Value: part.slice(at + 1).trim() };
  });
}

export type Problems = Partial<Record<keyof Form, string>>;

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536;
const PORT = "A port is a number from 1 to 65535.";

function attempt(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is wrong on each step of the wizard, by field. */
export function problemsOf(form: Form, isNew: boolean): Problems[] {
  const count = countOf(form);
  const names = listed(form.name);
  const isCount = Number.isInteger(count) && count >= 1 && count <= MOST_MACHINES;
  const misfit = names.length > 1 && names.length !== count;
  const basics: Problems = {
    name: misfit ? `There are ${names.length} names for ${count} machines.` : undefined,
    count: isCount ? undefined : `Between 1 and ${MOST_MACHINES} machines at once.`,
    type: form.type.trim() ? undefined : "Choose a size.",
    networkRange: isNew ? rangeProblem(form.networkRange.trim()) : undefined,
    balancerPort: form.balanced && !isPort(form.balancerPort) ? PORT : undefined,
    targetPort: form.balanced && form.targetPort && !isPort(form.targetPort) ? PORT : undefined,
  };
  const badDisk = listed(form.disks).find((size) => sizeProblem(Number(size), form.diskType));
  const storage: Problems = {
    imageId:
      form.image === OTHER_IMAGE && !/^ami-[0-9a-f]+$/.test(form.imageId.trim()) ? "An image's id begins with ami-." : undefined,
    rootGb: form.rootGb ? sizeProblem(Number(form.rootGb), form.diskType) : undefined,
    disks: badDisk === undefined ? undefined : `${badDisk}: ${sizeProblem(Number(badDisk), form.diskType)}`,
  };
  const options: Problems = {
    ports: attempt(() => parsePorts(form.ports)),
    sources: form.ports ? attempt(() => sourcesOf(form)) : undefined,
    tags: attempt(() => parseTags(form.tags)),
  };
  return [basics, storage, options];
}

export const isFine = (problems: Problems) => Object.values(problems).every((problem) => !problem);

function sourcesOf(form: Form): string[] {
  return listed(form.sources || "0.0.0.0/0").map((text) => {
    const range = source(text);
    if (!range) throw new Error(`${text} is not an address or an address range.`);
    return range;
  });
}

/** What the form asks for. The form must have no problems. */
export function wantedOf(form: Form, network: Vpc | undefined): WantedMachines {
  const ports = form.balanced ? [] : parsePorts(form.ports);
  return {
    name: form.name.trim(),
    count: countOf(form),
    type: form.type.trim(),
    image: form.image === OTHER_IMAGE ? form.imageId.trim() : form.image,
    rootGb: form.rootGb ? Number(form.rootGb) : undefined,
    diskType: form.diskType,
    disks: listed(form.disks).map((size) => ({ sizeGb: Number(size), type: form.diskType })),
    network: network
      ? { new: false, id: network.VpcId, range: network.CidrBlock, subnet: form.subnet || undefined }
      : { new: true, name: form.networkName.trim() || "network", range: form.networkRange.trim() },
    rules: ports.map(([first, last]) => portRule(first, last, sourcesOf(form))),
    publicAddress: form.publicAddress,
    spot: form.spot,
    monitored: form.monitored,
    tags: parseTags(form.tags),
    balancer: form.balanced ? balancerOf(form) : undefined,
  };
}

function balancerOf(form: Form): WantedBalancer {
  const listenerPort = Number(form.balancerPort);
  return {
    name: form.balancerName.trim(),
    listenerPort,
    targetPort: form.targetPort ? Number(form.targetPort) : usualTargetPort(listenerPort),
    internal: form.internal,
  };
}
